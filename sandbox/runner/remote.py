"""The candidate as the examiner sees it: requests, answers, opaque handles and sticky aborts.

The first violation, limit or end of file raises ``Abort``, a ``BaseException`` that test code has no
name for, and is remembered in ``Remote.aborted``; the record writer looks there last, so catching it
gains nothing, and every later request raises it again.
"""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from itertools import islice
from typing import Any, NoReturn

from . import codec, frames
from .errors import CandidateRaised, error_for


class Abort(BaseException):
    """The exam is over: what ended it stands in ``facts`` (fields of an exam's result)."""

    def __init__(self, ending: str, **facts: Any) -> None:
        """Keep the ending and its facts."""
        super().__init__(ending)
        self.ending = ending
        self.facts = facts


_DECODE_CPU_S = (0.5, 1e-6, 5.0)
"""What decoding one value may take: this, and this for each byte, at most this."""
_LARGE = 1 << 16


ARGUMENT_NOT_PLAIN = "argument_not_plain"
_MAX_CALLBACKS = 10_000
_MAX_ITEMS = 100_000
"""Of an iterator that a test passes."""


def _forgotten(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise RuntimeError("this function belonged to an earlier case of the test")


class _TooDear(BaseException):
    """Decoding one value took more CPU time than any honest value needs."""


def _ring(_signal: int, _frame: object) -> None:
    raise _TooDear


def _decode_in_time(data: bytes, options: dict[str, Any]) -> Any:
    previous = signal.signal(signal.SIGVTALRM, _ring)
    base, each, most = _DECODE_CPU_S
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, min(base + each * len(data), most))
        return codec.decode(data, **options)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


class Answer:
    """One answer to a call: a value, something raised, or a limit."""

    __slots__ = ("data", "kind", "stdout")

    def __init__(self, payload: bytes) -> None:
        size = int.from_bytes(payload[1:5], "little")
        self.kind = payload[:1]
        self.stdout = payload[5 : 5 + size]
        self.data = payload[5 + size :]


class Remote:
    """The only way from the examiner to the candidate."""

    def __init__(self, channel: frames.TimedChannel, case_wall_s: float | None, decides: bool = False) -> None:
        """Talk over ``channel``; each case may wait ``case_wall_s`` seconds."""
        self._channel = channel
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self._next_callback = 0
        self.case_wall_s = case_wall_s
        self.candidate_decides = decides
        self.candidate_equality = False
        self.stop_iteration_is_meant = False
        self.aborted: Abort | None = None
        self.loaded = False

    def note_candidate_decided(self) -> bool:
        """The candidate's own object takes part in the judgement; an object that is there counts as true."""
        self.candidate_equality = True
        return True

    def abort(self, ending: str, **facts: Any) -> Abort:
        """Remember the first abort and return it, to be raised."""
        if self.aborted is None:
            self.aborted = Abort(ending, **facts)
        return self.aborted

    def begin_case(self, wall_s: float | None = None) -> None:
        """A case of test code begins: functions that an earlier one passed cannot be called any more."""
        self._callbacks.clear()
        self.start_clock(wall_s)

    def start_clock(self, wall_s: float | None = None) -> None:
        """A case begins: it has ``wall_s`` seconds, by default the exam's."""
        wall = self.case_wall_s if wall_s is None else wall_s
        self._channel.deadline = None if wall is None else time.monotonic() + wall

    def _guard(self, step: Callable[..., Any], *args: Any) -> Any:
        if self.aborted is not None:
            raise self.aborted
        try:
            return step(*args)
        except frames.StreamClosed:
            raise self.abort("exited") from None
        except frames.DeadlinePassed:
            raise self.abort("case_time", clock="wall", limit="case_wall_s") from None
        except frames.FrameTooLarge:
            raise self.abort("result", limit="result_bytes", reason="frame_too_large") from None

    def send(self, kind: int, payload: bytes) -> None:
        """Send a request."""
        self._guard(self._channel.send, kind, payload)

    def receive(self) -> tuple[int, bytes]:
        """Receive an answer's kind and payload."""
        kind, payload = self._guard(self._channel.receive)
        return kind, payload

    def load(self, mode: str, entry_point: str, names: tuple[str, ...], limits: dict[str, Any]) -> dict[str, type]:
        """Have the candidate load its source.

        Returns:
            The exception classes among ``names``, as stand-ins made here.

        Raises:
            Abort: With ``compile`` and the reason, or what else ended it.
        """
        request = (mode, entry_point, names, limits["output_bytes"], limits["result_bytes"])
        self.send(frames.LOAD, codec.encode(request))
        kind, payload = self.receive()
        if kind == frames.RESULT:
            answer = Answer(payload)
            if answer.kind == b"R":
                raise self.ended_by(self.raised(answer))
            raise self.limit(answer)
        parts = self.decode(payload)
        if kind == frames.REFUSED and _shape(parts, str, str, bytes):
            reason = parts[0] if parts[0] in ("syntax_error", "missing_entry_point") else "import_error"
            raise self.abort("compile", reason=reason, message=parts[1][:500])
        if kind != frames.LOADED or type(parts) is not tuple or not all(_shape(part, str, str) for part in parts):
            raise self.violation()
        self.loaded = True
        return {name: error_for(name, base) for name, base in parts if name in names}

    def violation(self) -> Abort:
        """What came back is not in the protocol's form."""
        return self.abort("policy", rule="protocol")

    def decode(self, data: bytes, **options: Any) -> Any:
        """Decode bytes of the candidate's making.

        Raises:
            Abort: If they are malformed or too large.
        """
        try:
            if len(data) < _LARGE:
                return codec.decode(data, **options)
            return _decode_in_time(data, options)
        except _TooDear:
            raise self.abort("result", limit="result_bytes", reason="decoding took too long") from None
        except codec.Malformed:
            raise self.violation() from None
        except (codec.TooLarge, MemoryError, RecursionError) as error:
            raise self.abort("result", limit="result_bytes", reason=str(error)[:100]) from None

    def limit(self, answer: Answer) -> Abort:
        """The abort for an answer that says a limit was hit."""
        if answer.kind != b"L":
            return self.violation()
        if answer.data == b"output":
            return self.abort("output", limit="output_bytes")
        if answer.data.startswith(b"result:"):
            return self.abort("result", limit="result_bytes", reason=answer.data[7:107].decode("ascii", "replace"))
        return self.violation()

    def raised(self, answer: Answer) -> CandidateRaised:
        """What the candidate raised, from an answer of kind ``R``."""
        parts = self.decode(answer.data)
        if not _shape(parts, str, str, bytes, str, str, (int, type(None)), str, bytes):
            raise self.violation()
        name, base, args, message, trace, number, text, attributes = parts
        plain, own = self.decode(args), self.decode(attributes)
        if type(plain) is not tuple or type(own) is not dict or not all(type(key) is str for key in own):
            raise self.violation()
        told = CandidateRaised(name[:200], base[:200], plain, message[:500], trace[:4000], number)
        told.text, told.attributes = text, own
        return told

    def ended_by(self, raised: CandidateRaised) -> Abort:
        """The abort for something raised that ends the candidate: ``SystemExit`` or a limit."""
        if raised.ending is not None:
            ending, facts = raised.ending
            return self.abort(ending, message=raised.message, **facts)
        return self.abort("uncaught", reason=raised.name, message=raised.message, trace=raised.trace)

    # -- operations of test code --------------------------------------------------------------

    def operate(self, operation: str, number: int, *args: Any, **kwargs: Any) -> Any:
        """Carry out one operation on an object of the candidate.

        Returns:
            A plain value or a new handle.

        Raises:
            Abort: The exam is over.
            Exception: What the candidate raised, as an exception of the literal table.
        """
        if self.aborted is not None:
            raise self.aborted
        args = tuple(_taken(part) for part in args)
        kwargs = {name: _taken(part) for name, part in kwargs.items()}
        data = self._encode((args, kwargs))
        originals = _mutable_in_order((args, kwargs))
        self.send(frames.OPERATE, codec.encode((operation, number, data)))
        answer = self._await_answer()
        if answer.stdout:
            sys.stdout.write(answer.stdout.decode("utf-8", "replace"))
        if answer.kind == b"R":
            raised = self.raised(answer)
            if raised.sticky:
                raise self.ended_by(raised)
            if raised.base in _QUIET_ENDS and operation != "next" and not self.stop_iteration_is_meant:
                raised.base = "RuntimeError"
            raise raised.exception()
        if answer.kind != b"W":
            raise self.limit(answer)
        return self._accept(answer, originals)

    def _encode(self, value: Any, opaque: codec.Opaque | None = None) -> bytes:
        try:
            return codec.encode(value, opaque=opaque or self._outgoing)
        except codec.TooLarge as error:
            raise self._not_plain(str(error)) from None

    def _outgoing(self, value: Any) -> bytes:
        from .handles import Handle, number_of

        if type(value) is Handle:
            return codec.handle(number_of(value), "own")
        if callable(value):
            if len(self._callbacks) >= _MAX_CALLBACKS:
                self._callbacks.pop(next(iter(self._callbacks)))
            self._callbacks[self._next_callback] = value
            self._next_callback += 1
            return codec.handle(self._next_callback - 1, "callback")
        raise self._not_plain(f"a test passes a {type(value).__name__}")

    def _not_plain(self, message: str) -> Abort:
        """What cannot cross may be the candidate's making: it counts against it, unless a control fails likewise."""
        return self.abort("opaque", reason=ARGUMENT_NOT_PLAIN, message=message)

    def _returned(self, value: Any) -> bytes:
        from .handles import Handle

        if type(value) is not Handle and not callable(value):
            # What a callback is called with is the candidate's choice: nobody calls himself out of the count.
            message = f"a function of the test returns a {type(value).__name__}"
            raise self.abort("opaque", reason="opaque_value", message=message)
        return self._outgoing(value)

    def _await_answer(self) -> Answer:
        while True:
            kind, payload = self.receive()
            if kind == frames.RESULT:
                return Answer(payload)
            if kind != frames.CALLBACK:
                raise self.violation()
            self._answer_callback(payload)

    def _answer_callback(self, payload: bytes) -> None:
        parts = self.decode(payload)
        if not _shape(parts, int, bytes):
            raise self.violation()
        given = self.decode(parts[1], resolve=self._incoming)
        if not _shape(given, tuple, dict):
            raise self.violation()
        function = self._callbacks.get(parts[0], _forgotten)
        error: str | None = None
        try:
            value = function(*given[0], **given[1])
        except Exception as problem:
            error, value = type(problem).__name__, tuple(str(part) for part in problem.args)
        data = self._encode(value, self._returned)
        self.send(frames.CALLBACK_RETURN, codec.encode((error, data)))

    def _incoming(self, number: int, description: str) -> Any:
        from .handles import incoming

        if description.startswith("error "):
            words = description.split(" ")
            if len(words) == 3:
                return error_for(words[1], words[2])
        return incoming(self, number, description)

    def _accept(self, answer: Answer, originals: list[Any]) -> Any:
        parts = self.decode(answer.data)
        if not _shape(parts, bytes, tuple):
            raise self.violation()
        for change in parts[1]:
            if not _shape(change, int, bytes) or not 0 <= change[0] < len(originals):
                raise self.violation()
            pieces = self.decode(change[1])
            if type(pieces) is not tuple or not all(type(piece) is bytes for piece in pieces):
                raise self.violation()
            content = [self.decode(piece, resolve=self._incoming, aliases=originals) for piece in pieces]
            self._copy_back(originals[change[0]], content)
        return self.decode(parts[0], resolve=self._incoming, aliases=originals)

    def _copy_back(self, target: Any, content: list[Any]) -> None:
        try:
            if type(target) is list:
                target[:] = content
            elif type(target) is set:
                target.clear()
                target.update(content)
            elif isinstance(target, dict):
                target.clear()
                for key, item in zip(content[::2], content[1::2], strict=True):
                    target[key] = item
            elif type(target) is deque:
                target.clear()
                target.extend(content)
            else:
                target[:] = content[0]
        except (TypeError, ValueError, IndexError):
            raise self.violation() from None


def _taken(value: Any) -> Any:
    """An iterator with all its items, where they are not too many: it crosses as an iterator over them."""
    kind = type(value)
    if kind.__module__ not in ("builtins", "itertools") or not (
        hasattr(kind, "__next__") and hasattr(kind, "__iter__")
    ):
        return value
    items = codec.Iterated(islice(value, _MAX_ITEMS + 1))
    return items if len(items) <= _MAX_ITEMS else value


def _mutable_in_order(value: Any) -> list[Any]:
    """The list, dict, set and bytearray objects of a value in the order in which decoding finishes them."""
    found: list[Any] = []

    def visit(part: Any) -> None:
        kind = type(part)
        if kind in _MAPPINGS or kind is codec.DICT_ITEMS:
            for key, item in part if kind is codec.DICT_ITEMS else part.items():
                visit(key)
                visit(item)
        elif kind in _CONTAINERS:
            for item in part:
                visit(item)
        if kind in codec.MUTABLE:
            found.append(part)

    visit(value)
    return found[:-1]  # the last is the keyword dictionary, made afresh on both sides


_QUIET_ENDS = ("StopIteration", "StopAsyncIteration")
"""Raised by a call, these would silently end a loop of the test around it, as in ``all(map(f, inputs))``."""
_MAPPINGS = frozenset({dict, OrderedDict, Counter, defaultdict})
_CONTAINERS = frozenset({list, tuple, set, frozenset, deque, codec.DICT_KEYS, codec.DICT_VALUES, codec.Iterated})


def _shape(parts: Any, *kinds: Any) -> bool:
    return (
        type(parts) is tuple
        and len(parts) == len(kinds)
        and all(
            type(part) in kind if type(kind) is tuple else type(part) is kind
            for part, kind in zip(parts, kinds, strict=True)
        )
    )
