"""A page that shows a user's token. It passes the session cookie of the browser on."""

import json
import urllib.request

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path

COOKIE = "animeloop.auth.sid"


def token(request: HttpRequest) -> JsonResponse:
    cookie = f"{COOKIE}={request.COOKIES.get(COOKIE, '')}"
    asked = urllib.request.Request(
        f"{settings.ANIMELOOP_API_URL}/auth/token", b"", {"Cookie": cookie}, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=10) as response:
        reply = json.load(response)
    if reply["code"] == 1320001:
        return JsonResponse({"token": reply["data"]["token"]})
    if reply["code"] == 1950301:
        return JsonResponse({"error": "try again later"}, status=503)
    return JsonResponse({"error": "log in"}, status=401)


urlpatterns = [path("token", token)]
