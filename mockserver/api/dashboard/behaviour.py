"""The handlers of the dashboard page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import UNSET

from mockserver.api.account.behaviour import log_out
from mockserver.api.behaviour import ApiCall, Handler, refuse
from mockserver.api.common import BAD_REQUEST_PAGE, DATABASE_ERROR, ERROR_PAGE, TOO_LARGE_PAGE
from mockserver.api.dashboard import rules
from mockserver.api.dashboard.page import (
    AVATAR_UPLOADED,
    CREATE_TOKEN,
    END_SESSION,
    GET_USERINFO,
    LIST_TOKENS,
    REMOVE_TOKEN,
    TOKEN_CREATED,
    TOKEN_REMOVED,
    TOKENS_LISTED,
    UPDATE_USERINFO,
    UPLOAD_AVATAR,
    USER_FETCHED,
    USER_UPDATED,
    AvatarData,
    ListedToken,
    UserInfo,
)
from mockserver.api.page import Code, Data, Endpoint, Reply
from mockserver.api.sessions import authenticate
from mockserver.api.trace import Step
from mockserver.api.values import Json
from mockserver.state.model import NO_EDITS, User, UserEdits, UserToken
from mockserver.state.times import iso

# The fields of an upload: the name of the file, or why it was refused.
AVATAR: Final = "avatar"
REFUSED: Final = "refused"
TOO_LARGE: Final = "too large"


def list_tokens(call: ApiCall) -> Reply:
    """Return the user's tokens, oldest first."""
    authenticate(call)
    tokens = call.store.find_tokens()
    call.trace.add(Step.TOKENS_LISTED, len(tokens))
    return Reply(TOKENS_LISTED, tuple(map(_listed, tokens)))


def create_token(call: ApiCall) -> Reply:
    """Add a token to the user's list."""
    user = authenticate(call)
    try:
        name = rules.token_name(call.fields)
    except rules.UncastableError as why:
        refuse(call.trace, DATABASE_ERROR, Step.FIELD_UNCASTABLE, str(why))
    issued = call.issuer.issue(user.uid, user.username, iso(call.store.token_date()))
    token = UserToken(call.store.token_id(), issued, name)
    call.store.add_token(token)
    call.trace.add(Step.TOKEN_ADDED, token.id)
    return Reply(TOKEN_CREATED, _listed(token))


def remove_token(call: ApiCall) -> Reply:
    """Remove a token. Like the branch, it does not ask whose token it is."""
    user = authenticate(call)
    try:
        ids = rules.token_ids(call.fields)
    except rules.UncastableError as why:
        refuse(call.trace, DATABASE_ERROR, Step.FIELD_UNCASTABLE, str(why))
    call.store.remove_tokens(ids)
    own = [one.id for one in user.tokens if one.id in ids]
    if own:
        call.trace.add(Step.OWN_TOKEN_REMOVED, own[0])
    elif ids:
        call.trace.add(Step.OTHER_TOKEN_REMOVED, ids[0])
    else:
        call.trace.add(Step.NOTHING_TO_REVOKE)
    return Reply(TOKEN_REMOVED)


def get_userinfo(call: ApiCall) -> Reply:
    """Return the user of the session."""
    user = authenticate(call)
    call.trace.add(Step.USER_RETURNED, user.username)
    return Reply(USER_FETCHED, _info(user))


def update_userinfo(call: ApiCall) -> Reply:
    """Change address and password, as far as they are suitable. The others are ignored."""
    user = authenticate(call)
    try:
        password, email = rules.new_password(call.fields), rules.new_email(call.fields)
    except rules.FailingError as why:
        refuse(call.trace, ERROR_PAGE, Step.FIELD_FAILS, str(why))
    edits = UserEdits(email, password)
    if edits != NO_EDITS:
        call.store.edit_user(edits)
    changed = [
        name for name, value in (("email", email), ("newPassword", password)) if value is not UNSET
    ]
    call.trace.add(Step.USER_EDITED, user.username, " and ".join(changed) or "nothing")
    return Reply(USER_UPDATED)


def upload_avatar(call: ApiCall) -> Reply:
    """Replace the picture. The mock keeps its path, not the file."""
    user = authenticate(call)
    why = call.fields.get(REFUSED)
    if why is not None:
        code = TOO_LARGE_PAGE if TOO_LARGE in call.fields else BAD_REQUEST_PAGE
        refuse(call.trace, code, Step.UPLOAD_REFUSED, str(why))
    path = rules.avatar_path(user.uid, str(call.fields.get(AVATAR, "")))
    call.store.edit_user(UserEdits(avatar=path))
    call.trace.add(Step.AVATAR_REPLACED, user.username, path)
    return Reply(AVATAR_UPLOADED, AvatarData(path))


def _listed(token: UserToken) -> ListedToken:
    return ListedToken(token.id, token.name, token.token or "")


def _info(user: User) -> UserInfo:
    return UserInfo(
        UNSET if user.uid is None else user.uid,
        user.username,
        user.email,
        UNSET if user.avatar is None else user.avatar,
        user.admin,
        user.verified,
    )


def _or_example(code: Code, data: Callable[[User], Data | None]) -> Callable[[User | None], Data]:
    """Return what makes the data of a forced success: that of a user, or the example."""

    def made(user: User | None) -> Data:
        found = None if user is None else data(user)
        return found if found is not None else code.example or ()

    return made


HANDLERS: Final[Mapping[Endpoint, Handler]] = {
    LIST_TOKENS: list_tokens,
    CREATE_TOKEN: create_token,
    REMOVE_TOKEN: remove_token,
    GET_USERINFO: get_userinfo,
    UPDATE_USERINFO: update_userinfo,
    UPLOAD_AVATAR: upload_avatar,
    END_SESSION: log_out,
}
FORCED: Final[Mapping[Code, Callable[[User | None], Data]]] = {
    TOKENS_LISTED: _or_example(TOKENS_LISTED, lambda user: tuple(map(_listed, user.tokens))),
    TOKEN_CREATED: _or_example(
        TOKEN_CREATED, lambda user: _listed(user.tokens[-1]) if user.tokens else None
    ),
    USER_FETCHED: _or_example(USER_FETCHED, _info),
    AVATAR_UPLOADED: _or_example(
        AVATAR_UPLOADED, lambda user: None if user.avatar is None else AvatarData(user.avatar)
    ),
}
ADDS_TOKEN: Final[Mapping[Endpoint, Callable[[Mapping[str, Json]], bool]]] = {
    CREATE_TOKEN: rules.is_castable
}
REMOVES_TOKENS: Final[Mapping[Endpoint, Callable[[Mapping[str, Json]], tuple[int, ...]]]] = {
    REMOVE_TOKEN: rules.removed_ids
}
