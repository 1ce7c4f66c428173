from __future__ import annotations

import ast
import math
from collections import Counter, OrderedDict, deque
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.budget import NotLiteral
from tasks.errors import TaskFormatError
from tasks.literal_text import literal_text
from tasks.literals import evaluate, parse_value
from tasks.values import canonical, from_json, to_json

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(codec=None))
    | st.binary(max_size=20)
)
hashables = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4).map(tuple) | st.frozensets(inner, max_size=4), max_leaves=8
)
values = st.recursive(
    hashables,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(hashables, inner, max_size=4)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
        | st.sets(hashables, max_size=4)
        | st.binary(max_size=6).map(bytearray)
    ),
    max_leaves=12,
)


def shape(value: object) -> object:
    """The value with its exact types, sets in a fixed order and nan equal to itself."""
    if isinstance(value, list | tuple | deque):
        return type(value).__name__, [shape(item) for item in value]
    if isinstance(value, set | frozenset):
        return type(value).__name__, sorted(repr(shape(item)) for item in value)
    if isinstance(value, dict):
        return type(value).__name__, [(shape(key), shape(item)) for key, item in value.items()]
    if isinstance(value, complex):
        return "complex", repr(value.real), repr(value.imag)
    return type(value).__name__, hex(value) if isinstance(value, int) else repr(value)


def written(text: str) -> object:
    return evaluate(ast.parse(text, mode="eval").body)


@given(values)
def test_values_come_back_from_python_text_with_their_types(value: object) -> None:
    assert shape(parse_value(literal_text(value))) == shape(value)


@given(values)
def test_values_come_back_from_json_with_their_types(value: object) -> None:
    assert shape(from_json(to_json(value))) == shape(value)


@given(values)
def test_json_needs_no_extension(value: object) -> None:
    assert "NaN" not in (text := canonical(to_json(value))) or "nan" in text or "NaN" in repr(value)
    assert text.isascii()


@pytest.mark.parametrize(
    ("value", "document"),
    [
        ([1, 2.5, "x", None, True], [1, 2.5, "x", None, True]),
        ({"a": [1]}, {"a": [1]}),
        ((1,), {"$py": "(1,)"}),
        ([(1, 2)], [{"$py": "(1, 2)"}]),
        ({1: 2}, {"$py": "{1: 2}"}),
        ({"$py": "1"}, {"$py": "{'$py': '1'}"}),
        ({3, 1, 2}, {"$py": "{1, 2, 3}"}),
        (set(), {"$py": "set()"}),
        (math.inf, {"$py": "inf"}),
        ((-math.inf,), {"$py": "(-inf,)"}),
        (b"\x00", {"$py": "b'\\x00'"}),
        (1j, {"$py": "complex(0.0, 1.0)"}),
    ],
)
def test_json_forms_are_as_documented(value: object, document: object) -> None:
    assert to_json(value) == document
    assert shape(from_json(document)) == shape(value)


@pytest.mark.parametrize(
    "value",
    [
        10**5000,
        -(10**5000),
        [10**5000],
        Counter("abca"),
        OrderedDict([("b", 1), ("a", (2,))]),
        deque([1, 2]),
        Decimal("1.10"),
        Fraction(1, 3),
        range(1, 9, 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_rarer_values_come_back_too(value: object) -> None:
    assert shape(from_json(to_json(value))) == shape(value)


@pytest.mark.parametrize("value", [object(), len, [object()], {"a": lambda: 0}, type("T", (int,), {})(3)])
def test_what_is_not_plain_is_refused(value: object) -> None:
    with pytest.raises(TaskFormatError):
        to_json(value)


def test_deep_nesting_is_refused_and_not_fatal() -> None:
    deep: object = ()
    for _ in range(100_000):
        deep = (deep,)
    with pytest.raises(TaskFormatError, match="deep"):
        to_json(deep)
    with pytest.raises(TaskFormatError):
        from_json({"$py": "(" * 5000 + ")" * 5000})
    nested: object = 1
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(TaskFormatError, match="deep"):
        from_json(nested)


@pytest.mark.parametrize(
    "document",
    [{"$py": "open('x')"}, {"$py": "x"}, {"$py": 1}, {"$py": "1", "more": 1}, {"$py": "1 +"}, {"$py": "[*a]"}],
)
def test_only_literals_are_taken(document: object) -> None:
    with pytest.raises(TaskFormatError) as caught:
        from_json([document], "/args")
    assert caught.value.pointer.startswith("/args/0")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-3", -3),
        ("2**31 - 1", 2**31 - 1),
        ("6.0/5.0", 6.0 / 5.0),
        ("[0] * 3", [0, 0, 0]),
        ("3 * 'ab' + 'c'", "abababc"),
        ("set([1, 2])", {1, 2}),
        ("frozenset()", frozenset()),
        ("tuple([1])", (1,)),
        ("float('inf')", math.inf),
        ("1 + 2j", 1 + 2j),
        ("~5 & 0xff", ~5 & 0xFF),
        ("{'a': {1: (2,)}}", {"a": {1: (2,)}}),
        ("'a' 'b'", "ab"),
    ],
)
def test_literal_expressions_have_the_value_that_python_gives_them(text: str, value: object) -> None:
    assert shape(written(text)) == shape(value)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "f(1)",
        "[[0]] * 3",
        "([1],) * 2",
        "10 ** 10 ** 10",
        "1 << 10 ** 9",
        "'a' * 10 ** 9",
        "('a' * 10 ** 6,) * 10 ** 6",
        "bytes(10 ** 9)",
        "1 / 0",
        "{[]: 1}",
        "{**a}",
        "[*a]",
        "f'{1}'",
        "...",
        "'%d' % 3",
        "list(range(3))",
        "[1 for _ in 'ab']",
        "dict(a=1)",
        "lambda: 0",
    ],
)
def test_everything_else_is_no_literal(text: str) -> None:
    with pytest.raises(NotLiteral):
        written(text)


@pytest.mark.parametrize("text", ["list(range(10 ** 12))", "set(range(3))", "Counter(range(3))"])
def test_stored_text_cannot_ask_for_much(text: str) -> None:
    with pytest.raises(NotLiteral):
        parse_value(text)
