"""Prompts as the papers give them, and nothing hidden in any of them."""

from __future__ import annotations

from tasks.inline import build_task
from tasks.prompts import PromptForm, examples_prompt, prompt_for, repair_prompt, visible_tests
from tasks.task import CallCase, Suite, SuiteKind, Task, Visibility

ASSERTS = [f"assert f({n}) == {n + 1}" for n in range(5)]
MBPP = build_task({"entry_point": "f", "prompt": "Write a function that adds one.", "tests": ASSERTS})
HEAD = 'def f(x):\n    """Add one."""\n'
HIDDEN = Suite("plus", SuiteKind.CASES, (CallCase((77777,), 77778),), Visibility.HIDDEN)
HUMANEVAL = Task("humaneval", "0", HEAD, "f", (HIDDEN,), completion_prompt=HEAD)


def test_mbpp_is_asked_in_its_papers_words() -> None:
    prompt = prompt_for(MBPP, PromptForm.COMPLETION)

    assert prompt.text == (
        "You are an expert Python programmer, and here is your task: Write a function that adds one. "
        "Your code should pass these tests:\n\n"
        "assert f(0) == 1\nassert f(1) == 2\nassert f(2) == 3\n[BEGIN]\n"
    )
    assert prompt.stop == ("[DONE]",)
    assert not prompt.continues


def test_humaneval_is_continued_from_the_functions_head() -> None:
    prompt = prompt_for(HUMANEVAL, PromptForm.COMPLETION)

    assert prompt.text == HEAD
    assert prompt.continues
    assert "\ndef" in prompt.stop


def test_a_chat_is_asked_for_a_whole_program() -> None:
    for task in (MBPP, HUMANEVAL):
        prompt = prompt_for(task, PromptForm.CHAT)
        assert "one Python code block" in prompt.text
        assert not prompt.continues
        assert not prompt.stop


def test_hidden_suites_are_in_no_prompt() -> None:
    assert visible_tests(HUMANEVAL) == ()
    for form in PromptForm:
        assert "77777" not in prompt_for(HUMANEVAL, form).text


def test_a_repair_shows_the_task_the_program_and_the_report() -> None:
    text = repair_prompt(MBPP, "def f(x):\n    return x\n", "# wrong_answer\n\nf(0) gives 0").text

    assert text.index("adds one") < text.index("return x") < text.index("f(0) gives 0")


def test_examples_are_given_alone_and_then_with_the_program_before() -> None:
    first = examples_prompt(MBPP, ("assert f(0) == 1",)).text
    later = examples_prompt(MBPP, ("assert f(0) == 1", "assert f(9) == 10"), "def f(x): return 1").text

    assert "adds one" not in first
    assert "assert f(0) == 1" in first
    assert "assert f(9) == 10" in later
    assert "return 1" in later
