from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import TaskFormatError
from tasks.extraction import BOM_NOTE, CRLF_NOTE, END_NOTE, FENCE_NOTE, THOUGHT_NOTE, Extracted, extract_code
from tasks.samples import Form, RefusedSample, Sample, program_of, read_samples
from tasks.task import AssertCase, Suite, SuiteKind, Task

CODE = "def f(x):\n    return x\n"


def read(*rows: Any) -> list[Sample | RefusedSample]:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return list(read_samples(io.BytesIO("\n".join(lines).encode())))


def test_the_three_forms() -> None:
    samples = read(
        {"task_id": "Mbpp/1", "solution": CODE, "_identifier": "x"},
        {"task_id": "HumanEval/0", "completion": "    return x\n", "sample_index": 3, "model": "m"},
        {"task_id": 7, "code": CODE, "sample_idx": 2, "parent": "cand_1", "metadata": {"a": 1}, "noise": 1},
    )
    assert samples == [
        Sample(1, "Mbpp/1", CODE, Form.SOLUTION, metadata={"_identifier": "x"}),
        Sample(2, "HumanEval/0", "    return x\n", Form.COMPLETION, 3, "m"),
        Sample(3, "7", CODE, Form.CODE, 2, None, "cand_1", {"a": 1}),
    ]


def test_a_broken_line_is_refused_and_the_rest_goes_on() -> None:
    good = {"task_id": "Mbpp/1", "solution": CODE}
    samples = read(
        good, "{oops", good, {"task_id": "Mbpp/1"}, {"solution": CODE}, {**good, "sample_index": -1}, [], good
    )
    assert [sample.line for sample in samples if isinstance(sample, RefusedSample)] == [2, 4, 5, 6, 7]
    assert [sample.line for sample in samples if isinstance(sample, Sample)] == [1, 3, 8]
    assert all(sample.message for sample in samples if isinstance(sample, RefusedSample))


def test_text_that_utf8_cannot_say_is_refused_with_its_place() -> None:
    (refused,) = read('{"task_id": "Mbpp/1", "solution": "x = \\"\\ud800\\""}')
    assert isinstance(refused, RefusedSample)
    assert "surrogate" in refused.message
    assert "/solution" in refused.message


@pytest.mark.parametrize("data", [b"", b"\n \n", gzip.compress(b"")])
def test_an_empty_file_is_refused(data: bytes) -> None:
    (refused,) = read_samples(io.BytesIO(data))
    assert isinstance(refused, RefusedSample)
    assert "no samples" in refused.message


def test_an_empty_program_is_a_sample() -> None:
    (sample,) = read({"task_id": "Mbpp/1", "solution": ""})
    assert isinstance(sample, Sample)


@pytest.mark.parametrize("name", ["gpt-3.5-turbo-0613_mbpp", "gpt-3.5-turbo-0613_humaneval", "mistral-7b_humaneval"])
def test_real_files_are_read_whole(name: str, data: Path) -> None:
    samples = list(read_samples(data / "samples" / f"{name}.jsonl.gz"))
    assert len(samples) > 500
    for sample in samples:
        assert isinstance(sample, Sample)
        assert sample.sample_index is not None
        assert sample.metadata["base_status"] in ("pass", "fail", "timeout", None)
        extracted = extract_code(sample.text)
        assert extracted.code == sample.text
        assert FENCE_NOTE not in extracted.notes


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        "",
        "def f(:",
        "\tx = 1",
        "x = 1\x00",
        'def f():\n    """Example:\n\n    ```python\n    f()\n    ```\n    """\n',
        CODE + "```",
        CODE + "```\nThis returns x.",
    ],
)
def test_text_without_a_fence_around_it_stays(text: str) -> None:
    assert extract_code(text) == Extracted(text)


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n{CODE}```",
        f"```\n{CODE}```\n",
        f"Here you are:\n\n```py\n{CODE}```\n\nIt returns x.",
        f"```python\n{CODE}",
        f"~~~~python\n{CODE}~~~~\n",
        f"Run this:\n```bash\npip install x\n```\n```python\n{CODE}```\nthen\n```python\nf(1)\n```",
        f"```Python\n{CODE}```",
        f"  ``` python\n{CODE}  ```",
    ],
)
def test_fences_around_the_code_are_removed_and_said(text: str) -> None:
    assert extract_code(text) == Extracted(CODE, (FENCE_NOTE,))


def test_the_block_that_defines_the_entry_point_is_taken() -> None:
    text = f"You are given:\n```python\nassert f(1) == 1\n```\nSo:\n```python\n{CODE}```\n"
    assert extract_code(text, "f") == Extracted(CODE, (FENCE_NOTE,))
    assert extract_code(text, "g") == Extracted("assert f(1) == 1\n", (FENCE_NOTE,))


def test_thinking_is_cut_off_with_all_its_drafts() -> None:
    text = f"<think>\nPerhaps\n```python\ndef f(x): return 0\n```\nno.\n</think>\n\n```python\n{CODE}```"
    assert extract_code(text) == Extracted(CODE, (THOUGHT_NOTE, FENCE_NOTE))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Here is the function:\n\n", ""),
        ("Sure! We return x.\n\n", "\nIt returns what it is given.\nNothing else.\n"),
        ("Answer:\n", "That is all.\n"),
    ],
)
def test_prose_around_code_without_fences_is_cut_off_and_counted(before: str, after: str) -> None:
    found = extract_code(before + CODE + after)

    assert found.code.strip() == CODE.strip()
    assert found.notes == (
        f"prose removed: {len(before.strip())} characters before the code, {len(after.strip())} after it",
    )


@pytest.mark.parametrize(
    "text",
    [f"{CODE}\nThis returns x.\n", "We import nothing:\nimport os\nos.x(", "I cannot do that.", "Well,\nimport os\n"],
)
def test_what_is_no_program_behind_prose_stays(text: str) -> None:
    assert extract_code(text) == Extracted(text)


def test_fenced_code_that_does_not_parse_is_taken_all_the_same() -> None:
    assert extract_code("```python\ndef f(:\n```") == Extracted("def f(:\n", (FENCE_NOTE,))


def test_bom_and_crlf() -> None:
    assert extract_code("\ufeff" + CODE) == Extracted(CODE, (BOM_NOTE,))
    crlf = CODE.replace("\n", "\r\n")
    assert extract_code(crlf) == Extracted(crlf, (CRLF_NOTE,))
    fenced = f"```python\r\n{crlf}```\r\n"
    assert extract_code(fenced) == Extracted(crlf, (FENCE_NOTE, CRLF_NOTE))


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(TaskFormatError, match="surrogate"):
        extract_code("x = '\udc80'")


PROMPT = 'def f(x):\n    """The same."""\n'


def task(completion_prompt: str) -> Task:
    suite = Suite("base", SuiteKind.ASSERTS, (AssertCase("assert f(1) == 1"),))
    return Task("mine", "1", "", "f", (suite,), completion_prompt=completion_prompt)


@pytest.mark.parametrize(
    ("text", "program", "notes"),
    [
        ("    return x\n", PROMPT + "    return x\n", ()),
        ("    return (\n", PROMPT + "    return (\n", ()),
        ("```python\n    return x\n```", PROMPT + "    return x\n", (FENCE_NOTE,)),
        (f"```python\n{CODE}```", PROMPT + CODE, (FENCE_NOTE,)),
        ("    return x\n```\n\nThis returns x.", PROMPT + "    return x\n", (END_NOTE,)),
        ("    return (\n```\n", PROMPT + "    return (\n```\n", ()),
    ],
)
def test_a_completion_is_put_behind_the_prompt(text: str, program: str, notes: tuple[str, ...]) -> None:
    assert program_of(text, Form.COMPLETION, task(PROMPT)) == Extracted(program, notes)


def test_whole_programs_are_not() -> None:
    assert program_of(CODE, Form.SOLUTION, task(PROMPT)).code == CODE
    assert program_of(CODE, Form.COMPLETION, task("")).code == CODE
