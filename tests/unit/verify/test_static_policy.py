"""Static policies: what they refuse, and which documents are none."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.check import Finding
from service.errors import InvalidInput
from service.verify.static_default import DEFAULT_POLICY
from service.verify.static_policy import StaticPolicy, decide, parse_policy

UNDEFINED = Finding("ruff", "F821", "error", "Undefined name", 3)
UNUSED = Finding("ruff", "F401", "note", "unused", 1)
HOLE = Finding("bandit", "B602", "error", "shell", 2, cwe=78)
TYPES = Finding("mypy", "assignment", "warning", "types", 5)
ALL = (UNDEFINED, UNUSED, HOLE, TYPES)


def reasons(document: dict[str, Any], metrics: dict[str, float] | None = None) -> tuple[str, ...]:
    return decide(parse_policy(document), ALL, metrics or {}).reasons


def test_patterns_refuse_and_exceptions_excuse() -> None:
    assert reasons({"reject": ["ruff:F821"]}) == ("ruff:F821",)
    assert reasons({"reject": ["ruff:F*"]}) == ("ruff:F821", "ruff:F401")
    assert reasons({"reject": ["ruff:F*"], "except": ["ruff:F4*"]}) == ("ruff:F821",)
    assert reasons({"reject": ["*:B602"]}) == ("bandit:B602",)
    assert reasons({"reject": ["ruff:E9*"]}) == ()


def test_levels_refuse_what_is_as_heavy_or_heavier() -> None:
    assert reasons({"levels": {"mypy": "error"}}) == ()
    assert reasons({"levels": {"mypy": "warning"}}) == ("mypy:assignment",)
    assert reasons({"levels": {"ruff": "note"}, "except": ["ruff:F401"]}) == ("ruff:F821",)


def test_counts_limits_and_style_refuse_beyond_their_number() -> None:
    assert reasons({"counts": {"error": 2}}) == ()
    assert reasons({"counts": {"error": 1}}) == ("count:error",)
    assert reasons({"counts": {"error": 1}, "except": ["bandit:*"]}) == ()
    assert reasons({"limits": {"cyclomatic": 10}}, {"cyclomatic": 10}) == ()
    assert reasons({"limits": {"cyclomatic": 10}}, {"cyclomatic": 11}) == ("limit:cyclomatic",)
    assert reasons({"style": ["style_length"]}, {"style_length": 1.0}) == ()
    assert reasons({"style": ["style_length"]}, {"style_length": 0.0}) == ("style:length",)


def test_a_policy_needs_the_analysers_that_it_names() -> None:
    assert parse_policy({"reject": ["misuse:*"]}).needed == {"own"}
    assert parse_policy({"reject": ["ruff:F821"]}).needed == {"own", "ruff"}
    assert parse_policy({"levels": {"mypy": "error"}, "analysers": ["bandit"]}).needed == {"own", "mypy", "bandit"}
    assert parse_policy({"counts": {"error": 0}}).needed == {"own", "ruff", "bandit", "mypy"}
    assert parse_policy({"reject": ["*:F821"]}).needed == {"own", "ruff", "bandit", "mypy"}


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({}, ""),
        ({"reject": []}, ""),
        ({"rejects": ["ruff:F821"]}, "/rejects"),
        ({"reject": "ruff:F821"}, "/reject"),
        ({"reject": ["ruff:F821", "F821"]}, "/reject/1"),
        ({"reject": ["pylint:E1"]}, "/reject/0"),
        ({"reject": [3]}, "/reject/0"),
        ({"reject": ["ruff:F821"], "except": ["x"]}, "/except/0"),
        ({"levels": {"pylint": "error"}}, "/levels/pylint"),
        ({"levels": {"ruff": "fatal"}}, "/levels/ruff"),
        ({"counts": {"error": -1}}, "/counts/error"),
        ({"counts": {"error": True}}, "/counts/error"),
        ({"limits": {"beauty": 1}}, "/limits/beauty"),
        ({"limits": {"lines": float("nan")}}, "/limits/lines"),
        ({"limits": [1]}, "/limits"),
        ({"style": ["style_tabs"]}, "/style"),
        ({"reject": ["ruff:F821"], "analysers": ["pylint"]}, "/analysers"),
    ],
)
def test_a_document_that_is_no_policy_is_refused_where_it_is_wrong(document: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_policy(document)

    assert caught.value.pointer == f"/rule/static_policy{pointer}"


def test_the_digest_names_what_a_policy_says() -> None:
    policy = parse_policy({"reject": ["ruff:F821"]})

    assert policy.digest == StaticPolicy(reject=("ruff:F821",)).digest
    assert policy.digest != StaticPolicy(reject=("ruff:F822",)).digest


@pytest.mark.parametrize("rule", ["F401", "F541", "F523", "N802", "SIM102", "C901", "S101", "E741"])
def test_the_default_policy_refuses_no_taste(rule: str) -> None:
    assert not decide(DEFAULT_POLICY, [Finding("ruff", rule, "note", "")], {"cyclomatic": 99}).reasons
