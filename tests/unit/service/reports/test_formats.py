"""Reports in every form: what usual readers make of them, and what hostile text cannot do to them."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from sarif_pydantic import Sarif  # type: ignore[import-untyped]  # it has none

from service.domain.check import Evidence
from service.domain.verdict import State, Verdict
from service.reports.budget import Statement, estimate_tokens, fit
from service.reports.content import Attempt, make_report
from service.reports.difference import point_at
from service.reports.document import report_document
from service.reports.junit import report_junit
from service.reports.markdown import render
from service.reports.sarif import report_sarif
from tests.unit.service.reports import examples
from tests.unit.service.reports.examples import ALL, DIFFERENT, FAILED, FINDINGS, HIDDEN, LIMITED, LOST, NASTY, STATIC


def junit(*checks: object) -> JUnitXml:
    return JUnitXml.fromfile(BytesIO(report_junit(examples.verification(*checks)).encode()))  # type: ignore[arg-type]


# --- order and content -----------------------------------------------------------------------------------------


def test_cases_that_failed_in_the_same_way_are_told_once_by_the_shortest() -> None:
    cases = make_report(ALL).cases

    assert [failed.case.index for failed in cases if failed.alike] == [2]
    assert next(failed.alike for failed in cases if failed.alike) == (1,)
    assert len(cases) == 7


def test_failing_checks_stand_before_those_that_accepted_or_found_nothing() -> None:
    names = [check.verifier for check, _ in make_report(ALL).checks]

    assert names == ["base", "static", "plus", "slow", "lost", "fine"] or names[-2:] == ["fine", "lost"]
    assert names[0] == "base"


def test_errors_of_analysers_stand_before_warnings_and_cite_line_and_rule() -> None:
    assert [found.cite for found in make_report(ALL).findings] == [
        "line 2, bandit B602",
        "line 3, assay unguarded-match",
    ]


def test_a_limit_is_told_with_what_was_used_and_allowed() -> None:
    told = make_report(examples.verification(LIMITED), limits={"memory_bytes": 16 << 20}).resources

    assert told == (
        "slow: stopped by the limit memory_bytes, 16 MiB allowed. "
        "It used 0.01 s of CPU time, 1.03 s in all, 16 MiB of memory at most.",
    )


def test_earlier_attempts_are_told_with_what_they_came_to() -> None:
    history = (Attempt(0, "compile_error", "The code does not parse."), Attempt(1, "wrong_answer", "Wrong.", True))

    text = render(make_report(ALL, history=history))

    assert "round 0: compile_error. The code does not parse." in text
    assert "It was an earlier program again." in text


@pytest.mark.parametrize(
    ("expected", "actual", "at", "remark"),
    [
        ("[1, 7, 8, 9]", "[7, 8, 9]", 1, ""),
        ("(1, 2)", "[1, 2]", 0, "a value of type list, where one of type tuple is expected"),
        ("1", "1.0", 1, "a value of type float, where one of type int is expected"),
        ("-1", "'a'", 0, "a value of type str, where one of type int is expected"),
        ("None", "True", 0, "a value of type bool, where one of type NoneType is expected"),
        ("[1.5]", "[1.5]", 5, "both read the same: they differ in type, or in digits that are not shown"),
        ("", "x", 0, ""),
    ],
)
def test_the_difference_is_pointed_at(expected: str, actual: str, at: int, remark: str) -> None:
    found = point_at(expected, actual)

    assert (found.at, found.remark) == (at, remark)
    assert found.expected[found.column : found.column + 1] == expected[at : at + 1]
    assert found.actual[found.column : found.column + 1] == actual[at : at + 1]


def test_long_values_are_shown_around_their_difference() -> None:
    found = point_at("a" * 300 + "b" * 50, "a" * 300 + "c" * 50)

    assert found.expected[found.column] == "b"
    assert found.actual[found.column] == "c"
    assert len(found.expected) < 80


# --- the token budget ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [60, 100, 200, 400, 800, 1600])
def test_a_budget_holds_and_no_statement_is_cut_in_half(budget: int) -> None:
    whole, cut = render(make_report(ALL)), render(make_report(ALL), budget_tokens=budget)

    assert estimate_tokens(cut) <= budget or cut.count("\n\n") <= 2
    told = [block for block in cut.strip().split("\n\n") if not block.startswith(("Not shown", "- "))]
    assert all(block in whole for block in told)
    assert cut.count("```") % 2 == 0 or "````" in cut
    assert cut == whole or "Not shown for want of room" in cut


def test_more_room_never_tells_less() -> None:
    sizes = [len(render(make_report(ALL), budget_tokens=budget)) for budget in range(80, 1400, 40)]

    assert sizes[-1] > 2 * sizes[0]


def test_what_is_left_out_is_counted() -> None:
    statements = [Statement("first"), Statement("x" * 900, "", "failed case", 3), Statement("y" * 900, "", "finding")]

    assert fit(statements, 100) == ["first", "Not shown for want of room: 3 failed cases, 1 finding."]
    assert fit(statements, None) == ["first", "x" * 900, "y" * 900]


# --- JUnit -----------------------------------------------------------------------------------------------------


def test_junit_tells_failures_from_errors_and_skipped_cases() -> None:
    found = junit(FAILED)
    suite = next(iter(found))
    kinds = [type(case.result[0]) if case.result else None for case in suite]

    assert kinds == [None, Error, Error, Failure, Failure, Failure, Error, Failure, Failure, Skipped]
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (10, 5, 3, 1)
    assert (found.tests, found.failures, found.errors) == (10, 5, 3)
    assert "expected: [1, 8, 9]" in list(suite)[3].result[0].text


def test_junit_never_counts_a_check_without_a_verdict_as_passed() -> None:
    for lost in (LOST, examples.check("lost", None, state=State.CANCELLED, failure=None)):
        case = next(iter(next(iter(junit(lost)))))
        assert isinstance(case.result[0], Error)


def test_junit_tells_a_hidden_suite_as_one_case() -> None:
    cases = list(next(iter(junit(HIDDEN))))

    assert [case.name for case in cases] == ["plus"]
    assert isinstance(cases[0].result[0], Failure)


def test_a_failed_check_whose_failed_cases_are_unknown_still_fails() -> None:
    partial = examples.check("base", Verdict.WRONG_ANSWER, Evidence(3, 1, (examples.CASES[0],)))

    assert next(iter(junit(partial))).failures == 1


# --- SARIF -----------------------------------------------------------------------------------------------------


def test_sarif_is_what_its_schema_asks_for() -> None:
    document = report_sarif(ALL, version="1.2.3")
    log = Sarif.model_validate(json.loads(json.dumps(document)))
    results = document["runs"][0]["results"]  # type: ignore[index]

    assert log.version == "2.1.0"
    assert results[0]["ruleId"] == "base/runtime_error"
    rules = [rule["id"] for rule in document["runs"][0]["tool"]["driver"]["rules"]]  # type: ignore[index]
    assert len(rules) == len(set(rules))
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in results)


def test_sarif_points_at_lines_and_names_weaknesses() -> None:
    results = report_sarif(examples.verification(STATIC, FAILED))["runs"][0]["results"]  # type: ignore[index]
    by_rule = {result["ruleId"]: result for result in results}

    bandit = by_rule["bandit/B602"]
    assert bandit["level"] == "error"
    assert bandit["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 5}
    assert "external/cwe/cwe-78" in bandit["properties"]["tags"]
    assert by_rule["base/runtime_error"]["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}


def test_sarif_says_that_nothing_was_concluded() -> None:
    run = report_sarif(examples.verification(LOST))["runs"][0]  # type: ignore[index]

    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False


def test_a_rejection_without_findings_is_one_result() -> None:
    run = report_sarif(examples.verification(HIDDEN))["runs"][0]  # type: ignore[index]

    assert [result["ruleId"] for result in run["results"]] == ["plus/wrong_answer"]


def test_a_counterexample_is_told_in_every_form() -> None:
    found = examples.verification(DIFFERENT)

    assert "## Smallest input found on which it is wrong (differential)" in render(make_report(found))
    assert "raised:   IndexError" in render(make_report(found))
    assert "raises IndexError" in report_junit(found)
    results = report_sarif(found)["runs"][0]["results"]  # type: ignore[index]
    assert [result["ruleId"] for result in results] == ["differential/counterexample"]
    assert results[0]["properties"]["seed"] == 7
    assert report_document(found)["checks"][0]["counterexample"]["inputs"] == "f([0])"  # type: ignore[index]


# --- hostile text ----------------------------------------------------------------------------------------------


def test_hostile_text_stays_text_in_every_form() -> None:
    nasty = examples.verification(
        examples.check("base", Verdict.WRONG_ANSWER, Evidence(2, 0, (examples.CASES[8],), FINDINGS, message=NASTY))
    )

    case = next(iter(next(iter(JUnitXml.fromfile(BytesIO(report_junit(nasty).encode()))))))
    assert "</failure>]]>&" in case.result[0].text
    assert "\x1b" not in report_junit(nasty)
    assert json.loads(json.dumps(report_sarif(nasty)))
    assert json.loads(json.dumps(report_document(nasty)))
    assert "\n# heading" not in render(make_report(nasty)).replace("```\n# heading", "")
