"""Running programs on inputs of a task: the port, and what passes through it.

``TaskT`` is ``tasks.task.Task`` wherever these are used; the domain itself knows no task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

TaskT_contra = TypeVar("TaskT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """An input that belongs to a task, and what the task's reference answers to it.

    Attributes:
        args: Arguments, plain values.
        expected: The answer, plain, as a case of the task would expect it.
        wall_s: Seconds that the reference took.
        comparison: How answers are compared with it, a value of ``tasks.task.Comparison``.
        also: Further accepted answers.
        atol: Absolute tolerance, >= 0.
        rtol: Relative tolerance, >= 0.
    """

    args: tuple[Any, ...]
    expected: Any
    wall_s: float = 0.0
    comparison: str = "equal"
    also: tuple[Any, ...] = ()
    atol: float = 0.0
    rtol: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program made of one input.

    Attributes:
        text: The answer as a Python literal, bounded; None without one.
        digest: Equal answers of equal types share it; None without one.
        error: Class of the exception, or why there is no answer; None with one.
        whole: The text is not cut off.
    """

    text: str | None
    digest: str | None
    error: str | None = None
    whole: bool = True


class SyntaxTrees(Protocol):
    """Compares programs by their syntax trees, without running them and without parsing them in this process."""

    async def digests(self, programs: Sequence[bytes]) -> Sequence[str | None]:
        """One digest per program.

        Programs share it if their trees are equal up to places in the text, docstrings and the spelling of constants;
        names count. None for what has no tree: no Python, or too deep or too large to be read.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """


class Executor(Protocol[TaskT_contra]):
    """Runs many programs on many inputs of one task, each program in candidate processes of its own."""

    async def trials(self, task: TaskT_contra, inputs: Sequence[tuple[Any, ...]]) -> Sequence[Trial]:
        """Those inputs that the task's contract and reference take, each with the reference's answer.

        Left out is what the contract refuses, what the reference raises on, is slow at or answers differently
        when it is asked again, and what cannot be compared.

        Raises:
            InvalidTask: If the task has no reference, or it cannot be loaded.
            SandboxTrouble: If the sandbox failed.
        """

    async def outcomes(
        self, task: TaskT_contra, programs: Sequence[bytes], trials: Sequence[Trial], *, case_wall_s: float = 0.5
    ) -> Sequence[str]:
        """One word per program, one letter per trial: ``p`` agrees with the reference, ``w`` does not, ``r`` raises.

        ``t`` took too long and ``a`` broke a limit; what comes after these two was not tried, ``s``.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """

    async def answers(
        self, task: TaskT_contra, programs: Sequence[bytes], inputs: Sequence[tuple[Any, ...]]
    ) -> Sequence[Sequence[Answer]]:
        """What each program answers to each input.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """
