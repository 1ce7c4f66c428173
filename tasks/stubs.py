"""Programs that solve nothing: a suite that accepts one of them cannot judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tasks.task import Task


@dataclass(frozen=True, slots=True)
class Stub:
    """A program that solves nothing.

    Attributes:
        name: What it does, in a stable word.
        source: The program.
    """

    name: str
    source: str


_YES = """\
class _Yes:
    def _yes(self, *_args, **_kwargs):
        return True

    def _self(self, *_args, **_kwargs):
        return self

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = __instancecheck__ = _yes
    __call__ = __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __abs__ = __neg__ = _self
    __hash__ = lambda self: 0
    __len__ = lambda self: 0
    __iter__ = lambda self: iter(())
"""

_FUNCTIONS: dict[str, Callable[[str], str]] = {
    "return_none": lambda name: f"def {name}(*_args, **_kwargs):\n    return None\n",
    "return_first_argument": lambda name: f"def {name}(*args, **_kwargs):\n    return args[0] if args else None\n",
    "opaque_object": lambda name: f"def {name}(*_args, **_kwargs):\n    return _Yes()\n",
    "always_raise": lambda name: f"def {name}(*_args, **_kwargs):\n    raise ValueError('stub')\n",
}

_PROGRAMS: tuple[Stub, ...] = (
    Stub("print_nothing", "pass\n"),
    Stub("print_input", "import sys\n\nsys.stdout.write(sys.stdin.read())\n"),
    Stub("always_raise", "raise ValueError('stub')\n"),
)


def stub_programs(task: Task) -> tuple[Stub, ...]:
    """Programs with the names that a task's tests need, none of which solves it.

    The entry point returns None, its first argument or an object that agrees with everything, or always raises;
    other names that the tests take from a candidate are empty classes. In the last program all names are identity
    functions, which pass tests of the form ``f(g(x)) == x``.

    Args:
        task: Any task; one without an entry point gets programs that read and print.
    """
    if task.entry_point is None:
        return _PROGRAMS
    classes = "".join(_empty_class(name) for name in task.candidate_names)
    stubs = [
        Stub(kind, (_YES + "\n\n" if kind == "opaque_object" else "") + classes + write(task.entry_point))
        for kind, write in _FUNCTIONS.items()
    ]
    identity = _FUNCTIONS["return_first_argument"]
    if task.candidate_names:
        names = (task.entry_point, *task.candidate_names)
        stubs.append(Stub("identity_helpers", "\n\n".join(map(identity, names))))
    return tuple(stubs)


def _empty_class(name: str) -> str:
    return f"class {name}:\n    def __init__(self, *_args, **_kwargs):\n        self.left = self.right = None\n\n\n"
