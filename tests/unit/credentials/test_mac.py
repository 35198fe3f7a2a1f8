"""Our HMAC against the standard library's."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from mockserver.credentials.mac import mac_of

KEYS = st.text(max_size=80) | st.integers(60, 70).map("k".__mul__)


@given(key=KEYS, message=st.binary(max_size=200))
def test_it_signs_as_the_standard_library_does(key: str, message: bytes) -> None:
    expected = hmac.digest(key.encode(), message, "sha256")
    assert mac_of(key).sign(message) == mac_of(key).sign(message) == expected
