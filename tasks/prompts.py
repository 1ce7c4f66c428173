"""Prompts for the public benchmarks as their papers give them, for chat models and for completion models."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tasks.task import AssertCase, CallCase, StdioCase, Suite, Task, Unknown, Visibility

_TESTS_SHOWN = 3
"""MBPP's paper shows the task's three asserts."""
_MBPP_END = "[DONE]"
_HUMANEVAL_STOPS = ("\nclass", "\ndef", "\n#", "\nif", "\nprint")
"""Where a completion of HumanEval ends, as its paper says."""


class PromptForm(StrEnum):
    """How a model is asked."""

    CHAT = "chat"
    COMPLETION = "completion"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is shown, and how its answer is read.

    Attributes:
        text: The message of a user, or the text to be continued.
        stop: Texts that end a completion; empty for chat.
        continues: The answer continues ``task.completion_prompt`` instead of being a whole program.
    """

    text: str
    stop: tuple[str, ...] = ()
    continues: bool = False


def prompt_for(task: Task, form: PromptForm) -> Prompt:
    """The first prompt for a task.

    A task with a ``completion_prompt`` (HumanEval, HumanEval+) is asked in HumanEval's way, every other one in MBPP's.

    Args:
        task: The task; hidden suites are never shown.
        form: How the model is asked.

    Source:
        Chen et al. 2021, arXiv:2107.03374, section 2.2 (the prompt is the function's head; a completion stops where
        its first column holds ``class``, ``def``, ``#``, ``if`` or ``print``); Austin et al. 2021, arXiv:2108.07732,
        section 3 (the prompt with its tests, ``[BEGIN]`` and ``[DONE]``), zero-shot. In chat form the same text is
        asked for in one message, without the marks that only a completion needs.
    """
    if task.completion_prompt:
        return _humaneval(task, form)
    return _mbpp(task, form)


def repair_prompt(task: Task, code: str, report: str) -> Prompt:
    """The prompt for the next round of a repair, as one chat message.

    Args:
        task: The task.
        code: The program that failed.
        report: What was found, as Markdown.
    """
    parts = [
        prompt_for(task, PromptForm.CHAT).text,
        f"This program was written for it:\n\n```python\n{code.rstrip()}\n```",
        f"It is not right yet. This was found:\n\n{report.rstrip()}",
        "Answer with the whole corrected program in one Python code block.",
    ]
    return Prompt("\n\n".join(parts))


def examples_prompt(task: Task, examples: tuple[str, ...], code: str | None = None) -> Prompt:
    """A prompt that gives examples of input and output only, and the program of the round before, if there was one.

    Source:
        Iterative example-based generation, Fu et al. 2024, "The First Prompt Counts the Most!".
    """
    listed = "\n".join(examples)
    asked = f"Write a Python function `{task.entry_point}` that agrees with these examples:\n\n```python\n{listed}\n```"
    if code is None:
        return Prompt(f"{asked}\n\nAnswer with the whole program in one Python code block.")
    before = f"This program does not agree with the last example:\n\n```python\n{code.rstrip()}\n```"
    return Prompt(f"{asked}\n\n{before}\n\nAnswer with the whole corrected program in one Python code block.")


def visible_tests(task: Task, limit: int = _TESTS_SHOWN) -> tuple[str, ...]:
    """Cases of the first visible suite as assert statements, as far as they can be written as such."""
    suite = next((each for each in task.suites if each.visibility is Visibility.VISIBLE), None)
    return () if suite is None else tuple(text for _, text in shown_cases(task, suite))[:limit]


def shown_cases(task: Task, suite: Suite) -> list[tuple[int, str]]:
    """Index and text of each case of a suite that can be written as an assert statement."""
    return [(index, text) for index in range(len(suite.cases)) if (text := _shown(task, suite, index))]


def _shown(task: Task, suite: Suite, index: int) -> str:
    case = suite.cases[index]
    if isinstance(case, AssertCase):
        return case.source.strip()
    if isinstance(case, CallCase) and case.expected is not Unknown.EXPECTED:
        if case.source.startswith("assert"):
            return case.source.strip()
        return f"assert {task.entry_point}({', '.join(map(repr, case.args))}) == {case.expected!r}"
    if isinstance(case, StdioCase):
        return f"# input:\n{case.stdin.rstrip()}\n# output:\n{case.stdout.rstrip()}"
    return ""


def _humaneval(task: Task, form: PromptForm) -> Prompt:
    if form is PromptForm.COMPLETION:
        return Prompt(task.completion_prompt, _HUMANEVAL_STOPS, continues=True)
    asked = "Complete this Python function. Answer with the whole function in one Python code block."
    return Prompt(f"{asked}\n\n```python\n{task.completion_prompt.rstrip()}\n```")


def _mbpp(task: Task, form: PromptForm) -> Prompt:
    tests = "\n".join(visible_tests(task))
    asked = f"You are an expert Python programmer, and here is your task: {task.prompt.strip()}"
    shown = f"{asked} Your code should pass these tests:\n\n{tests}" if tests else asked
    if form is PromptForm.COMPLETION:
        return Prompt(f"{shown}\n[BEGIN]\n", (_MBPP_END,))
    return Prompt(f"{shown}\n\nAnswer with the whole program in one Python code block.")
