"""The candidate process: holds the candidate's module and nothing else, and answers requests.

Everything here runs at the candidate's mercy: it may patch, trace or kill whatever it likes. The
examiner believes nothing that it says beyond "this plain value came back".
"""

from __future__ import annotations

import builtins
import contextlib
import io
import operator
import os
import sys
import types
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

from . import codec, frames, program

NAME = "solution"
FILE = program.FILE
_REQUEST_LIMIT = frames.MAX_HOST_FRAME
_STDOUT_SHOWN = 4096
_FRAMES_SHOWN = 8


class OutputLimit(BaseException):
    """The candidate printed more than it may."""


class _Capture(io.RawIOBase):
    """Standard output as Python code sees it: kept case by case, bounded over all cases."""

    name = "<stdout>"

    def __init__(self) -> None:
        self.kept = bytearray()
        self.total = 0
        self.limit: int | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1

    def close(self) -> None:
        """Stay open: it outlives every text stream that is put on it."""

    def write(self, data: Any) -> int:
        size = len(data)
        self.total += size
        if self.is_full():
            raise OutputLimit
        self.kept += data
        return size

    def is_full(self) -> bool:
        return self.limit is not None and self.total > self.limit

    def take(self) -> bytes:
        kept = bytes(self.kept)
        self.kept.clear()
        return kept


class _Callback:
    """A function of the test, as the candidate sees it: it can be called while the call that passed it runs."""

    def __init__(self, server: Server, number: int) -> None:
        self._server = server
        self._number = number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._server.call_back(self._number, args, kwargs)


class Server:
    """Answers the examiner's requests, one at a time."""

    def __init__(self, read_descriptor: int, write_descriptor: int) -> None:
        """Serve on a pair of pipes; made before the fork, so that the candidate's process finds it ready."""
        self._read = read_descriptor
        self._write = write_descriptor
        self._handles: list[Any] = []
        self._module = types.ModuleType(NAME)
        self._result_limit: int | None = None
        self._capture = _Capture()
        self._stdout = self._text_output()
        self._lines: list[str] = []

    # -- loading ------------------------------------------------------------------------------

    def serve(self, source: bytes) -> NoReturn:
        """Load the candidate, then answer until the examiner hangs up."""
        self.attend(source)
        os._exit(0)

    def attend(self, source: bytes) -> None:
        """The same, and return."""
        try:
            _, payload = frames.read_frame(self._read, _REQUEST_LIMIT)
            mode, entry_point, names, output_limit, self._result_limit = codec.decode(payload)
            self._capture.limit = output_limit
            sys.stdout = self._stdout
            if mode == "program":
                self._serve_programs(source)
            if self._load(source, entry_point, names):
                self._serve_calls()
        except frames.StreamClosed:
            pass

    def _text_output(self) -> io.TextIOWrapper:
        raw: Any = self._capture  # unbuffered on purpose: nothing printed may be lost with the process
        stream: Any = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        stream.mode = "w"  # as the interpreter's own has it
        return stream  # type: ignore[no-any-return] # as made above

    def _compile(self, source: bytes) -> types.CodeType | None:
        try:
            self._lines = source.decode("utf-8", "replace").splitlines(keepends=True)
            program.register_source(self._lines)
            return compile(source, FILE, "exec", dont_inherit=True)
        except SyntaxError as error:
            self._refuse("syntax_error", f"{error.msg} (line {error.lineno})")
        except (ValueError, RecursionError, OverflowError) as error:
            self._refuse("syntax_error", str(error)[:300])
        except MemoryError as error:  # of the parser's own stack, or of the process
            if "too complex" in str(error):
                self._refuse("syntax_error", str(error)[:300])
            else:
                self._reply_raised(error)
        return None

    def _load(self, source: bytes, entry_point: str, names: tuple[str, ...]) -> bool:
        code = self._compile(source)
        if code is None:
            return False
        module = self._module
        sys.modules[NAME] = module
        module.__file__ = FILE
        try:
            exec(code, module.__dict__)  # noqa: S102 - running the candidate is what this process is for
        except OutputLimit:
            self._reply(b"L", b"output")
            return False
        except BaseException as error:
            if isinstance(error, Exception) and not isinstance(error, MemoryError):
                self._refuse("import_error", self._tell(error))
            else:
                self._reply_raised(error)
            return False
        missing = [name for name in (entry_point, *names) if name not in module.__dict__]
        if missing:
            self._refuse("missing_entry_point", f"the code does not define {missing[0]!r}")
            return False
        self._handles.append(module)
        errors = [(name, _base_name(module.__dict__[name])) for name in names if _is_error(module.__dict__[name])]
        frames.write_all(self._write, frames.pack(frames.LOADED, codec.encode(tuple(errors))))
        return True

    def _refuse(self, reason: str, message: str) -> None:
        payload = codec.encode((reason, message, self._capture.take()[:_STDOUT_SHOWN]))
        frames.write_all(self._write, frames.pack(frames.REFUSED, payload))

    # -- answering ----------------------------------------------------------------------------

    def _serve_calls(self) -> NoReturn:
        while True:
            kind, payload = frames.read_frame(self._read, _REQUEST_LIMIT)
            if kind == frames.CALLS:
                self._answer_calls(payload)
            else:
                self._answer_operation(payload)

    def _answer_calls(self, payload: bytes) -> None:
        name, calls = codec.decode(payload)
        for encoded, iterate in calls:
            try:
                args = codec.decode(encoded)
                value = getattr(self._module, name)(*args)
                if iterate and type(value) not in (list, tuple, set, frozenset, str, dict):
                    value = list(value)
                data = codec.encode(value, limit=self._result_limit, opaque=self._opaque)
            except codec.TooLarge as error:
                self._reply(b"L", b"result:" + str(error).encode())
            except OutputLimit:
                self._reply(b"L", b"output")
            except BaseException as error:
                self._reply_raised(error)
            else:
                self._reply(b"V", data)
            self._handles[1:] = []

    def _opaque(self, value: Any) -> bytes:
        self._handles.append(value)
        kind = type(value)
        marks = "c" if callable(value) else ""
        if _is_error(value):
            return codec.handle(len(self._handles) - 1, f"error {value.__name__} {_base_name(value)}")
        return codec.handle(len(self._handles) - 1, f"{marks}:{kind.__module__}.{kind.__qualname__}")

    def _reply(self, kind: bytes, payload: bytes, shown: int | None = _STDOUT_SHOWN) -> None:
        printed = self._capture.take()[:shown]
        head = kind + len(printed).to_bytes(4, "little")
        frames.write_all(self._write, frames.pack(frames.RESULT, head + printed + payload))

    def _reply_raised(self, error: BaseException) -> None:
        kind = type(error)
        number = getattr(error, "errno", None) if isinstance(error, OSError) else None
        try:
            args = codec.encode(tuple(error.args), limit=65536)
        except (codec.NotPlain, codec.TooLarge):
            args = codec.encode((_text_of(error),))
        said = (kind.__name__[:200], _base_name(kind), args, self._tell(error), self._trace(error), number)
        self._reply(b"R", codec.encode((*said, _text_of(error), _attributes_of(error))))

    def _tell(self, error: BaseException) -> str:
        return f"{type(error).__name__}: {_text_of(error)}"[:500]

    def _trace(self, error: BaseException) -> str:
        shown = []
        entry = error.__traceback__
        while entry is not None:
            code = entry.tb_frame.f_code
            if code.co_filename == FILE:
                number = entry.tb_lineno
                line = self._lines[number - 1].strip() if 0 < number <= len(self._lines) else ""
                shown.append(f"line {number}, in {code.co_name}: {line}"[:200])
            entry = entry.tb_next
        if len(shown) > _FRAMES_SHOWN:
            shown[_FRAMES_SHOWN // 2 : -_FRAMES_SHOWN // 2] = ["…"]
        return "\n".join(shown)

    # -- operations of test code --------------------------------------------------------------

    def _resolve(self, number: int, description: str) -> Any:
        return _Callback(self, number) if description == "callback" else self._handles[number]

    def _answer_operation(self, payload: bytes) -> None:
        operation, number, encoded = codec.decode(payload)
        mutable: list[Any] = []
        try:
            args, kwargs = codec.decode(encoded, resolve=self._resolve, mutable=mutable)
            before = [self._content(item) for item in mutable]
            target = self._handles[number]
            value = _OPERATIONS[operation](target, *args, **kwargs)
            made = operation == "call" and type(value) is target and _is_richer(target)
            data = self._opaque(value) if made else self._encode_aliased(value, mutable)
            changed = self._changes(mutable, before)
        except codec.TooLarge as error:
            self._reply(b"L", b"result:" + str(error).encode())
        except OutputLimit:
            self._reply(b"L", b"output")
        except BaseException as error:
            self._reply_raised(error)
        else:
            self._reply(b"W", codec.encode((data, changed)), shown=None)

    def _content(self, item: Any) -> bytes:
        if type(item) is bytearray:
            return bytes(item)
        try:
            parts = tuple(item.items()) if isinstance(item, dict) else tuple(item)
            return codec.encode(parts, opaque=self._identity)
        except (codec.TooLarge, RuntimeError):
            return b"?"

    def _identity(self, value: Any) -> bytes:
        return codec.handle(id(value) & 0xFFFFFFFF, "")

    def _encode_aliased(self, value: Any, mutable: list[Any]) -> bytes:
        for number, item in enumerate(mutable):
            if item is value:
                return codec.alias(number)
        return codec.encode(value, limit=self._result_limit, opaque=self._opaque)

    def _changes(self, mutable: list[Any], before: list[bytes]) -> tuple[tuple[int, bytes], ...]:
        changed = []
        for number, item in enumerate(mutable):
            if self._content(item) == before[number]:
                continue
            parts = [self._encode_aliased(part, mutable) for part in _flat(item)]
            changed.append((number, codec.encode(tuple(parts))))
        return tuple(changed)

    def call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Ask the examiner to call a function of the test, and wait for its answer."""
        data = codec.encode((args, kwargs), limit=self._result_limit, opaque=self._opaque)
        frames.write_all(self._write, frames.pack(frames.CALLBACK, codec.encode((number, data))))
        while True:
            kind, payload = frames.read_frame(self._read, _REQUEST_LIMIT)
            if kind != frames.CALLBACK_RETURN:
                self._answer_operation(payload)
                continue
            error, encoded = codec.decode(payload)
            value = codec.decode(encoded, resolve=self._resolve)
            if error is None:
                return value
            raise _error_class(error)(*value)

    # -- whole programs -----------------------------------------------------------------------

    def _serve_programs(self, source: bytes) -> NoReturn:
        code = self._compile(source)
        if code is None:
            os._exit(0)
        builtins.open = program.open_stream(open)
        frames.write_all(self._write, frames.pack(frames.LOADED, codec.encode(())))
        _, payload = frames.read_frame(self._read, _REQUEST_LIMIT)
        self._run_program(code, codec.decode(payload))

    def _run_program(self, code: types.CodeType, text: str) -> NoReturn:
        failure = program.run(code, text)
        try:
            if failure is None:
                self._reply(b"V", b"")
            else:
                self._reply_raised(failure)
            frames.read_frame(self._read, _REQUEST_LIMIT)  # nothing comes: the examiner has heard enough
        finally:  # at once if the program closed what is not its own: it ends as programs do
            os._exit(0 if failure is None else 1)


_REHEARSALS = 4
_REHEARSED = b"""
from typing import List
def f(values: List[int], *more):
    return [value + 1 for value in values], {key: (None, True, 2.5) for key in more}
"""


def rehearse() -> None:
    """Take a candidate of ours through loading and calls, in the zygote.

    What happens for the first time in a process, such as the adapting of bytecode, would otherwise happen
    in each child, which gets a copy of every page that it writes to.
    """
    stdout = sys.stdout
    call = codec.encode(([1, 2, 3], "a", 1.5))
    asked = [
        frames.pack(frames.LOAD, codec.encode(("module", "f", (), 1 << 20, 1 << 20))),
        frames.pack(frames.CALLS, codec.encode(("f", ((call, False), (call, True))))),
    ]
    for _ in range(_REHEARSALS):
        read_end, requests = os.pipe()
        answers, write_end = os.pipe()
        frames.write_all(requests, b"".join(asked))
        os.close(requests)
        Server(read_end, write_end).attend(_REHEARSED)
        for descriptor in (read_end, answers, write_end):
            os.close(descriptor)
    sys.stdout = stdout
    del sys.modules[NAME]


def _flat(item: Any) -> Iterator[Any]:
    if isinstance(item, dict):
        return (part for pair in item.items() for part in pair)
    if type(item) is bytearray:
        return iter((bytes(item),))
    return iter(item)


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:400]
    except Exception:
        return ""


_SHOWN_ATTRIBUTES = 20


def _attributes_of(error: BaseException) -> bytes:
    """The plain attributes of an exception, as a dictionary; empty where they are many or large."""
    found = {}
    for name, value in list(getattr(error, "__dict__", {}).items())[:_SHOWN_ATTRIBUTES]:
        with contextlib.suppress(codec.NotPlain, codec.TooLarge):
            codec.encode(value, limit=4096)
            found[str(name)] = value
    return codec.encode(found)


_WITH_CONTENT = (list, dict, set, deque, Decimal, Fraction, date, time, timedelta)


def _is_richer(kind: type) -> bool:
    """Whether a class is a container or value type with methods of its own: its content would not do for a test."""
    base = next((base for base in _WITH_CONTENT if issubclass(kind, base)), None)
    return base is not None and any(name not in base.__dict__ for name in vars(kind) if not name.startswith("_"))


def _is_error(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def _base_name(kind: type) -> str:
    return next((base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"), "Exception")


def _error_class(name: str) -> type[Exception]:
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, Exception) else RuntimeError


async def _waiting_for(value: Any) -> Any:
    return await value


def _enter(value: Any) -> Any:
    return value.__enter__()


def _leave(value: Any) -> Any:
    return value.__exit__(None, None, None)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": lambda value, *args, **kwargs: value(*args, **kwargs),
    "getattr": getattr,
    "setattr": setattr,
    "getitem": lambda value, key: value[key],
    "setitem": lambda value, key, item: value.__setitem__(key, item),
    "iter": iter,
    "next": next,
    "len": len,
    "str": str,
    "repr": repr,
    "int": int,
    "float": float,
    "enter": _enter,
    "leave": _leave,
    "delitem": lambda value, key: value.__delitem__(key),
    "delattr": delattr,
    "reversed": reversed,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "neg": operator.neg,
    "pos": operator.pos,
    "abs": abs,
    "invert": operator.invert,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "matmul": operator.matmul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "eq": lambda value, other: bool(value == other),
    "ne": lambda value, other: bool(value != other),
    "lt": lambda value, other: bool(value < other),
    "le": lambda value, other: bool(value <= other),
    "gt": lambda value, other: bool(value > other),
    "ge": lambda value, other: bool(value >= other),
    "bool": bool,
    "contains": lambda value, other: other in value,
    "hash": hash,
    "await": lambda value: __import__("asyncio").run(_waiting_for(value)),
}
