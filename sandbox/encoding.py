"""Exams and values as the bytes that cells read."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.runner import codec, compare
from sandbox.spec import CallCase, CallExam, CollectExam, Digest, EncodedExam, Exam, Rule, ScriptExam, StdioExam


def encode_value(value: object) -> bytes:
    """A plain value as bytes.

    Raises:
        ValueError: If it is not plain (``docs/tasks.md`` lists the types) or too large for those who decode it.
    """
    try:
        return codec.encode(value, decodable=True)
    except (codec.NotPlain, codec.TooLarge) as error:
        raise ValueError(f"not a plain value: {error}") from None


def decode_value(data: bytes) -> object:
    """The plain value that ``encode_value`` or a cell wrote.

    Raises:
        ValueError: If the bytes are not in the protocol's form.
    """
    try:
        value: object = codec.decode(data)
    except (codec.Malformed, codec.TooLarge) as error:
        raise ValueError(f"not an encoded value: {error}") from None
    return value


_LARGE_BYTES = 4096
"""Expected values with longer encodings are sent as fingerprints, where equality alone decides."""


def digest(value: object) -> Digest | None:
    """The digest of a large plain value; None if it is small or cannot be judged by its fingerprint.

    Raises:
        ValueError: If it is not plain.
    """
    if len(encode_value(value)) <= _LARGE_BYTES:
        return None
    fingerprint = compare.fingerprint(value)
    return None if fingerprint is None else Digest(fingerprint, compare.show(value))


def _expected(case: CallCase) -> bytes | tuple[bytes, str]:
    if case.rule in (Rule.ANY, Rule.ROOT):
        return encode_value(None)
    exact = case.rule is Rule.EQUAL and not case.also and case.atol == case.rtol == 0
    if isinstance(case.expected, Digest):
        if not exact:
            raise ValueError("a digest decides by plain equality alone")
        return case.expected.fingerprint, case.expected.text
    large = digest(case.expected) if exact else None
    return encode_value(case.expected) if large is None else (large.fingerprint, large.text)


_TELLING_BYTES = 16
"""Shorter encodings (numbers, None, words of a few letters) turn up in inputs by chance and give nothing away."""


_MOST_PENDING = 1000
"""Expected values that are looked for in one input; behind so many a case waits without a look."""


def _barriers(cases: list[tuple[bytes, bytes]]) -> list[bool]:
    """Which cases must wait until those before them were answered: their input holds an expected value of one."""
    found: list[bool] = []
    pending: set[bytes] = set()
    for args, expected in cases:
        gives_away = len(pending) >= _MOST_PENDING or any(value in args for value in pending)
        found.append(gives_away)
        if gives_away:
            pending.clear()
        if len(expected) >= _TELLING_BYTES:
            pending.add(expected)
    return found


def _call_parts(exam: CallExam, cases: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...]:
    encoded = [
        (encode_value(case.args), b"" if isinstance(case.expected, Digest) else encode_value(case.expected))
        for case in exam.cases
    ]
    barriers = _barriers(encoded)
    return tuple((*parts, barriers[index] or index in exam.parts) for index, parts in enumerate(cases))


def _case_digest(exam: CallExam, parts: tuple[Any, ...]) -> bytes:
    asked = codec.encode((exam.entry_point, exam.candidate_decides, *parts[:-1]))  # the last one is the wall limit
    return hashlib.blake2b(asked, digest_size=16).digest()


def _case_parts(exam: CallExam) -> tuple[tuple[Any, ...], ...]:
    return tuple(
        (
            encode_value(case.args),
            _expected(case),
            tuple(encode_value(value) for value in case.also),
            case.rule.value,
            case.atol,
            case.rtol,
            case.case_wall_s,
        )
        for case in exam.cases
    )


def encode_exam(exam: Exam) -> EncodedExam:
    """An exam as bytes; make it once per suite and keep it.

    Raises:
        ValueError: If the exam has no case, or a value in it is not plain.
    """
    parts: tuple[Any, ...]
    entry_point: str | None = None
    wall: float | None = None
    digests: tuple[bytes, ...] = ()
    programs: tuple[EncodedExam, ...] = ()
    if isinstance(exam, CallExam):
        cases = _case_parts(exam)
        parts = ("calls", exam.entry_point, _call_parts(exam, cases), exam.candidate_decides)
        entry_point, count = exam.entry_point, len(exam.cases)
        digests = tuple(_case_digest(exam, case) for case in cases)
        wall = max((case.case_wall_s for case in exam.cases if case.case_wall_s is not None), default=None)
    elif isinstance(exam, CollectExam):
        inputs = tuple(encode_value(args) for args in exam.inputs)
        parts, entry_point, count = ("collect", exam.entry_point, inputs), exam.entry_point, len(inputs)
    elif isinstance(exam, StdioExam):
        programs, count = _programs(exam), len(exam.cases)
        parts = ("stdio", tuple(program.version for program in programs))
    elif isinstance(exam, ScriptExam):
        parts, entry_point, count = _script_parts(exam), exam.entry_point, len(exam.sources)
    if count == 0:
        raise ValueError(f"exam {exam.name!r} has no case")
    return EncodedExam(exam.name, count, codec.encode(parts), entry_point, wall, digests, programs)


def _programs(exam: StdioExam) -> tuple[EncodedExam, ...]:
    payloads = (codec.encode(("program", case.stdin, case.stdout)) for case in exam.cases)
    return tuple(EncodedExam(exam.name, 1, payload, None) for payload in payloads)


def _script_parts(exam: ScriptExam) -> tuple[Any, ...]:
    return (
        "script",
        exam.entry_point,
        exam.style.value,
        exam.sources,
        exam.prelude,
        exam.late_prelude,
        exam.candidate_names,
        exam.candidate_decides,
    )
