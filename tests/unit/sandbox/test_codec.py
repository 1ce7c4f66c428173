"""The encoding of plain values: exact round trips, subclasses lose their methods, hostile bytes do no harm."""

from __future__ import annotations

import contextlib
import datetime
import math
import uuid
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runner import codec

PLAIN: list[Any] = [
    None, True, False, 0, -1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400, 1.5, -0.0, math.inf, "", "é\ud800\x00",
    b"", b"\x00x", bytearray(b"ab"), 2j, [],
    [1, [2, [3]]], (), (1, "a"), set(), {1, "a"}, frozenset({2}), {}, {1: {2: 3}},
    OrderedDict(b=1, a=2), Counter("abca"), deque([1, 2]), range(3, 9, 2), slice(1, None, 2), Fraction(1, 3),
    Decimal("1.50"), datetime.date(2020, 2, 29), datetime.datetime(2020, 1, 2, 3, 4, 5, 6),
    datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone(datetime.timedelta(hours=2)), fold=1),
    datetime.time(1, 2, 3, 4), datetime.timedelta(-1, 2, 3), uuid.UUID(int=7), ..., len, sorted,
    list(range(50)), tuple(range(50)), [0.5] * 20, tuple([0.5] * 20), [10**30] * 9, [True] * 12,
]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_round_trip_keeps_value_and_type(value: Any) -> None:
    decoded = codec.decode(codec.encode(value))

    assert decoded == value
    assert type(decoded) is type(value)
    assert repr(decoded) == repr(value) or isinstance(value, (set, frozenset))


def test_nan_and_minus_zero_survive() -> None:
    nan, zero = codec.decode(codec.encode([math.nan, -0.0]))

    assert math.isnan(nan)
    assert math.copysign(1, zero) == -1


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(_values)
def test_round_trip_of_any_nesting(value: Any) -> None:
    assert codec.decode(codec.encode(value)) == value


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    with contextlib.suppress(codec.Malformed, codec.TooLarge):
        codec.decode(data)


@given(st.data())
def test_damaged_encodings_are_refused_and_nothing_else(data: st.DataObject) -> None:
    encoded = bytearray(codec.encode(PLAIN))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(codec.Malformed, codec.TooLarge):
        codec.decode(bytes(encoded), max_nodes=10_000)


def test_a_subclass_loses_its_lying_methods() -> None:
    class Liar(list[int]):
        def __eq__(self, other: object) -> bool:
            return True

        def __iter__(self) -> Any:
            return iter([1, 2, 3])

        __hash__ = None

    class Text(str):
        def encode(self, *args: Any) -> bytes:
            return b"lie"

    point = namedtuple("point", "x y")

    assert codec.decode(codec.encode(Liar())) == []
    assert codec.decode(codec.encode(Text("honest"))) == "honest"
    assert type(codec.decode(codec.encode(point(1, 2)))) is tuple
    assert type(codec.decode(codec.encode(defaultdict(lambda: 1, a=1)))) is dict


def test_containers_keep_what_makes_them_what_they_are() -> None:
    counts = codec.decode(codec.encode(defaultdict(int, a=1)))
    last = codec.decode(codec.encode(deque([1, 2], maxlen=2)))
    keys, items = (codec.decode(codec.encode(view)) for view in ({3: 0, 1: 0}.keys(), {3: [0], 1: [1]}.items()))
    zone = datetime.timezone(datetime.timedelta(hours=1, microseconds=7))

    assert (type(counts), counts["b"]) == (defaultdict, 0)
    assert last.maxlen == 2
    assert (type(keys), list(keys), keys == {1, 3}) == (type({}.keys()), [3, 1], True)
    assert (type(items), list(items)) == (type({}.items()), [(3, [0]), (1, [1])])
    assert codec.decode(codec.encode(datetime.time(1, tzinfo=zone))).utcoffset() == zone.utcoffset(None)


@pytest.mark.parametrize("factory", [b"N", b"B\x03\x00\x00\x00abs", b"i\x01" + bytes(7)])
def test_only_known_types_make_default_values(factory: bytes) -> None:
    data = b"D\x00\x00\x00\x00" + factory
    if factory == b"N":
        assert codec.decode(data) == defaultdict()
    else:
        with pytest.raises(codec.Malformed):
            codec.decode(data)


def test_what_is_not_plain_is_refused_or_becomes_a_handle() -> None:
    with pytest.raises(codec.NotPlain):
        codec.encode(object())

    data = codec.encode([object()], opaque=lambda value: codec.handle(7, "thing"))

    assert codec.decode(data, resolve=lambda number, text: (number, text)) == [(7, "thing")]
    with pytest.raises(codec.Malformed):
        codec.decode(data)


def test_bounds() -> None:
    deep: list[Any] = []
    for _ in range(codec.MAX_DEPTH + 1):
        deep = [deep]
    endless: list[Any] = []
    endless.append(endless)

    for value in (deep, endless):
        with pytest.raises(codec.TooLarge):
            codec.encode(value)
    with pytest.raises(codec.TooLarge):
        codec.encode("x" * 100, limit=50)
    with pytest.raises(codec.TooLarge):
        codec.encode(1 << (8 * codec.MAX_INTEGER_BYTES))
    with pytest.raises(codec.TooLarge):
        codec.decode(codec.encode([None] * 100), max_nodes=50)
    with pytest.raises(codec.TooLarge):
        codec.decode(b"l\x01\x00\x00\x00" * (codec.MAX_DEPTH + 2) + b"N")


def test_length_that_lies_is_refused_before_anything_is_built() -> None:
    for tag in b"ltSZqdOCPQsbyI":
        with pytest.raises(codec.Malformed):
            codec.decode(bytes([tag]) + b"\xff\xff\xff\xff")


def test_numpy_scalars_cross_as_numbers() -> None:
    numpy = pytest.importorskip("numpy")

    assert codec.decode(codec.encode([numpy.int64(3), numpy.float32(0.5), numpy.bool_(True)])) == [3, 0.5, True]
    with pytest.raises(codec.NotPlain):
        codec.encode(numpy.zeros(3))
