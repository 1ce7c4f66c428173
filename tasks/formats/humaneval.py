"""HumanEval: ``prompt``, ``entry_point``, ``canonical_solution`` and a ``test`` that defines ``check(candidate)``."""

from __future__ import annotations

from typing import Any

from tasks.formats.fields import Fields
from tasks.identifiers import local_of
from tasks.lowering import lower
from tasks.names import borrowed_names, prompt_prelude
from tasks.task import ScriptCase, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions

_INPUTS_AND_RESULTS = "\n    inputs = ["
"""Stands in the checks that hold the inputs and results of HumanEval+, and in no other."""


def task_from_row(row: dict[str, Any], set_name: str) -> Task:
    """A task with one suite: ``base`` (visible), or ``plus`` (hidden) if the check is one of HumanEval+.

    Raises:
        TaskFormatError: If a field is missing or wrong.
    """
    fields = Fields(row)
    prompt, entry_point, test = fields.text("prompt"), fields.text("entry_point"), fields.text("test")
    reference = prompt + fields.text("canonical_solution")
    prelude = prompt_prelude(prompt, entry_point)
    borrowed = borrowed_names([test], "", prelude, reference, entry_point)
    plus = _INPUTS_AND_RESULTS in test
    suite = Suite(
        name="plus" if plus else "base",
        kind=SuiteKind.CHECK,
        cases=(ScriptCase(test),),
        visibility=Visibility.HIDDEN if plus else Visibility.VISIBLE,
        setup="\n".join(borrowed.imports),
    )
    return with_versions(
        Task(
            set_name=set_name,
            local=local_of(fields.number_or_text("task_id")),
            prompt=prompt,
            entry_point=entry_point,
            suites=(lower(suite, entry_point, prelude),),
            reference=reference,
            prelude=prelude,
            candidate_names=borrowed.names,
            completion_prompt=prompt,
        )
    )
