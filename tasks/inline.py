"""A task as it comes in a request: a prompt, an entry point and one kind of tests."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from tasks.budget import shared_budget
from tasks.errors import TaskFormatError
from tasks.formats.fields import Fields
from tasks.formats.native import decode_case
from tasks.lowering import lower
from tasks.names import BUILTIN_NAMES, entry_point_of, free_names, prompt_prelude
from tasks.patching import MODULE_OF_CANDIDATE
from tasks.syntax import parse, parsing_problem, syntax_problem
from tasks.task import AssertCase, CallCase, ScriptCase, Suite, SuiteKind, Task, TestCase, Unknown, Visibility
from tasks.values import MARK
from tasks.versions import with_versions

INLINE_SET = "inline"

_TESTS = ("tests", "check", "cases", "stdio", "pytest")
_PARSED = ("tests", "check", "cases", "pytest", "setup", "prompt", "reference")
_KNOWN = frozenset(
    {"entry_point", "prompt", "setup", "candidate_names", "candidate_decides", "visibility", "reference", *_TESTS}
)


class SplitScript(NamedTuple):
    """A file of asserts, taken apart: what goes before them, and each assert."""

    setup: str
    tests: tuple[str, ...]


def build_task(document: Mapping[str, Any], pointer: str = "") -> Task:
    """The task of an inline form, with one suite ``base``.

    Args:
        document: ``prompt``, ``entry_point``, ``setup``, ``candidate_names``, ``candidate_decides``, ``visibility``,
            ``reference`` and exactly one of ``tests``, ``check``, ``cases``, ``stdio``, ``pytest``.
            ``entry_point`` may be left out where the tests call one function only.
        pointer: Where the form stands in its document; put before the pointers of errors.

    Returns:
        A task of the set ``inline``, whose id is a digest of its content.

    Raises:
        TaskFormatError: If the form cannot be read. Whether the tests can judge is another question
            (``tasks.weakness``).
    """
    try:
        for name in _PARSED:
            _check_dear(document.get(name), f"/{name}")
        with shared_budget():
            return _build(Fields(document))
    except TaskFormatError as error:
        raise error.under(pointer) from None
    except RecursionError:
        raise TaskFormatError("the task is nested too deeply", pointer) from None


def _check_dear(found: object, pointer: str, *, text: bool = True) -> None:
    """Refuse source, in whatever part of a document, that takes the parser long (``tasks.syntax``)."""
    match found:
        case str():
            problem = parsing_problem(found) if text else None
            if problem is not None:
                raise TaskFormatError(problem, pointer)
        case dict():
            for key, part in found.items():
                _check_dear(part, f"{pointer}/{key}", text=key == MARK)
        case list():
            for index, part in enumerate(found):
                if isinstance(part, str | list | dict):
                    _check_dear(part, f"{pointer}/{index}", text=text)


def _build(fields: Fields) -> Task:
    fields.refuse_unknown(_KNOWN)
    given = [name for name in _TESTS if fields.given(name)]
    if len(given) != 1:
        found = " and ".join(given) or "none"
        raise TaskFormatError(
            f"give exactly one of {', '.join(_TESTS)}; found {found}", f"/{given[1]}" if given else ""
        )
    kind, cases = _READERS[given[0]](fields)
    setup, prompt = fields.text("setup", ""), fields.text("prompt", "")
    _check_names(fields)
    names = fields.texts("candidate_names", [])
    reference = fields.optional_text("reference")
    entry_point = _entry_point(fields, kind, cases, setup, reference, names)
    prelude = prompt_prelude(prompt, entry_point) if entry_point is not None else ""
    suite = Suite(
        name="base",
        kind=kind,
        cases=cases,
        visibility=fields.choice("visibility", Visibility, Visibility.VISIBLE),
        setup=setup,
        setup_uses_candidate=bool(free_names([setup]) & {entry_point or "", *names}),
    )
    task = Task(
        set_name=INLINE_SET,
        local="",
        prompt=prompt,
        entry_point=entry_point,
        suites=(suite if entry_point is None else lower(suite, entry_point, prelude),),
        reference=reference,
        prelude=prelude,
        candidate_names=names,
        candidate_decides=fields.flag("candidate_decides", False),
    )
    return _named(with_versions(task))


def _named(task: Task) -> Task:
    content = f"{task.version}\n{task.suites[0].visibility}\n{task.prompt}"
    local = hashlib.sha256(content.encode()).hexdigest()[:16]
    return replace(task, local=local)


def _check_names(fields: Fields) -> None:
    for index, name in enumerate(fields.texts("candidate_names", [])):
        if not name.isidentifier():
            raise TaskFormatError(f"{name!r} is not a name", f"/candidate_names/{index}")


def _entry_point(
    fields: Fields,
    kind: SuiteKind,
    cases: tuple[TestCase, ...],
    setup: str,
    reference: str | None,
    names: tuple[str, ...],
) -> str | None:
    if kind is SuiteKind.STDIO:
        return None
    given = fields.optional_text("entry_point")
    if given is not None:
        if not given.isidentifier():
            raise TaskFormatError(f"{given!r} is not the name of a function", "/entry_point")
        return given
    sources = [case.source for case in cases if isinstance(case, AssertCase | ScriptCase)]
    for index, source in enumerate(sources):
        _must_parse(source, f"/tests/{index}" if kind is SuiteKind.ASSERTS else f"/{kind.value}")
    found = _imported(sources, names) if kind is SuiteKind.PYTEST else None
    if found is None and kind is SuiteKind.ASSERTS:
        found = entry_point_of(sources, reference, setup + "".join(f"\n{name} = None" for name in names))
    if found is None:
        raise TaskFormatError("name the function that the tests call", "/entry_point")
    return found


def _imported(sources: list[str], names: tuple[str, ...]) -> str | None:
    """The only undeclared name that a pytest file imports from the candidate's module."""
    found = {
        alias.name
        for source in sources
        for node in ast.walk(parse(source) or ast.Module([], []))
        if isinstance(node, ast.ImportFrom) and node.module == MODULE_OF_CANDIDATE
        for alias in node.names
    } - {"*", *names}
    return found.pop() if len(found) == 1 else None


_Read = tuple[SuiteKind, tuple[TestCase, ...]]


def _asserts(fields: Fields) -> _Read:
    return SuiteKind.ASSERTS, tuple(AssertCase(source) for source in _some(fields.texts("tests"), "/tests"))


def _check(fields: Fields) -> _Read:
    return SuiteKind.CHECK, (ScriptCase(fields.text("check")),)


def _pytest(fields: Fields) -> _Read:
    return SuiteKind.PYTEST, (ScriptCase(fields.text("pytest")),)


def _cases(fields: Fields) -> _Read:
    items = _some(fields.items("cases"), "/cases")
    cases = tuple(decode_case(SuiteKind.CASES, item, f"/cases/{index}") for index, item in enumerate(items))
    for index, case in enumerate(cases):
        if isinstance(case, CallCase) and case.expected is Unknown.EXPECTED:
            raise TaskFormatError('the field "expected" is missing', f"/cases/{index}")
    return SuiteKind.CASES, cases


def _stdio(fields: Fields) -> _Read:
    items = _some(fields.items("stdio"), "/stdio")
    return SuiteKind.STDIO, tuple(
        decode_case(SuiteKind.STDIO, item, f"/stdio/{index}") for index, item in enumerate(items)
    )


_READERS: Mapping[str, Callable[[Fields], _Read]] = {
    "tests": _asserts,
    "check": _check,
    "cases": _cases,
    "stdio": _stdio,
    "pytest": _pytest,
}


def _some(items: Any, pointer: str) -> Any:
    if not items:
        raise TaskFormatError("there are no cases", pointer)
    return items


def _must_parse(source: str, pointer: str) -> None:
    problem = syntax_problem(source)
    if problem is not None:
        raise TaskFormatError(f"this does not parse: {problem}", pointer)


def split_script(source: str) -> SplitScript:
    """A file of asserts as set-up code and single asserts.

    Imports and definitions before the first assert become set-up code. A file in which other statements stand
    among or behind the asserts is one test as a whole, so that nothing changes its meaning.

    Raises:
        TaskFormatError: If the source does not parse or asserts nothing.
    """
    _must_parse(source, "")
    body = (parse(source) or ast.Module([], [])).body
    first = next((index for index, node in enumerate(body) if isinstance(node, ast.Assert)), None)
    if first is None:
        raise TaskFormatError("the file asserts nothing")
    if not all(isinstance(node, ast.Assert) for node in body[first:]):
        return SplitScript("", (source,))
    setup = "\n".join(map(ast.unparse, body[:first]))
    tests = tuple(ast.get_source_segment(source, node) or ast.unparse(node) for node in body[first:])
    if (free_names([setup]) - BUILTIN_NAMES) & free_names(tests):
        return SplitScript("", (source,))
    return SplitScript(setup, tests)
