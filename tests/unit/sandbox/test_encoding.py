from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from fractions import Fraction
from typing import Any

import pytest

from sandbox.encoding import decode_value, encode_exam, encode_value
from sandbox.runner import codec
from sandbox.spec import CallCase, CallExam, CollectExam

LARGE = Fraction(1, 10**200_000)


@pytest.mark.parametrize(
    "value", [[1, [2.5, "a"]], {"a": [1] * 20}, Counter("ab"), deque([1]), {1, 2}, range(9), Fraction(1, 3), [{}] * 12]
)
def test_what_is_encoded_can_be_decoded(value: Any) -> None:
    assert decode_value(encode_value(value)) == value


@pytest.mark.parametrize("value", [LARGE, [LARGE], {"a": (1, LARGE)}, 1 / LARGE])
def test_a_fraction_that_no_cell_takes_is_no_plain_value(value: Any) -> None:
    with pytest.raises(ValueError, match="fraction too large"):
        encode_value(value)
    for case in (CallCase((value,), 1), CallCase((1,), value), CallCase((1,), 2, also=(value,))):
        with pytest.raises(ValueError, match="fraction too large"):
            encode_exam(CallExam("base", "f", (case,)))
    with pytest.raises(ValueError, match="fraction too large"):
        encode_exam(CollectExam("base", "f", ((value,),)))


@pytest.mark.parametrize(
    "value",
    [
        [None] * 1000, [deque()] * 99, [deque([1, 2])] * 90, [{1}] * 190, [frozenset()] * 250, [{1: 2}] * 332,
        [OrderedDict(a=1)] * 160,
        [defaultdict(int, a=1)] * 240, [Counter("ab")] * 199, [range(3)] * 250, [Fraction(1, 2)] * 340,
        [[1] * 20] * 1000,
        [(None,)] * 499, [bytearray(b"a")] * 999, [1j] * 1000, ["a"] * 999,
    ],
    ids=lambda value: type(value[0]).__name__,
)  # fmt: skip
def test_parts_are_counted_as_they_are_decoded(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data = codec.encode(value)
    for most in range(900, 1101):
        monkeypatch.setattr(codec, "MAX_NODES", most)
        try:
            codec.decode(data, max_nodes=most)
        except codec.TooLarge:
            with pytest.raises(codec.TooLarge):
                codec.encode(value, decodable=True)
