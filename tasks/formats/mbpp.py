"""MBPP: ``mbpp.jsonl`` (``text``) and ``sanitized-mbpp.json`` (``prompt``), and their rows with a whole test script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tasks.errors import TaskFormatError
from tasks.formats.fields import Fields
from tasks.identifiers import local_of
from tasks.lowering import lower
from tasks.names import borrowed_names, entry_point_of, free_names
from tasks.task import AssertCase, CallCase, Comparison, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions

_MATCH_OBJECTS = frozenset({"check_str", "text_match_three", "text_starta_endb"})
"""Functions of the sanitized set whose tests ask for the bare truth of what the reference returns: a match object."""


def task_from_row(row: dict[str, Any], set_name: str) -> Task:
    """A task from a row of either file.

    Suites: ``base`` from ``test_list``; ``challenge`` (hidden) from ``challenge_test_list`` where there is one;
    ``plus`` (hidden) from ``test``, a script with inputs and results of its own, where there is one.

    Raises:
        TaskFormatError: If a field is missing or wrong, or no function of the reference is called in the tests.
    """
    fields = Fields(row)
    tests = fields.texts("test_list")
    if not tests:
        raise TaskFormatError("there are no tests", "/test_list")
    challenge = fields.texts("challenge_test_list", [])
    script = fields.text("test", "")
    reference = fields.text("code")
    setup = fields.text("test_setup_code", "") or "\n".join(fields.texts("test_imports", []))
    entry_point = entry_point_of(tests, reference)
    if entry_point is None:
        raise TaskFormatError("no function of the reference is called in the tests", "/test_list")
    everything = [*tests, *challenge, script]
    borrowed = borrowed_names(everything, setup, "", reference, entry_point)
    setup = "\n".join([*borrowed.imports, *([setup] if setup else [])])
    uses_candidate = bool(free_names([setup]) & {entry_point, *borrowed.names})

    def suite(name: str, sources: Sequence[str], visibility: Visibility) -> Suite:
        cases = tuple(AssertCase(source) for source in sources)
        return lower(Suite(name, SuiteKind.ASSERTS, cases, visibility, setup, uses_candidate), entry_point)

    suites = [suite("base", tests, Visibility.VISIBLE)]
    if challenge:
        suites.append(suite("challenge", challenge, Visibility.HIDDEN))
    if script:
        suites.append(suite("plus", [script], Visibility.HIDDEN))
    return with_versions(
        Task(
            set_name=set_name,
            local=local_of(fields.number_or_text("task_id")),
            prompt=fields.text("text") if "text" in fields else fields.text("prompt"),
            entry_point=entry_point,
            suites=tuple(suites),
            reference=reference,
            candidate_names=borrowed.names,
            candidate_decides=entry_point in _MATCH_OBJECTS and any(_asks_for_truth(each) for each in suites),
        )
    )


def _asks_for_truth(suite: Suite) -> bool:
    return any(isinstance(case, CallCase) and case.comparison is Comparison.TRUTHY for case in suite.cases)
