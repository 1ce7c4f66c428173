"""Objects of the candidate that stay behind: the examiner holds a handle, which decides nothing.

Only extraction is forwarded: call, attribute, item, iteration, length, text, numbers, context manager.
A comparison never ships the examiner's operand; deciding methods end the exam unless the task says
that the candidate decides and both operands are the candidate's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .remote import Remote

_DESCRIPTION = 400


def _of(handle: Handle) -> tuple[Remote, int, str]:
    return object.__getattribute__(handle, "_assay")  # type: ignore[no-any-return]


def number_of(handle: Handle) -> int:
    """The candidate's number for the object behind a handle."""
    return _of(handle)[1]


def describe(handle: Handle) -> str:
    """What the candidate says the object is."""
    return f"<opaque {_of(handle)[2].partition(':')[2]}>"


def new_handle(remote: Remote, number: int, description: str) -> Handle:
    """A fresh handle; two for the same object are never identical."""
    handle = object.__new__(Handle)
    object.__setattr__(handle, "_assay", (remote, number, description[:_DESCRIPTION]))
    return handle


async def _awaited(handle: Handle) -> Any:
    return _forward(handle, "await")


def incoming(remote: Remote, number: int, description: str) -> Any:
    """What test code gets for an object that stays behind: a handle, or what awaits it."""
    handle = new_handle(remote, number, description)
    return _awaited(handle) if description == _COROUTINE else handle


_COROUTINE = ":builtins.coroutine"


def _forward(handle: Handle, operation: str, *args: Any, **kwargs: Any) -> Any:
    remote, number, _ = _of(handle)
    return remote.operate(operation, number, *args, **kwargs)


def _opaque(handle: Handle, what: str) -> NoReturn:
    remote, _, description = _of(handle)
    raise remote.abort(
        "opaque", reason="opaque_value", message=f"the test needs {what} of an opaque {description.partition(':')[2]}"
    )


def _decide(handle: Handle, operation: str, *others: Any) -> Any:
    remote, _, _ = _of(handle)
    if remote.candidate_decides and all(type(other) is Handle for other in others):
        remote.candidate_equality = True
        return _forward(handle, operation, *others)
    _opaque(handle, operation)


class Handle:
    """An object of the candidate's process."""

    __slots__ = ("_assay",)

    # The methods forward what extraction needs and refuse what would decide; see the module.
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object where it lives."""
        return _forward(self, "call", *args, **kwargs)

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name not in _FACTS:
            if name in ("__class__", "__module__", "__reduce_ex__"):
                return object.__getattribute__(self, name)
            raise AttributeError(name)
        if name in _PREDICATES and not _of(self)[0].candidate_decides:
            _opaque(self, name)
        return _forward(self, "getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        _forward(self, "setattr", name, value)

    def __getitem__(self, key: Any) -> Any:
        return _forward(self, "getitem", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _forward(self, "setitem", key, value)

    def __iter__(self) -> Any:
        made = _forward(self, "iter")
        return made if type(made) is Handle else iter(made)

    def __next__(self) -> Any:
        return _forward(self, "next")

    def __len__(self) -> int:
        return _plain(self, "len", int)  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return _plain(self, "str", str)  # type: ignore[no-any-return]

    def __int__(self) -> int:
        return _plain(self, "int", int)  # type: ignore[no-any-return]

    def __float__(self) -> float:
        return _plain(self, "float", float)  # type: ignore[no-any-return]

    def __enter__(self) -> Any:
        return _forward(self, "enter")

    def __exit__(self, *_details: object) -> None:
        _forward(self, "leave")

    def __repr__(self) -> str:
        return _plain(self, "repr", str)  # type: ignore[no-any-return]

    def __delitem__(self, key: Any) -> None:
        _forward(self, "delitem", key)

    def __delattr__(self, name: str) -> None:
        _forward(self, "delattr", name)

    def __reversed__(self) -> Any:
        return _forward(self, "reversed")

    def __instancecheck__(self, other: object) -> bool:
        return bool(_decide(other, "isinstance", self)) if type(other) is Handle else False

    def __subclasscheck__(self, other: object) -> bool:
        return bool(_decide(other, "issubclass", self)) if type(other) is Handle else False

    def __eq__(self, other: object) -> bool:
        if type(other) is not Handle:
            return False
        return bool(_decide(self, "eq", other))

    def __ne__(self, other: object) -> bool:
        return bool(_decide(self, "ne", other))

    def __lt__(self, other: object) -> bool:
        return bool(_decide(self, "lt", other))

    def __le__(self, other: object) -> bool:
        return bool(_decide(self, "le", other))

    def __gt__(self, other: object) -> bool:
        return bool(_decide(self, "gt", other))

    def __ge__(self, other: object) -> bool:
        return bool(_decide(self, "ge", other))

    def __hash__(self) -> int:
        return int(_decide(self, "hash"))

    def __bool__(self) -> bool:
        return bool(_decide(self, "bool"))

    def __contains__(self, other: object) -> bool:
        if type(other) is Handle:
            return bool(_decide(self, "contains", other))
        try:
            items = iter(self)
        except TypeError:
            _opaque(self, "contains")
        return any(item == other for item in items)  # here, on what is plain


def _plain(self: Handle, operation: str, kind: type) -> Any:
    value = _forward(self, operation)
    if type(value) is not kind:
        raise _of(self)[0].violation()
    return value


_FACTS = frozenset({"__name__", "__qualname__", "__doc__", "__dict__"})
"""What functions and objects say of themselves, as plain values."""
_PREDICATES = frozenset(
    [
        "startswith",
        "endswith",
        "isalnum",
        "isalpha",
        "isascii",
        "isdecimal",
        "isdigit",
        "isidentifier",
        "islower",
        "isnumeric",
        "isprintable",
        "isspace",
        "istitle",
        "isupper",
        "isdisjoint",
        "issubset",
        "issuperset",
        "is_integer",
    ]
)
"""Methods of built-in values that decide: an object that imitates one would answer the test's question itself."""


def _between(name: str) -> Any:
    """An operator that two objects of the candidate may carry out; a value of the test is never sent to one."""

    def method(self: Handle, other: object) -> Any:
        if type(other) is not Handle:
            _opaque(self, name)
        return _forward(self, name, other)

    return method


def _alone(name: str) -> Any:
    def method(self: Handle) -> Any:
        return _forward(self, name)

    return method


def _refuse(name: str) -> Any:
    def method(self: Handle, *_others: Any) -> Any:
        _opaque(self, name)

    return method


for _name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "and", "or", "xor"):
    setattr(Handle, f"__{_name}__", _between(_name))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Handle, f"__{_name}__", _alone(_name))
for _name in [
    "divmod",
    "pow",
    "lshift",
    "rshift",
    "radd",
    "rsub",
    "rmul",
    "rmatmul",
    "rtruediv",
    "rfloordiv",
    "rmod",
    "rdivmod",
    "rpow",
    "rlshift",
    "rrshift",
    "rand",
    "ror",
    "rxor",
    "index",
    "round",
    "trunc",
    "floor",
    "ceil",
    "complex",
]:
    setattr(Handle, f"__{_name}__", _refuse(_name))
