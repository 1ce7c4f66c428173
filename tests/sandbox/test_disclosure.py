"""Unique words are planted in every hidden input, expected value and test source; no report may tell them too soon.

Candidates are the leakiest ones there are: they print, raise, return and name whatever they are given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

import pytest

from sandbox.port import Sandbox
from service.api.schemas.verifications import VerificationRead
from service.domain.check import Check, Disclosure, Judgement
from service.domain.disclosure import level_of, project
from service.domain.ports import Order, Storage
from service.domain.requests import Isolation, LimitPolicy, LimitValues
from service.domain.verdict import State
from service.domain.verification import Verification
from service.reports import document, junit, markdown, sarif
from service.reports.content import Attempt, make_report
from service.verify.suites import SuiteVerifiers
from tasks.task import AssertCase, CallCase, ScriptCase, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions
from tests.sandbox.attacks.corpus import CHEATS, programs
from tests.sandbox.test_suite_verifiers import ShelfStorage

INPUTS = ("wordofinputone", "wordofinputtwo", "wordofinputthree")
EXPECTED = ("wordofvalueone", "wordofvaluetwo", "wordofvaluethree")
SOURCE = "wordofthetestitself"
HIDDEN = Visibility.HIDDEN
CASES = tuple(CallCase((word,), value) for word, value in zip(INPUTS[:2], EXPECTED[:2], strict=True))
ASSERT = f"assert f('{INPUTS[0]}') == '{EXPECTED[0]}', '{SOURCE}'"
CHECK = f"def check(candidate):\n    {SOURCE} = '{EXPECTED[2]}'\n    assert candidate('{INPUTS[2]}') == {SOURCE}\n"
SUITES = (
    Suite("cases", SuiteKind.CASES, CASES, HIDDEN),
    Suite("asserts", SuiteKind.ASSERTS, (AssertCase(ASSERT),), HIDDEN),
    Suite("script", SuiteKind.CHECK, (ScriptCase(CHECK),), HIDDEN),
)
TASK = with_versions(Task("trial", "1", "", "f", SUITES))
LIMITS = LimitValues(cpu_s=2.0, wall_s=4.0, case_wall_s=2.0)

LEAKS = {
    "prints": "import sys\ndef f(x):\n    print(x); print(x, file=sys.stderr); return x",
    "raises": "def f(x):\n    raise ValueError(x)",
    "names_an_exception": "def f(x):\n    raise type(x, (Exception,), {})(x)",
    "names_a_frame": "def f(x):\n    scope = {}\n    exec(f'def {x}(): raise KeyError({x!r})', scope)\n    scope[x]()",
    "chains": (
        "def f(x):\n    try:\n        raise ValueError(x)\n"
        "    except ValueError as e:\n        raise RuntimeError(x + x) from e"
    ),
    "returns_an_object": (
        "class Leak:\n    def __init__(self, x): self.x = x\n    def __repr__(self): return self.x\n"
        "    __str__ = __repr__\ndef f(x):\n    return Leak(x)"
    ),
    "returns_a_list": "def f(x):\n    return [x] * 50",
    "notes": "def f(x):\n    e = ValueError('see notes')\n    e.add_note(x)\n    raise e",
    "warns": "import warnings\ndef f(x):\n    warnings.warn(x)\n    return x",
    "exits": "import sys\ndef f(x):\n    sys.exit(x)",
    "recurses": "def f(x):\n    return f(x + x[:1])",
    "asks_for_attributes": "def f(x):\n    return getattr(None, x)",
    "cannot_import": "def f(x):\n    __import__(x)",
    "does_not_parse": "def f(x):\n    return eval(x + ' (')",
}


def sources() -> Iterator[tuple[str, bytes]]:
    yield from ((name, source.encode()) for name, source in LEAKS.items())
    yield from ((name, program.source) for name, program in list(programs(CHEATS).items())[::3])


def whole(judgements: dict[str, Judgement]) -> Verification:
    checks = tuple(
        Check(
            f"chk_{name}", "ver_1", "cand_1", name, "1", State.COMPLETED, verdict=found.verdict, failure=found.failure,
            detail=found.detail, evidence=found.evidence, usage=found.usage, hidden=True,
        )
        for name, found in judgements.items()
    )  # fmt: skip
    first = checks[0]
    return Verification(
        "ver_1",
        "cand_1",
        "trial/1",
        None,
        first.state,
        first.verdict,
        first.failure,
        ("cases",),
        checks,
        Isolation.PROCESS,
    )


def told(verification: Verification, level: Disclosure) -> dict[str, str]:
    """Everything that may leave the service at a level, by form."""
    shown = verification.with_checks([project(check, level_of(check, level)) for check in verification.checks])
    before = Attempt(0, "wrong_answer", make_report(shown).problem)
    report = make_report(shown, history=[before])
    return {
        "api": VerificationRead.of(shown).model_dump_json(),
        "json": json.dumps(document.render(report)),
        "markdown": markdown.render(report),
        "short markdown": markdown.render(report, budget_tokens=60),
        "sarif": json.dumps(sarif.render(report)),
        "junit": junit.render(report),
    }


def leaked(text: str, words: tuple[str, ...]) -> list[str]:
    plain = text.lower()
    return [word for word in words if word in plain]


@pytest.fixture
def verifiers(sandbox: Sandbox) -> SuiteVerifiers:
    return SuiteVerifiers(sandbox, cast(Storage, ShelfStorage()), LimitPolicy())


async def test_hidden_words_stay_hidden_whatever_a_candidate_does_with_them(verifiers: SuiteVerifiers) -> None:
    withheld = {
        Disclosure.VERDICT: (*INPUTS, *EXPECTED, SOURCE),
        Disclosure.NAMES: (*INPUTS, *EXPECTED, SOURCE),
        Disclosure.INPUTS: (*EXPECTED, SOURCE),
    }
    names = tuple(suite.name for suite in SUITES)
    seen: set[str] = set()
    for name, source in sources():
        found = whole(dict(await verifiers.judge(TASK, Order(source, names, LIMITS))))
        for level, words in withheld.items():
            for form, text in told(found, level).items():
                assert not leaked(text, words), (name, level.value, form)
        seen |= {word for text in told(found, Disclosure.FULL).values() for word in leaked(text, (*INPUTS, *EXPECTED))}

    assert seen >= {*INPUTS[:2], *EXPECTED[:2]}  # the words do stand in the evidence
