"""Numbers and names that calls of the control plane take, up to their limits."""

from __future__ import annotations

import pytest
from msgspec import inspect

from mockserver.http.admin.call_spec import CallSpec
from tests.functional.test_calls import each_call, parameters
from tests.helpers.app import Mock
from tests.helpers.text import SHIPPED


@each_call
def test_the_greatest_number_of_each_parameter_is_the_declared_one(spec: CallSpec) -> None:
    mock = Mock(SHIPPED)
    for field in parameters(spec):
        assert isinstance(field.type, inspect.Metadata)
        kind = field.type.type
        kind = kind.types[0] if isinstance(kind, inspect.UnionType) else kind
        if isinstance(kind, inspect.IntType) and kind.le is not None:
            for number, status in ((kind.le, 200), (kind.le + 1, 422)):
                answer = mock.admin("GET", f"{spec.path}?{field.name}={number}")
                assert answer.status == status, (field.name, answer.text)


@pytest.mark.parametrize("written", ["7", "7.0", "0.7e1", "70E-1"])
def test_an_integer_may_be_written_with_a_fraction_or_an_exponent(written: str) -> None:
    mock = Mock(SHIPPED)
    headers = {"Content-Type": "application/json"}
    body = f'{{"uid": {written}}}'
    answer = mock.client.simulate_put("/__admin/users/x", headers=headers, body=body)
    assert answer.json["uid"] == 7
    assert '"uid":7,' in answer.text


@pytest.mark.parametrize(("written", "status"), [("7.5", 422), ("1e16", 422), ("1e400", 400)])
def test_a_number_that_is_no_integer_of_53_bits_is_refused(written: str, status: int) -> None:
    mock = Mock(SHIPPED)
    headers = {"Content-Type": "application/json"}
    body = f'{{"uid": {written}}}'
    answer = mock.client.simulate_put("/__admin/users/x", headers=headers, body=body)
    assert answer.status_code == status


@pytest.mark.parametrize(("path", "key"), [("users", "username"), ("sessions", "sid")])
def test_a_name_that_contradicts_the_path_is_refused_in_few_words(path: str, key: str) -> None:
    body = {"username": None, key: "y"} if key == "sid" else {key: "y"}
    answer = Mock(SHIPPED).admin("PUT", f"/{path}/{'x' * 4096}", body)
    assert answer.status == 422
    assert answer.json["detail"] == (f"/{key}: expected '{'x' * 100}…', as in the path, or nothing")
