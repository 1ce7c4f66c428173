"""Plain values as bytes.

Only plain values cross between the two sides of a cell: numbers, strings, bytes, None, the built-in
containers and the common value types of the standard library, each by its exact built-in content, so
that a subclass loses its lying methods. Anything else is written as an opaque *handle*. Decoding
builds built-in objects and never executes code; it is iterative, and bounded in size, depth and nodes.

A tag byte, then the content; lengths are unsigned 32 bits, little endian.
"""

from __future__ import annotations

import datetime
import struct
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import Any

MAX_DEPTH = 1000
MAX_NODES = 4_000_000
MAX_INTEGER_BYTES = 1 << 20
MAX_FRACTION_BITS = 1 << 17
"""Of numerator and denominator each: their common divisor takes time that grows with the square."""

_U32 = struct.Struct("<I")
_I64 = struct.Struct("<q")
_F64 = struct.Struct("<d")
_C128 = struct.Struct("<dd")
_TAG_U32 = struct.Struct("<cI")
_TAG_I64 = struct.Struct("<cq")
_TAG_F64 = struct.Struct("<cd")

_MIN64, _MAX64 = -(1 << 63), (1 << 63) - 1

BUILTINS: dict[str, Any] = {
    function.__name__: function
    for function in (
        abs, all, any, ascii, bin, bool, bytes, chr, complex, dict, divmod, enumerate, filter, float, frozenset,
        hash, hex, int, len, list, map, max, min, oct, ord, pow, range, repr, reversed, round, set, sorted, str,
        sum, tuple, zip,
    )
}  # fmt: skip
"""Pure built-ins that cross by name."""
FACTORIES = (None, bool, bytes, complex, dict, float, frozenset, int, list, set, str, tuple)
"""What a ``defaultdict`` may be made with on the other side."""
_BUILTIN_NAMES = {id(value): name for name, value in BUILTINS.items()}


class TooLarge(Exception):
    """The value is larger, deeper or has more parts than allowed."""


class Malformed(Exception):
    """The bytes are not in the form of this protocol."""


class NotPlain(Exception):
    """The value is not plain and no handles are allowed here."""


MUTABLE = frozenset({list, dict, set, bytearray, deque, OrderedDict, Counter, defaultdict})
"""Types whose changes by a call are seen by who passed them."""

Opaque = Callable[[Any], bytes]
"""Writes the handle for a value that is not plain."""


def _refuse(value: Any) -> bytes:
    raise NotPlain(type(value).__name__)


def encode(value: Any, *, limit: int | None = None, opaque: Opaque = _refuse, decodable: bool = False) -> bytes:
    """A value as bytes.

    Args:
        value: Any object.
        limit: Largest result in bytes; None = no limit.
        opaque: Called for what is not plain; returns the bytes to write in its place.
        decodable: Insist on what ``decode`` takes by default; for plain values of our own.

    Returns:
        The encoding; equal plain values of equal types have equal encodings except for set order.

    Raises:
        TooLarge: Above ``limit``, deeper than ``MAX_DEPTH`` (a list that holds itself, too), an enormous integer or,
            with ``decodable``, above another bound of ``decode``.
        NotPlain: From the default ``opaque``.
    """
    out = bytearray()
    stack: list[Iterator[Any]] = []
    current: Iterator[Any] = iter((value,))
    nodes = 1
    while True:
        for item in current:
            writer = _WRITERS.get(type(item))
            if writer is None:
                writer = _writer_for(item)
            children = writer(item, out) if writer is not None else out.extend(opaque(item))  # type: ignore[func-returns-value]
            if children is not None:
                if len(stack) >= MAX_DEPTH:
                    raise TooLarge("nested too deeply")
                if decodable and (nodes := nodes + _nodes_in(item)) > MAX_NODES:
                    raise TooLarge("too many parts")
                stack.append(current)
                current = children
                break
            if limit is not None and len(out) > limit:
                raise TooLarge("too many bytes")
        else:
            if not stack:
                return bytes(out)
            current = stack.pop()


def _nodes_in(value: Any) -> int:
    """What a plain container counts for in ``decode``, beside its own node."""
    if isinstance(value, Fraction):
        _check_fraction(value.as_integer_ratio())
    for kind, weight in _HEAVY:
        if isinstance(value, kind):
            return (2 if isinstance(value, dict) else 1) * len(value) + weight + (kind is deque)
    if isinstance(value, dict):
        return 2 * len(value) + isinstance(value, defaultdict)
    return len(value) if isinstance(value, (list, tuple)) else max(_FIXED.values())


Writer = Callable[[Any, bytearray], "Iterator[Any] | None"]


def _none(_value: None, out: bytearray) -> None:
    out += b"N"


def _bool(value: bool, out: bytearray) -> None:
    out += b"T" if value else b"F"


def _int(value: int, out: bytearray) -> None:
    value = int.__index__(value)
    if _MIN64 <= value <= _MAX64:
        out += _TAG_I64.pack(b"i", value)
        return
    size = value.bit_length() // 8 + 1
    if size > MAX_INTEGER_BYTES:
        raise TooLarge("integer too large")
    out += _TAG_U32.pack(b"I", size)
    out += value.to_bytes(size, "little", signed=True)


def _float(value: float, out: bytearray) -> None:
    out += _TAG_F64.pack(b"f", float.__float__(value))


def _complex(value: complex, out: bytearray) -> None:
    out += b"c" + _C128.pack(value.real, value.imag)


def _text(tag: bytes) -> Writer:
    def write(value: str, out: bytearray) -> None:
        data = str.encode(value, "utf-8", "surrogatepass")
        out += _TAG_U32.pack(tag, len(data))
        out += data

    return write


def _blob(tag: bytes) -> Writer:
    def write(value: Any, out: bytearray) -> None:
        data = bytes(memoryview(value))
        out += _TAG_U32.pack(tag, len(data))
        out += data

    return write


def _sequence(tag: bytes, base: type, packed: bytes) -> Writer:
    def write(value: Any, out: bytearray) -> Iterator[Any] | None:
        size = base.__len__(value)  # type: ignore[attr-defined]
        if size > 8:
            kinds = set(map(type, base.__iter__(value)))  # type: ignore[attr-defined]
            if kinds == {int}:
                try:
                    data = struct.pack(f"<{size}q", *value)
                except struct.error:
                    data = b""
                if data:
                    out += b"P" + packed + _U32.pack(size) + data
                    return None
            elif kinds == {float}:
                out += b"Q" + packed + _U32.pack(size) + struct.pack(f"<{size}d", *value)
                return None
        out += _TAG_U32.pack(tag, size)
        return base.__iter__(value)  # type: ignore[attr-defined, no-any-return]

    return write


def _deque(value: deque[Any], out: bytearray) -> Iterator[Any]:
    out += _TAG_U32.pack(b"q", deque.__len__(value) + 1)
    return chain((_maxlen_of(value),), deque.__iter__(value))


_maxlen_of: Callable[[Any], Any] = vars(deque)["maxlen"].__get__


def _defaultdict(value: defaultdict[Any, Any], out: bytearray) -> Iterator[Any]:
    factory = _factory_of(value)
    items = list(dict.items(value))
    if not any(factory is known for known in FACTORIES):  # of the candidate's own making: its content crosses
        return _mapping(b"d")(value, out) or iter(())
    out += _TAG_U32.pack(b"D", len(items))
    return chain((factory,), (part for item in items for part in item))


_factory_of: Callable[[Any], Any] = vars(defaultdict)["default_factory"].__get__


def _ordered_view(tag: bytes) -> Writer:
    def write(value: Any, out: bytearray) -> Iterator[Any]:
        parts = list(value)
        out += _TAG_U32.pack(tag, len(parts))
        return (part for item in parts for part in item) if tag == b"J" else iter(parts)

    return write


def _collection(tag: bytes, base: type) -> Writer:
    def write(value: Any, out: bytearray) -> Iterator[Any]:
        out += _TAG_U32.pack(tag, base.__len__(value))  # type: ignore[attr-defined]
        return base.__iter__(value)  # type: ignore[attr-defined, no-any-return]

    return write


def _mapping(tag: bytes) -> Writer:
    def write(value: dict[Any, Any], out: bytearray) -> Iterator[Any]:
        items = list(dict.items(value))
        out += _TAG_U32.pack(tag, len(items))
        return (part for item in items for part in item)

    return write


def _parts(tag: bytes, take: Callable[[Any], tuple[Any, ...]]) -> Writer:
    def write(value: Any, out: bytearray) -> Iterator[Any]:
        out += tag
        return iter(take(value))

    return write


class Iterated(list[Any]):
    """The items of an iterator, which crosses as an iterator over them."""


def _offset_of(value: datetime.datetime | datetime.time) -> int | None:
    offset = value.utcoffset()
    return None if offset is None else offset // datetime.timedelta(microseconds=1)


def _moment(value: datetime.datetime) -> tuple[Any, ...]:
    return (*value.timetuple()[:6], value.microsecond, value.fold, _offset_of(value))


def _clock(value: datetime.time) -> tuple[Any, ...]:
    return (value.hour, value.minute, value.second, value.microsecond, value.fold, _offset_of(value))


DICT_KEYS: type = type({}.keys())
DICT_ITEMS: type = type({}.items())
DICT_VALUES: type = type({}.values())

_WRITERS: dict[type, Writer] = {
    type(None): _none,
    bool: _bool,
    int: _int,
    float: _float,
    complex: _complex,
    str: _text(b"s"),
    bytes: _blob(b"b"),
    bytearray: _blob(b"y"),
    list: _sequence(b"l", list, b"l"),
    tuple: _sequence(b"t", tuple, b"t"),
    set: _collection(b"S", set),
    frozenset: _collection(b"Z", frozenset),
    dict: _mapping(b"d"),
    OrderedDict: _mapping(b"O"),
    Counter: _mapping(b"C"),
    defaultdict: _defaultdict,
    deque: _deque,
    DICT_KEYS: _ordered_view(b"K"),
    DICT_ITEMS: _ordered_view(b"J"),
    DICT_VALUES: _ordered_view(b"W"),
    Iterated: _collection(b"R", list),
    range: _parts(b"r", lambda r: (r.start, r.stop, r.step)),
    slice: _parts(b"e", lambda s: (s.start, s.stop, s.step)),
    Fraction: _parts(b"M", Fraction.as_integer_ratio),
    Decimal: lambda value, out: _text(b"m")(Decimal.__str__(value), out),
    datetime.date: _parts(b"a", lambda d: (d.year, d.month, d.day)),
    datetime.datetime: _parts(b"A", _moment),
    datetime.time: _parts(b"k", _clock),
    datetime.timedelta: _parts(b"u", lambda d: (d.days, d.seconds, d.microseconds)),
    uuid.UUID: lambda value, out: _blob(b"U")(value.bytes, out),
    type(Ellipsis): lambda _value, out: out.extend(b"E"),
    type(NotImplemented): lambda _value, out: out.extend(b"X"),
}

_BASES: tuple[tuple[type, Writer], ...] = tuple(
    (base, _WRITERS[base])
    for base in (
        int, float, complex, str, bytes, bytearray, OrderedDict, Counter, defaultdict, dict, list, tuple, set,
        frozenset, deque, Decimal, Fraction, datetime.datetime, datetime.date, datetime.time, datetime.timedelta,
    )
)  # fmt: skip


def _builtin(value: Any, out: bytearray) -> None:
    _text(b"B")(_BUILTIN_NAMES[id(value)], out)


def _number(value: Any, out: bytearray) -> None:
    plain = value.item()
    _WRITERS[type(plain)](plain, out)


def _writer_for(value: Any) -> Writer | None:
    kind = type(value)
    if id(value) in _BUILTIN_NAMES:
        return _builtin
    mro = type.__dict__["__mro__"].__get__(kind)
    for base, writer in _BASES:
        if base in mro:
            return writer
    # Scalars of numpy are numbers to everybody who writes tests; their content crosses, their class does not.
    if kind.__module__ == "numpy" and any(base.__name__ == "generic" for base in mro):
        return _number if type(value.item()) in _WRITERS else None
    return None


Resolve = Callable[[int, str], Any]
"""Makes the object that stands for a handle: number and description."""


def handle(number: int, description: str) -> bytes:
    """The bytes that stand for an opaque handle."""
    data = description.encode("utf-8", "replace")[:400]
    return _TAG_U32.pack(b"H", number) + _U32.pack(len(data)) + data


def alias(number: int) -> bytes:
    """The bytes that stand for the ``number``-th mutable container among the arguments of the call."""
    return _TAG_U32.pack(b"@", number)


def _no_handles(_number: int, _description: str) -> Any:
    raise Malformed("a handle is not allowed here")


class _Frame:
    __slots__ = ("items", "left", "tag")

    def __init__(self, tag: int, left: int) -> None:
        self.tag = tag
        self.left = left
        self.items: list[Any] = []


_COUNTED = frozenset(b"ltSZqKWR")
_WEIGHTS = {ord("q"): 10, ord("S"): 4, ord("Z"): 4, ord("O"): 4, ord("K"): 4, ord("J"): 4, ord("W"): 4}
"""How many parts an object counts for that takes more memory than its few bytes say."""
_PAIRED = frozenset(b"dOCJD")
_FIXED = {ord("r"): 3, ord("e"): 3, ord("M"): 2, ord("a"): 3, ord("A"): 9, ord("k"): 6, ord("u"): 3}


def decode(
    data: bytes,
    *,
    resolve: Resolve = _no_handles,
    aliases: list[Any] | None = None,
    mutable: list[Any] | None = None,
    max_nodes: int = MAX_NODES,
) -> Any:
    """A value from bytes that may be hostile.

    Args:
        data: One encoded value, exactly.
        resolve: Makes the stand-in for a handle.
        aliases: Containers that ``@`` may refer to; None refuses it.
        mutable: Collects the objects of ``MUTABLE`` types built, in the order of their end.
        max_nodes: Largest number of parts.

    Returns:
        Built-in objects only.

    Raises:
        Malformed: Not in the protocol's form.
        TooLarge: Deeper than ``MAX_DEPTH`` or more parts than ``max_nodes``.
    """
    try:
        return _Decoder(data, resolve, aliases, mutable, max_nodes).run()
    except (struct.error, IndexError, ValueError, TypeError, ArithmeticError) as error:
        raise Malformed(f"{type(error).__name__}: {error}"[:200]) from None


class _Decoder:
    def __init__(
        self, data: bytes, resolve: Resolve, aliases: list[Any] | None, mutable: list[Any] | None, max_nodes: int
    ) -> None:
        self._data = data
        self._at = 0
        self._resolve = resolve
        self._aliases = aliases
        self._mutable = mutable
        self._max_nodes = max_nodes
        self._extra = 0

    def _count(self) -> int:
        (size,) = _U32.unpack_from(self._data, self._at)
        self._at += 4
        return int(size)

    def _take(self) -> bytes:
        size = self._count()
        end = self._at + size
        if end > len(self._data):
            raise Malformed("truncated")
        chunk = self._data[self._at : end]
        self._at = end
        return chunk

    def run(self) -> Any:
        data, nodes = self._data, 0
        stack: list[_Frame] = []
        value: Any
        frame: _Frame | None = None
        while True:
            nodes += 1
            if nodes + self._extra > self._max_nodes:
                raise TooLarge("too many parts")
            tag = data[self._at]
            self._at += 1
            opened = self._open(tag)
            if opened is not None:
                if opened.left:
                    if len(stack) >= MAX_DEPTH:
                        raise TooLarge("nested too deeply")
                    if frame is not None:
                        stack.append(frame)
                    frame = opened
                    continue
                value = self._finish(opened)
            else:
                value = self._scalar(tag)
            while frame is not None:
                frame.items.append(value)
                frame.left -= 1
                if frame.left:
                    break
                value = self._finish(frame)
                frame = stack.pop() if stack else None
            else:
                if self._at != len(data):
                    raise Malformed("bytes after the value")
                return value

    def _open(self, tag: int) -> _Frame | None:
        if tag in _COUNTED:
            size = self._count()
        elif tag in _PAIRED:
            size = 2 * self._count() + (tag == 68)  # D begins with its factory
        else:
            fixed = _FIXED.get(tag)
            return None if fixed is None else _Frame(tag, fixed)
        if size > len(self._data) - self._at:
            raise Malformed("truncated")
        if size > self._max_nodes:
            raise TooLarge("too many parts")
        if tag in _WEIGHTS:
            self._extra += _WEIGHTS[tag]
        return _Frame(tag, size)

    def _scalar(self, tag: int) -> Any:
        data = self._data
        if tag == 105:  # i
            (number,) = _I64.unpack_from(data, self._at)
            self._at += 8
            return number
        if tag == 115:  # s
            return self._take().decode("utf-8", "surrogatepass")
        if tag == 102:  # f
            (real,) = _F64.unpack_from(data, self._at)
            self._at += 8
            return real
        simple = _SINGLETONS.get(tag, _SINGLETONS)
        if simple is not _SINGLETONS:
            return simple
        return self._rare(tag)

    def _rare(self, tag: int) -> Any:
        if tag == ord("I"):
            blob = self._take()
            if len(blob) > MAX_INTEGER_BYTES:
                raise TooLarge("integer too large")
            return int.from_bytes(blob, "little", signed=True)
        if tag == ord("b"):
            return self._take()
        if tag == ord("y"):
            return self._keep(bytearray(self._take()))
        if tag in (ord("P"), ord("Q")):
            return self._packed(tag)
        if tag == ord("c"):
            pair = _C128.unpack_from(self._data, self._at)
            self._at += 16
            return complex(*pair)
        if tag == ord("m"):
            return Decimal(self._take().decode("ascii"))
        if tag == ord("U"):
            return uuid.UUID(bytes=self._take())
        if tag == ord("B"):
            name = self._take().decode("ascii")
            if name not in BUILTINS:
                raise Malformed("unknown built-in")
            return BUILTINS[name]
        if tag == ord("H"):
            number = self._count()
            return self._resolve(number, self._take().decode("utf-8", "replace"))
        if tag == ord("@") and self._aliases is not None:
            return self._aliases[self._count()]
        raise Malformed(f"unknown tag {tag}")

    def _packed(self, tag: int) -> Any:
        shape = self._data[self._at]
        self._at += 1
        size = self._count()
        if size * 8 > len(self._data) - self._at:
            raise Malformed("truncated")
        values = struct.unpack_from(f"<{size}{'q' if tag == ord('P') else 'd'}", self._data, self._at)
        self._at += 8 * size
        if shape == ord("t"):
            return values
        if shape != ord("l"):
            raise Malformed("unknown shape")
        return self._keep(list(values))

    def _keep(self, value: Any) -> Any:
        if self._mutable is not None:
            self._mutable.append(value)
        return value

    def _finish(self, frame: _Frame) -> Any:
        tag, items = frame.tag, frame.items
        if tag == 108:  # l
            return self._keep(items)
        if tag == 116:  # t
            return tuple(items)
        if tag in b"SZ":
            gathered: set[Any] = set()
            for item in items:  # a loop, so that a timer can interrupt colliding hashes
                gathered.add(item)
            return self._keep(gathered) if tag == ord("S") else frozenset(gathered)
        if tag in b"dOCJD":
            mapping: dict[Any, Any] = _MAPPINGS[tag](items.pop(0) if tag == ord("D") else None)
            for at in range(0, len(items), 2):
                mapping[items[at]] = items[at + 1]
            return mapping.items() if tag == ord("J") else self._keep(mapping)
        if tag == ord("K"):
            keys: dict[Any, None] = {}
            for item in items:
                keys[item] = None
            return keys.keys()
        if tag == ord("q"):
            return self._keep(deque(items[1:], items[0]))
        return _COMPOSED[tag](items)


_HEAVY = ((deque, 10), (set, 4), (frozenset, 4), (OrderedDict, 4))
"""The types of ``_WEIGHTS``."""


def _check_fraction(parts: Iterable[Any]) -> None:
    if any(type(part) is int and part.bit_length() > MAX_FRACTION_BITS for part in parts):
        raise TooLarge("fraction too large")


def _fraction(parts: list[Any]) -> Fraction:
    _check_fraction(parts)
    return Fraction(*parts)


def _zone(microseconds: Any) -> datetime.timezone | None:
    return None if microseconds is None else datetime.timezone(datetime.timedelta(microseconds=microseconds))


def _empty_defaultdict(factory: Any) -> dict[Any, Any]:
    if not any(factory is known for known in FACTORIES):
        raise Malformed("unknown factory")
    return defaultdict(factory)


_MAPPINGS: dict[int, Callable[[Any], dict[Any, Any]]] = {
    ord("d"): lambda _none: {},
    ord("J"): lambda _none: {},
    ord("O"): lambda _none: OrderedDict(),
    ord("C"): lambda _none: Counter(),
    ord("D"): _empty_defaultdict,
}


_SINGLETONS: dict[int, Any] = {
    ord("N"): None,
    ord("T"): True,
    ord("F"): False,
    ord("E"): Ellipsis,
    ord("X"): NotImplemented,
}

_COMPOSED: dict[int, Callable[[list[Any]], Any]] = {
    ord("R"): iter,
    ord("W"): lambda parts: dict(enumerate(parts)).values(),
    ord("r"): lambda parts: range(*parts),
    ord("e"): lambda parts: slice(*parts),
    ord("M"): _fraction,
    ord("a"): lambda parts: datetime.date(*parts),
    ord("A"): lambda parts: datetime.datetime(*parts[:7]).replace(tzinfo=_zone(parts[8]), fold=parts[7]),
    ord("k"): lambda parts: datetime.time(*parts[:4]).replace(tzinfo=_zone(parts[5]), fold=parts[4]),
    ord("u"): lambda parts: datetime.timedelta(*parts),
}
