"""A Django project that is as small as it can be."""

import os

SECRET_KEY = "only-for-this-example"
ROOT_URLCONF = "token_page"
ALLOWED_HOSTS = ["testserver"]
# In production https://animeloop.org/api/v2; the tests set it to their sandbox.
ANIMELOOP_API_URL = os.environ.get("ANIMELOOP_API_URL", "http://127.0.0.1:7775/api/v2")
