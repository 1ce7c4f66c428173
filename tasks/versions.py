"""Versions: digests over everything in a task or a suite that can change a verdict."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from tasks.task import AssertCase, CallCase, ScriptCase, StdioCase, Suite, Task, TestCase, Unknown
from tasks.values import JSON, canonical, to_json

_Memo = dict[int, bytes]


def with_versions(task: Task) -> Task:
    """The task with the version of each suite, and its own, worked out.

    A suite's name and visibility do not count, nor do prompt, tags and ids of a task: the same content has the
    same version wherever it stands.

    Raises:
        TaskFormatError: If a case holds a value that is not plain.
    """
    memo: _Memo = {}
    suites = tuple(replace(suite, version=_suite_version(suite, memo)) for suite in task.suites)
    document: JSON = [
        task.entry_point,
        task.reference,
        task.prelude,
        list(task.candidate_names),
        task.candidate_decides,
        task.contract,
        task.completion_prompt,
        [[suite.name, suite.version] for suite in suites],
    ]
    return replace(task, suites=suites, version=hashlib.sha256(canonical(document).encode()).hexdigest())


def suite_version(suite: Suite) -> str:
    """SHA-256 over the content of a suite, hex.

    Raises:
        TaskFormatError: If a case holds a value that is not plain.
    """
    return _suite_version(suite, {})


def _suite_version(suite: Suite, memo: _Memo) -> str:
    head: JSON = [
        suite.kind.value,
        suite.setup,
        suite.setup_uses_candidate,
        suite.float_atol,
        suite.float_rtol,
        suite.float_restart,
    ]
    digest = hashlib.sha256(canonical(head).encode())
    for case in suite.cases:
        digest.update(_case_digest(case, memo))
    return digest.hexdigest()


def _case_digest(case: TestCase, memo: _Memo) -> bytes:
    # suites of one task share their case objects, and large ones are dear to write down
    known = memo.get(id(case))
    if known is None:
        known = memo[id(case)] = hashlib.sha256(canonical(_case_content(case)).encode()).digest()
    return known


def _case_content(case: TestCase) -> JSON:
    match case:
        case AssertCase(source=source) | ScriptCase(source=source):
            return [source]
        case StdioCase(stdin=stdin, stdout=stdout):
            return [stdin, stdout]
        case CallCase():
            expected: JSON = [] if case.expected is Unknown.EXPECTED else [to_json(case.expected)]
            also: JSON = [to_json(value) for value in case.also]
            return [to_json(list(case.args)), expected, also, case.comparison.value, case.atol, case.rtol]
