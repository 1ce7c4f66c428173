"""Likeness of trees, made in real cells."""

from __future__ import annotations

import pytest

from sandbox.port import Sandbox
from service.domain.ports import Order
from service.domain.verdict import Failure, Verdict
from service.errors import NotFound
from service.verify.similarity import DEFAULT, MEASURES, SimilarityVerifiers
from tasks.inline import build_task
from tasks.versions import with_versions

TASK = with_versions(
    build_task({"entry_point": "f", "tests": ["assert f(1) == 2"], "reference": "def f(x):\n    return x + 1\n"})
)


async def test_programs_of_all_kinds_are_compared(sandbox: Sandbox) -> None:
    kind = SimilarityVerifiers(sandbox)
    names = (DEFAULT, *MEASURES)
    same = await kind.judge(TASK, Order(b"def f(y):\n    return y + 3\n", names))
    assert {judgement.verdict for judgement in same.values()} == {Verdict.ACCEPTED}
    assert same[DEFAULT] == same["similarity:ast"]
    assert same[DEFAULT].score == 1.0
    other = await kind.judge(TASK, Order(b"import os\nclass C:\n    x = [1, 2]\nprint(C.x, os)\n" * 9, names))
    assert other[DEFAULT].verdict is Verdict.REJECTED
    assert "accepted from" in other["similarity:chrf"].evidence.message
    assert "version:" in other["similarity:chrf"].evidence.message
    for broken in (b"def f(:", b"x = 1\x00", b"(" * 5000, b"-" * 100_000 + b"1"):
        found = await kind.judge(TASK, Order(broken, names))
        tree = found["similarity:ast"]
        assert tree.verdict is Verdict.COMPILE_ERROR or tree.failure is Failure.INFRASTRUCTURE_ERROR
        assert tree.verdict is not Verdict.ACCEPTED
        assert found["similarity:tokens"].verdict is not None
    empty = await kind.judge(TASK, Order(b" \n", names))
    assert {judgement.verdict for judgement in empty.values()} == {Verdict.COMPILE_ERROR}


def test_without_a_reference_there_is_nothing_to_compare_with(sandbox: Sandbox) -> None:
    task = build_task({"entry_point": "f", "tests": ["assert f(1) == 2"]})
    kind = SimilarityVerifiers(sandbox)
    assert kind.resolve(task, "base") is None
    with pytest.raises(NotFound, match="no reference"):
        kind.resolve(task, "similarity")
