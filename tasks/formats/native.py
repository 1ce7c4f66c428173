"""The native format: one task a line, everything that a task can hold (``docs/tasks.md``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TextIO

from tasks.budget import shared_budget
from tasks.errors import TaskFormatError
from tasks.formats.fields import Fields
from tasks.lowering import lower
from tasks.task import (
    AssertCase,
    CallCase,
    Comparison,
    ScriptCase,
    StdioCase,
    Suite,
    SuiteKind,
    Task,
    TestCase,
    Unknown,
    Visibility,
)
from tasks.values import JSON, from_json, to_json
from tasks.versions import with_versions

_TASK_FIELDS = frozenset(
    {
        "set",
        "local",
        "prompt",
        "entry_point",
        "reference",
        "prelude",
        "candidate_names",
        "candidate_decides",
        "contract",
        "completion_prompt",
        "tags",
        "suites",
        "version",
    }
)
_SUITE_FIELDS = frozenset(
    {
        "name",
        "kind",
        "cases",
        "visibility",
        "setup",
        "setup_uses_candidate",
        "float_atol",
        "float_rtol",
        "float_restart",
        "provenance",
        "version",
    }
)
_CASE_FIELDS = frozenset({"args", "expected", "also", "comparison", "atol", "rtol", "source"})
_SINGLE = (SuiteKind.CHECK, SuiteKind.PYTEST)


def encode(task: Task) -> dict[str, JSON]:
    """A task as a JSON object; what has its default value is left out.

    Raises:
        TaskFormatError: If a case holds a value that is not plain.
    """
    document: dict[str, JSON] = {
        "set": task.set_name,
        "local": task.local,
        "prompt": task.prompt,
        "entry_point": task.entry_point,
        "reference": task.reference,
        "prelude": task.prelude,
        "candidate_names": list(task.candidate_names),
        "candidate_decides": task.candidate_decides,
        "contract": task.contract,
        "completion_prompt": task.completion_prompt,
        "tags": list(task.tags),
        "suites": [_encoded_suite(suite) for suite in task.suites],
        "version": task.version,
    }
    return {key: value for key, value in document.items() if value not in (None, "", False, [])}


def _encoded_suite(suite: Suite) -> dict[str, JSON]:
    document: dict[str, JSON] = {
        "name": suite.name,
        "kind": suite.kind.value,
        "visibility": suite.visibility.value,
        "setup": suite.setup,
        "setup_uses_candidate": suite.setup_uses_candidate,
        "float_atol": suite.float_atol,
        "float_rtol": suite.float_rtol,
        "float_restart": suite.float_restart,
        "provenance": {key: to_json(value) for key, value in suite.provenance.items()},
        "version": suite.version,
    }
    kept: dict[str, JSON] = {key: value for key, value in document.items() if value not in ("", False, 0, {})}
    kept["cases"] = [_encoded_case(case) for case in suite.cases]
    return kept


def _encoded_case(case: TestCase) -> JSON:
    match case:
        case AssertCase(source=source) | ScriptCase(source=source):
            return source
        case StdioCase(stdin=stdin, stdout=stdout):
            return {"stdin": stdin, "stdout": stdout}
        case CallCase():
            return _encoded_call(case)


def _encoded_call(case: CallCase) -> dict[str, JSON]:
    document: dict[str, JSON] = {"args": [to_json(arg) for arg in case.args]}
    if case.expected is not Unknown.EXPECTED:
        document["expected"] = to_json(case.expected)
    if case.also:
        document["also"] = [to_json(value) for value in case.also]
    if case.comparison is not Comparison.EQUAL:
        document["comparison"] = case.comparison.value
    for name, number in (("atol", case.atol), ("rtol", case.rtol)):
        if number:
            document[name] = number
    if case.source:
        document["source"] = case.source
    return document


def decode(document: Mapping[str, Any], set_name: str | None = None) -> Task:
    """The task that a JSON object describes, with its versions worked out afresh.

    Args:
        document: The object.
        set_name: The set that the task joins; None takes the object's own ``set``.

    Raises:
        TaskFormatError: With a pointer to what is missing, unknown or of another type.
    """
    fields = Fields(document)
    fields.refuse_unknown(_TASK_FIELDS)
    with shared_budget():
        suites = tuple(_decoded_suite(item, f"/suites/{index}") for index, item in enumerate(fields.items("suites")))
    if not suites:
        raise TaskFormatError("a task has at least one suite", "/suites")
    if len({suite.name for suite in suites}) < len(suites):
        raise TaskFormatError("two suites have the same name", "/suites")
    return with_versions(
        Task(
            set_name=fields.text("set") if set_name is None else set_name,
            local=fields.number_or_text("local"),
            prompt=fields.text("prompt", ""),
            entry_point=fields.text("entry_point", None) or None,
            suites=suites,
            reference=fields.optional_text("reference"),
            prelude=fields.text("prelude", ""),
            candidate_names=fields.texts("candidate_names", []),
            candidate_decides=fields.flag("candidate_decides", False),
            contract=fields.text("contract", ""),
            completion_prompt=fields.text("completion_prompt", ""),
            tags=fields.texts("tags", []),
        )
    )


def _decoded_suite(document: object, pointer: str) -> Suite:
    fields = Fields.of(document, pointer)
    fields.refuse_unknown(_SUITE_FIELDS)
    kind = fields.choice("kind", SuiteKind)
    items = fields.items("cases")
    if not items:
        raise TaskFormatError("a suite has at least one case", f"{pointer}/cases")
    if kind in _SINGLE and len(items) != 1:
        raise TaskFormatError(f"a suite of kind {kind.value} has exactly one case", f"{pointer}/cases")
    return Suite(
        name=fields.text("name"),
        kind=kind,
        cases=tuple(decode_case(kind, item, f"{pointer}/cases/{index}") for index, item in enumerate(items)),
        visibility=fields.choice("visibility", Visibility, Visibility.VISIBLE),
        setup=fields.text("setup", ""),
        setup_uses_candidate=fields.flag("setup_uses_candidate", False),
        float_atol=fields.number("float_atol", 0),
        float_rtol=fields.number("float_rtol", 0),
        float_restart=fields.whole("float_restart", 0),
        provenance=_decoded_provenance(fields, pointer),
    )


def _decoded_provenance(fields: Fields, pointer: str) -> Mapping[str, object]:
    found = fields.anything("provenance") if "provenance" in fields else {}
    if not isinstance(found, dict):
        raise TaskFormatError("expected an object", f"{pointer}/provenance")
    return {str(key): from_json(value, f"{pointer}/provenance/{key}") for key, value in found.items()}


def decode_case(kind: SuiteKind, document: object, pointer: str = "") -> TestCase:
    """The case that a JSON value describes in a suite of some kind.

    Raises:
        TaskFormatError: If it is not in that kind's form.
    """
    if kind is SuiteKind.CASES:
        return _decoded_call(Fields.of(document, pointer), pointer)
    if kind is SuiteKind.STDIO:
        fields = Fields.of(document, pointer)
        fields.refuse_unknown(frozenset({"stdin", "stdout"}))
        return StdioCase(fields.text("stdin", ""), fields.text("stdout"))
    source = Fields({"source": document}).text("source") if isinstance(document, str) else None
    if source is None:
        raise TaskFormatError(f"expected source text, found {type(document).__name__}", pointer)
    return AssertCase(source) if kind is SuiteKind.ASSERTS else ScriptCase(source)


def _decoded_call(fields: Fields, pointer: str) -> CallCase:
    fields.refuse_unknown(_CASE_FIELDS)
    return CallCase(
        args=tuple(from_json(arg, f"{pointer}/args/{index}") for index, arg in enumerate(fields.items("args"))),
        expected=from_json(fields.anything("expected"), f"{pointer}/expected")
        if "expected" in fields
        else Unknown.EXPECTED,
        also=tuple(from_json(value, f"{pointer}/also/{index}") for index, value in enumerate(fields.items("also", []))),
        comparison=fields.choice("comparison", Comparison, Comparison.EQUAL),
        atol=fields.number("atol", 0),
        rtol=fields.number("rtol", 0),
        source=fields.text("source", ""),
    )


def task_from_row(row: dict[str, Any], set_name: str) -> Task:
    """A task from one line of a native file; asserts that can be lowered are lowered.

    Raises:
        TaskFormatError: With a pointer to what is wrong.
    """
    task = decode(row, set_name)
    if task.entry_point is None:
        return task
    suites = tuple(lower(suite, task.entry_point, task.prelude) for suite in task.suites)
    return with_versions(replace(task, suites=suites))


def write(tasks: Iterable[Task], file: TextIO) -> int:
    """Write tasks as JSON lines.

    Returns:
        How many were written.

    Raises:
        TaskFormatError: If a case holds a value that is not plain; the tasks before it are written.
    """
    count = 0
    for task in tasks:
        file.write(json.dumps(encode(task), ensure_ascii=True, allow_nan=False) + "\n")
        count += 1
    return count
