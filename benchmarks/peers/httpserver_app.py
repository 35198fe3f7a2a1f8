"""pytest-httpserver with the one reply: `httpserver_app.py BODY COOKIE_HEADER PORT`."""

import logging
import sys
import threading

from pytest_httpserver import HTTPServer

if __name__ == "__main__":
    body, cookie, port = sys.argv[1:]
    server = HTTPServer(host="127.0.0.1", port=int(port))
    expected = server.expect_request(
        "/api/v2/auth/token", method="POST", headers={"Cookie": cookie}
    )
    expected.respond_with_data(body, content_type="application/json; charset=utf-8")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no request log
    server.start()
    threading.Event().wait()
