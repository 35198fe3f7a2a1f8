"""A check of Schemathesis in place of that a valid request is never refused.

Schemathesis loads this file in its own process (SCHEMATHESIS_HOOKS).
"""

from __future__ import annotations

import re
from typing import Any

import schemathesis
from schemathesis.generation import GenerationMode

# What no schema can say, because it depends on the state, the path or several fields.
REASONS = re.compile(
    r"unknown (scenario|user) ['\"]"
    r"|after: there is no ['\"]"
    r"|expected .*, as in the path, or nothing"
    r"|expected a time that exists"
    r"|expected a time (from|before) "
    r"|expected a duration (of at most 100 years|longer than 0)"
    r"|expected at most 10m"
    r"|min .* is longer than max "
    r"|wire needs operation: request"
    r"|after_commit needs error: database"
    r"|operation \w+ writes nothing"
    r"|operation request is not a database operation"
    r"|expected (database|unavailable) with operation ",
    re.DOTALL,
)


@schemathesis.check
def a_valid_request_is_refused_only_for_what_no_schema_can_say(
    _ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Beside positive_data_acceptance, which lets any 422 pass."""
    meta = case.meta
    if meta is None or meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if response.status_code == 422:
        problem = response.json()
        for detail in [one["detail"] for one in problem.get("errors", [])] or [problem["detail"]]:
            assert REASONS.search(detail), detail
