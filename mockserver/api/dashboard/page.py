"""The page `dashboard`, as data: what the API's web application uses.

Profile `dashboard` answers it, as the branch of that name of the server's source does. Source: the
recorded exchanges (`tests/wire/dashboard.jsonl`), and for the avatar the branch itself.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType, field

from mockserver.api.account.page import LOGGED_OUT
from mockserver.api.common import DATABASE_ERROR, REAL_SERVER, SESSION_INVALID, SESSION_MISSING
from mockserver.api.page import Code, Endpoint, Needs, NoData, Page, Statement
from mockserver.api.token.page import EXAMPLE_TOKEN
from mockserver.state.operations import Operation

_JWT: Final = Meta(description="The token, a JSON Web Token.", examples=[EXAMPLE_TOKEN])


class ListedToken(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A token of a list. `name` is missing if it was made without one."""

    id: Annotated[int, Meta(description="What `revoke` takes.", examples=[0])] = field(name="_id")
    name: (
        Annotated[str | None, Meta(description="What its user calls it.", examples=["my app"])]
        | UnsetType
    ) = UNSET
    token: Annotated[str, _JWT] = ""


class UserInfo(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What the application shows of its user. `uid` and `avatar` may be missing."""

    uid: Annotated[int, Meta(description="The number of the user.")] | UnsetType = UNSET
    username: Annotated[str, Meta(description="The name of the user.")] = ""
    email: Annotated[str | None, Meta(description="The address of the user.")] = None
    avatar: Annotated[str, Meta(description="The path of the picture.")] | UnsetType = UNSET
    admin: Annotated[bool, Meta(description="Whether the user is an administrator.")] = False
    verified: Annotated[bool, Meta(description="Whether the address is verified.")] = False


class AvatarData(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The `data` of an upload."""

    avatar: Annotated[
        str, Meta(description="The path of the picture.", examples=["/users/uid-9/avatar.png"])
    ]


class TokenName(Struct, frozen=True):
    """The field of a new token."""

    name: (
        Annotated[str, Meta(description="What the user calls it.", examples=["my app"])] | UnsetType
    ) = UNSET


class TokenId(Struct, frozen=True):
    """The field that says which token to revoke."""

    id: (
        Annotated[
            int,
            Meta(description="The `_id` of a token. Without it nothing is removed.", examples=[0]),
        ]
        | UnsetType
    ) = UNSET


class Settings(Struct, frozen=True):
    """The fields of the settings. An empty or unsuitable value changes nothing."""

    email: Annotated[str, Meta(description="The new address.", examples=["kyon@sos-dan.jp"])]
    new_password: Annotated[
        str, Meta(description="The new password, or empty text.", examples=["new_password_1"])
    ] = field(name="newPassword")


class Avatar(Struct, frozen=True):
    """The picture, as a file of a multipart form."""

    avatar: Annotated[str, Meta(description="The picture.", extra_json_schema={"format": "binary"})]


_TOKEN: Final = ListedToken(0, "my app", EXAMPLE_TOKEN)
_USER: Final = UserInfo(9, "kyon777", "johnsmith@haruhi.tv", UNSET, False, False)


def _success(number: int, name: str, message: str, example: Struct | tuple[Struct, ...]) -> Code:
    return Code(number, name, message, 200, example, Needs.SESSION)


TOKENS_LISTED: Final = _success(1320001, "TOKENS_LISTED", "get token success.", (_TOKEN,))
TOKEN_CREATED: Final = _success(1320002, "TOKEN_CREATED", "create a new token success.", _TOKEN)
TOKEN_REMOVED: Final = _success(1320003, "TOKEN_REMOVED", "revoke the token success.", NoData())
USER_FETCHED: Final = _success(1520001, "USER_FETCHED", "fetch userinfo success", _USER)
USER_UPDATED: Final = _success(1520002, "USER_UPDATED", "update userinfo success", NoData())
AVATAR_UPLOADED: Final = _success(
    1520003, "AVATAR_UPLOADED", "upload new avatar success.", AvatarData("/users/uid-9/avatar.png")
)

_SESSION_CODES: Final = (SESSION_INVALID, SESSION_MISSING, DATABASE_ERROR)
_READS: Final = (Operation.SESSION_STORE, Operation.FIND_USER)

LIST_TOKENS: Final = Endpoint(
    "/auth/token",
    "listTokens",
    "list the user's tokens",
    (TOKENS_LISTED, *_SESSION_CODES),
    (*_READS, Operation.FIND_TOKEN),
    method="GET",
)
CREATE_TOKEN: Final = Endpoint(
    "/auth/token/new",
    "createToken",
    "add a token to the user's list",
    (TOKEN_CREATED, *_SESSION_CODES),
    (*_READS, Operation.SAVE_TOKEN),
    body=TokenName,
    parses_body=True,
    issues_token=True,
)
REMOVE_TOKEN: Final = Endpoint(
    "/auth/token/revoke",
    "removeToken",
    "remove a token, also one that does not exist, or is another user's",
    (TOKEN_REMOVED, *_SESSION_CODES),
    (*_READS, Operation.SAVE_TOKEN),
    body=TokenId,
    parses_body=True,
)
GET_USERINFO: Final = Endpoint(
    "/profile/get-userinfo",
    "getUserInfo",
    "return the user of the session",
    (USER_FETCHED, *_SESSION_CODES),
    _READS,
    method="GET",
)
UPDATE_USERINFO: Final = Endpoint(
    "/profile/update-userinfo",
    "updateUserInfo",
    "change the address and the password of the user",
    (USER_UPDATED, *_SESSION_CODES),
    (*_READS, Operation.SAVE_USER),
    body=Settings,
    parses_body=True,
)
UPLOAD_AVATAR: Final = Endpoint(
    "/profile/upload-new-avatar",
    "uploadAvatar",
    "replace the picture of the user",
    (AVATAR_UPLOADED, *_SESSION_CODES),
    (*_READS, Operation.SAVE_USER),
    body=Avatar,
    parses_body=True,
    takes_file=True,
)
END_SESSION: Final = Endpoint(
    "/auth/logout",
    "logOut",
    "end the session of the cookie, and no other",
    (LOGGED_OUT, *_SESSION_CODES),
    _READS,
    parses_body=True,
)


def _statement(name: str, text: str, needs: Needs = Needs.SESSION) -> Statement:
    return Statement("dashboard", name, text, REAL_SERVER, needs)


DASHBOARD_DATA: Final = _statement(
    "dashboard-data", "data is a list of tokens, a token, a user, the path of an avatar, or {}"
)
NEW_IS_LISTED: Final = _statement("new-is-listed", "new adds a token, and the list ends with it")
REVOKE_UNLISTS: Final = _statement("revoke-unlists", "revoke removes this token, and no other")
REVOKE_UNKNOWN: Final = _statement(
    "revoke-unknown", "revoke succeeds also if there is no token of that id"
)
REVOKE_MALFORMED: Final = _statement(
    "revoke-malformed", "revoke of an id that is no number is a database error"
)
UPDATE_CHANGES: Final = _statement(
    "update-changes", "get-userinfo has the address of update-userinfo", Needs.CONTROL_PLANE
)
UPDATE_IGNORES: Final = _statement(
    "update-ignores", "update-userinfo takes empty and unsuitable values, which change nothing"
)
AVATAR_IS_SHOWN: Final = _statement(
    "avatar-is-shown", "get-userinfo has the avatar of the upload", Needs.CONTROL_PLANE
)

_ENDPOINTS: Final = (
    LIST_TOKENS, CREATE_TOKEN, REMOVE_TOKEN, GET_USERINFO, UPDATE_USERINFO, UPLOAD_AVATAR,
    END_SESSION,
)  # fmt: skip
_USERS: Final = {
    **{
        (endpoint, endpoint.codes[0]): "a user with a session or a password"
        for endpoint in _ENDPOINTS
    },
    **{
        (endpoint, SESSION_INVALID): "a session of a user who does not exist"
        for endpoint in _ENDPOINTS
    },
    **{
        (endpoint, DATABASE_ERROR): "a user with a session and scenario: db-down"
        for endpoint in _ENDPOINTS
    },
}
PAGE: Final = Page(
    "dashboard",
    "What the web application uses: a list of tokens, settings and a picture.",
    _ENDPOINTS,
    (
        DASHBOARD_DATA, NEW_IS_LISTED, REVOKE_UNLISTS, REVOKE_UNKNOWN, REVOKE_MALFORMED,
        UPDATE_CHANGES, UPDATE_IGNORES, AVATAR_IS_SHOWN,
    ),
    _USERS,
)  # fmt: skip
