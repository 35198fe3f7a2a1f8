"""The valid and invalid pieces from which mutated requests are built.

None of them causes a wire fault or a delay, so every request must get a complete reply soon.
"""

from __future__ import annotations

import gzip
import re
import zlib
from typing import Final

from mockserver.api.catalog import CODES, ENDPOINTS
from mockserver.api.common import BASE_PATH
from mockserver.credentials import cookies
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from mockserver.http.paths import ADMIN_PATH, SANDBOX_PATH
from soak import attacks

_SECRET: Final = "mock-session-secret"
# Sessions of the shipped fixtures, except that of the user with a slow database.
_SIDS: Final = (
    "session-of-alice", "session-of-bob", "session-of-dbdown", "session-of-readonly",
    "session-of-flaky", "session-of-gone", "session-expired", "session-without-user",
    "nobody-knows",
    "default~!expired", "default~!userless", "default~!other", "default~session-of-alice",
    "000000000000~session-of-alice", "~", "s:a.b", "ü\u4f60", "x" * 3000, "",
)  # fmt: skip
_PINNED: Final = (
    "s%3A4VtJUXAabKIew3Wib8scACX1lDZK6Z3d.7Hqy%2F8Nk8d0rFr4ygSCoEnwg5GD%2BVMfghQieThqQ2dU"
)
_VALUES: Final = (
    _PINNED,
    *(cookies.encode(sid, cookies.sign(sid, _SECRET)) for sid in _SIDS),
    *(f"s:{sid}.{cookies.sign(sid, _SECRET)}" for sid in _SIDS),
    cookies.encode("session-of-alice", cookies.sign("session-of-alice", "another secret")),
    "s%3Asession-of-alice", "s%253Asession-of-alice.x", "session-of-alice", "s%3A.", "s:", "%",
    "%ff",
    "%00", "%E4%BD", "s%3A%00.%00", '"', '""', '\\"', "a=b=c", "x" * 5000, "\xff\xfe",
)  # fmt: skip
_NAME: Final = cookies.COOKIE_NAME
_WRITTEN: Final = ("{name}={value}", '{name}="{value}"', "a=b, c; {name} = {value} ; {name}=second")
COOKIES: Final = (
    *(
        written.format(name=_NAME, value=value).encode("utf-8" if "\u4f60" in value else "latin-1")
        for value in _VALUES
        for written in _WRITTEN
    ),
    b"", b";", b"; ; =", b"theme=dark", _NAME.encode(), b"=" * 200, b"a=b; " * 1000,
)  # fmt: skip

PREFERENCES: Final = (
    *(f"code={code.number}".encode() for code in CODES),
    b"code=400", b"code=", b"code", b"code=-1", b'code="1950301"', b"code=" + b"9" * 5000,
    b"scenario=db-down", b"scenario=db-flaky", b"scenario=db-recovers", b"scenario=db-write-lost",
    b'scenario="session-store-down"', b"scenario=nope", b"scenario=", b'scenario="db-dwn',
    b'scenario="a\\"b\\\\"', "scenario=ü".encode(), b"scenario=\xff\xfe",
    b"SCENARIO = db-down ; x",
    b"respond-async, wait=10", b"return=minimal; foo=\"a,b;c\", code=1940102", b'"' * 99,
    b"," * 500,
    b"scenario=normal, code=1320001",
)  # fmt: skip

_ENDPOINT_TARGETS: Final = tuple(BASE_PATH + endpoint.path for endpoint in ENDPOINTS)
TOKEN_TARGETS: Final = tuple(target.encode() for target in _ENDPOINT_TARGETS)
_FORMS: Final = (
    "{}?a=b&c=d", "{}#f", "{}?", "{}/", "{}//", "/{}", "//{}", "{}/../token", "{}%00", "{}%2F",
    "{}%",
    "{}%zz", "{}\xff", "{};a=b", "http://localhost{}", "HTTP://x{}", "http://[::1{}", "x:{}",
    "http://u:p@localhost:99999{}", "/__sandbox/default{}", "/__sandbox/nope{}", "/__sandbox/{}",
    "/__sandbox/%00{}", "/__sandbox/default/{}", "/__sandbox//default{}", "{}?" + "x" * 3000,
    "/" + "a/" * 1500 + "{}",
)  # fmt: skip
_UNKNOWN_PATHS: Final = (
    "", "/", "/auth", "/auth/", "/AUTH/TOKEN", "//auth//token", "/auth/token/old",
    "/auth/%74oken", "/auth/./token", "/auth\\token",
)  # fmt: skip
ODD_TARGETS: Final = (
    *(form.format(target).encode("latin-1") for target in _ENDPOINT_TARGETS for form in _FORMS),
    *((BASE_PATH + path).encode() for path in _UNKNOWN_PATHS),
    b"/", b"*", b"a", b"?", b"#", b"//", b"http://", b"localhost:80", b"/favicon.ico", b"/%c0%ae",
    b"?x", b"*/", b"ftp://x/api/v2/auth/token", b"http:/__admin/health",
    b"/" + b"x" * 12_000, b"/[", b"http://[/", b"http://\xff/", b"/\x7f", b"/api%",
    SANDBOX_PATH.encode(), attacks.token_path(15_000), b"/" + b"eyJ." * 3000, b"/a%" + b"eyJ" * 999,
)  # fmt: skip
# Neither a path nor a URL.
SLASHLESS_TARGETS: Final = (
    *(target.lstrip("/").encode() for target in _ENDPOINT_TARGETS),
    *(f"{SANDBOX_PATH[1:]}default{target}".encode() for target in _ENDPOINT_TARGETS),
    b"__sandbox/nope", b"__sandbox", b"__admin", b"__admin/", b"__admin/health", b"__admin//users",
    b"__admin/users?limit=1", b"__admin/scenario", b"__admin/reset", b"__admin/sandboxes/default",
    b"./__admin/users", b"../__admin/users", b"x/../__admin/users", b"?/__admin/users",
    b"#/__admin/users", b"*/__admin/users", b"\\__admin\\users", b";/__admin/users",
)  # fmt: skip

_ARGUMENTS: Final = (
    "alice", "nobody", "session-of-alice", "default", "1", "0", "-1", "9" * 30, "%FF", "%00",
    "a%2Fb",
    "a/b/c", "%E4%BD%A0", "~", "default~!expired", "default~x", "x" * 500, "..", "%0d%0aX:y", "",
)  # fmt: skip
_QUERIES: Final = (
    "", "", "", "?", "?limit=2", "?limit=0", "?limit=-1", "?limit=" + "9" * 40, "?after=1",
    "?after=alice", "?username=alice", "?username=nobody", "?username=%FF%00",
    "?endpoint=/auth/token",
    "?endpoint=x", "?code=1320001", "?code=1", "?kind=tampered", "?kind=expired", "?kind=nope",
    "?at_least=1&wait=0ms", "?at_least=99&wait=0ms", "?wait=x", "?wait=9999h", "?scope=server",
    "?scope=x", "?lmit=1", "?a&a&a", "?limit=1&limit=2", "?%=%", "?=", "?" + "a=b&" * 500,
)  # fmt: skip
_FULL_CALLS: Final = tuple(
    (method, ADMIN_PATH + inner + path)
    for calls, inners in (
        (SANDBOX_CALLS, ("", "/sandboxes/default", "/sandboxes/nope")),
        (SERVER_CALLS, ("",)),
    )
    for inner in inners
    for method, path in ((call.method, call.path) for call in calls)
)
_ODD_CALLS: Final = (
    b"/__admin", b"/__admin/", b"//__admin/health", b"/__admin/nope", b"/__admin/user",
    b"/__ADMIN/health", b"/__admin/%68ealth", b"http://localhost/__admin/health",
    b"http://evil.example/__admin/health", b"/__admin/sandboxes//health",
)  # fmt: skip
# Control plane calls with all path arguments and queries.
ADMIN_CALLS: Final = (
    *(
        (method.encode(), (re.sub(r"\{[^}]*\}", argument, path) + query).encode())
        for number, (method, path) in enumerate(_FULL_CALLS)
        for argument in (_ARGUMENTS if "{" in path else ("",))
        for query in (_QUERIES if "{" not in path else (_QUERIES[number % len(_QUERIES)], ""))
    ),
    *((b"GET", path) for path in _ODD_CALLS),
)

METHODS: Final = (
    b"POST", b"POST", b"POST", b"GET", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH", b"TRACE",
    b"CONNECT", b"PROPFIND", b"M-SEARCH", b"X" * 300, b"post", b"Get", b"!",
)  # fmt: skip
# After these versions the server closes the connection.
VERSIONS: Final = (b" HTTP/1.0", b" HTTP/0.9", b" HTTP/2.0", b" HTTP/1.2", b"")

HOSTS: Final = (
    b"127.0.0.1:7775", b"[::1]:1", b"LOCALHOST", b"evil.example", b"", b"localhost.", b"localhost:",
    b"x" * 2000, b"localhost:99999999",
)  # fmt: skip
# Not a host with an optional port (RFC 3986, 3.2.2).
BAD_HOSTS: Final = (
    b"localhost:port", b"a, b", b"localhost\x85", b"[", b"[::1", b"a b", b"a/b", b"user@localhost",
    b"a:1:2", b"http://localhost",
)  # fmt: skip
HEADERS: Final = (
    (b"Origin", b"http://localhost:3000"), (b"Origin", b"null"), (b"Origin", b"\xff"),
    (b"Origin", b""), (b"Origin", b"http://localhost"), (b"Sec-Fetch-Site", b"cross-site"),
    (b"Access-Control-Request-Method", b"POST"), (b"Access-Control-Request-Headers",
    b"a, prefer,,"),
    (b"Accept", b"application/xml"), (b"Accept", b"\xff;q=x"), (b"Accept-Encoding", b"gzip"),
    (b"Authorization", b"Bearer x"), (b"Authorization", b"\xff"), (b"Authorization", b"Basic"),
    (b"Connection", b"keep-alive"), (b"Connection", b"close"), (b"Connection", b"upgrade, x"),
    (b"Connection", b"TE, close"), (b"Connection", b"close, TE"), (b"Connection", b", ,CLOSE,,"),
    (b"Connection", b"keep-alive\t,close"), (b"Connection", b"TE"), (b"Connection", b"," * 500),
    (b"Connection", b"closed, x-close"), (b"X-Blanks", b" " * 5000 + b"x"),
    (b"Upgrade", b"h2c"), (b"Expect", b"100-continue"), (b"Expect", b"tea"), (b"TE", b"trailers"),
    (b"Content-Encoding", b"gzip"), (b"Content-Encoding", b"deflate"), (b"Content-Encoding", b"br"),
    (b"Content-Encoding", b"gzip, gzip"), (b"Content-Encoding", b"\xff"),
    (b"X-Forwarded-For", b"1.2.3.4"), (b"X-Forwarded-Host", b"evil.example"), (b"X-Empty", b""),
    (b"X-Long", b"y" * 9000), (b"X_Underscore", b"z"), (b"Range", b"bytes=0-1"), (b"Via", b"x"),
    (b"If-None-Match", b"*"), (b"Forwarded", b"for=x"), (b"Proxy-Connection", b"close"),
    (b"REQUEST-METHOD", b"x"), (b"X-Tab", b"a\tb"), (b"X-Latin", b"\xe9\x80"), (b"Date", b"never"),
)  # fmt: skip
CONTENT_TYPES: Final = (
    b"application/json", b"application/json; charset=utf-8", b"application/json; charset=nope",
    b"application/json; charset=utf-16", b"application/x-www-form-urlencoded", b"text/plain", b"",
    b"application/x-www-form-urlencoded; charset=latin1", b"APPLICATION/JSON", b"application/json;",
    b"multipart/form-data; boundary=x", b"a/b; charset=\"", b"\xff", b"application/vnd.api+json",
)  # fmt: skip

_JSON_BODIES: Final = (
    b"{}", b"[]", b"null", b'"x"', b"1", b"{", b"[1,", b"\xef\xbb\xbf{}", b"{}{}", b"NaN", b"",
    b'{"name":"db-down"}', b'{"name":"db-flaky"}', b'{"name":"nope"}', b'{"nme":"x"}',
    b'{"name":5}',
    b'{"operation":"database","error":"database","times":2}', b'{"error":"database","ttl":"5s"}',
    b'{"error":"database","probability":0.5,"skip":1,"times":1}', b'{"delay":"soon"}',
    b'{"operation":"request","error":"database"}', b'{"error":"database","lasts":"1h","times":1}',
    b'{"now":"2026-01-01T00:00:00Z"}', b'{"advance":"31h"}', b'{"advance":"9e9d"}', b'{"now":1}',
    b'{"uid":7,"token":"issue"}', b'{"uid":1e400}', b'{"uid":99999999999999999999}',
    b'{"uid":-1.5}',
    b'{"email":"\xff"}', b'{"email":"\\ud800"}', b'{"token":null,"token":"x"}',
    b'{"scenario":"nope"}',
    b'{"username":"alice"}', b'{"username":"alice","ttl":"1h"}', b'{"username":null}',
    b'{"username":"nobody","expires":"2020-01-01T00:00:00Z"}', b'{"username":"alice","ttl":"-1s"}',
    b'{"scenario":"db-down","ttl":"1m"}', b'{"ttl":"0s"}', b'{"a":' * 500 + b"1" + b"}" * 500,
    b"[" * 5000, b"[" * 100_000, b'{"a":1,' * 3, b'{"x":"' + b"y" * 110_000 + b'"}',
    b"1" + b"0" * 5000, b'{"k":0}'.decode().encode("utf-16"), b'{"\x00":1}', b'"\\u0000"',
)  # fmt: skip
_FORM_BODIES: Final = (
    b"a=b&c=d",
    b"&=&",
    b"a[b][c]=1" * 100,
    b"x=1&" * 1500,
    b"%ff=%zz",
    b"a=" * 60_000,
    b"username=alice&password=x&g-recaptcha-response=ok",
    b"username=kyon%00%0d%0a&password=x%ff&email=a@b.c&g-recaptcha-response=ok",
    b"username[]=alice&password[a]=x&g-recaptcha-response[]=ok",
)
_BOMB: Final = gzip.compress(b"0" * 3_000_000)
_ZIPPED: Final = (
    gzip.compress(b'{"a":1}'), gzip.compress(b'{"a":1}')[:-3], zlib.compress(b"{}"), _BOMB,
    gzip.compress(b'"' + b"x" * 200_000 + b'"'), b"\x1f\x8b\x08\x00", gzip.compress(b"{}") * 2,
    attacks.members(100_000), gzip.compress(b"{}") + attacks.members(40_000),
)  # fmt: skip
BODIES: Final = (
    *_JSON_BODIES, *_FORM_BODIES, *_ZIPPED, b"\x00" * 100, b"\xff" * 1000, b"\r\n\r\n",
    b"0\r\n\r\n",
    b"POST /api/v2/auth/token HTTP/1.1\r\nHost: x\r\n\r\n",
)  # fmt: skip
