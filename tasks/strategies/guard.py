"""A reference behind its task's contract, as one program: it answers for inputs of the task and raises for others."""

from __future__ import annotations

import textwrap

from tasks.strategies.signature import parameters
from tasks.syntax import parse
from tasks.task import Task

GUARDED = "assay_guarded_reference"
_CONTRACT = "assay_contract"
_GUARD = """


def {contract}({names}):
{body}


def {guarded}(*args):
    import copy

    {contract}(*copy.deepcopy(args))
    return {entry_point}(*args)
"""


def guarded_reference(task: Task) -> str | None:
    """The reference with a further function ``GUARDED``, which checks the contract before it answers.

    The contract sees copies of the arguments, and calls of the reference to itself are not checked again.

    Returns:
        None if the task has no reference, no contract, or the two do not go together.
    """
    if task.reference is None or task.entry_point is None or not task.contract.strip():
        return None
    declared = parameters(task.reference, task.entry_point)
    if not declared:
        return None
    program = task.reference + _GUARD.format(
        contract=_CONTRACT,
        names=", ".join(f"{parameter.name}=None" for parameter in declared),
        body=textwrap.indent(task.contract, "    "),
        guarded=GUARDED,
        entry_point=task.entry_point,
    )
    return program if parse(program) is not None else None
