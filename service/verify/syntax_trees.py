"""Whether programs are the same up to their syntax trees: what is compared was parsed in a cell, never here.

Theory of operation. A trusted program in a cell's candidate process gets programs as plain bytes, parses each and gives
back one digest of its tree. A program that takes the parser down with it has no tree; those behind it are read by
the next job, so that every job settles at least one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from sandbox.encoding import decode_value, encode_exam
from sandbox.port import Sandbox, SandboxError
from sandbox.spec import MIB, CollectedValue, CollectExam, Ending, ExamResult, Job, Limits
from service.errors import SandboxTrouble

_LIMITS = Limits(cpu_s=10.0, wall_s=40.0, case_wall_s=5.0, memory_bytes=512 * MIB, result_bytes=1024)
_AT_ONCE = 64
_BYTES = MIB
"""Of programs in one job; a larger one has a job of its own."""
_LOADING = "import"

TREE_PROGRAM = """
import ast
import hashlib
import warnings

warnings.simplefilter("ignore")

def constant(value):
    if type(value) is int:
        return hex(value)
    if type(value) is tuple or type(value) is frozenset:
        return type(value).__name__
    return repr(value)

def without_docstring(body):
    first = body[0] if body else None
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and type(first.value.value) is str
    return body[1:] or [ast.Pass()] if told else body

def fingerprint(source):
    \"\"\"Digest of the tree without places, docstrings and the spelling of constants.\"\"\"
    digest, waiting = hashlib.sha256(), [ast.parse(source)]
    scopes = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.AST):
            digest.update(f"({type(item).__name__}".encode())
            waiting.append(")")
            for name, value in reversed(list(ast.iter_fields(item))):
                if name == "body" and isinstance(item, scopes):
                    value = without_docstring(value)
                if name not in ("kind", "type_comment", "type_ignores"):
                    if isinstance(item, ast.Constant):
                        value = f"{type(value).__name__} {constant(value)}"
                    waiting += [value, f"|{name}="]
        elif isinstance(item, list):
            digest.update(f"[{len(item)}".encode())
            waiting += ["]", *reversed(item)]
        else:
            text = str(item)
            digest.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
"""
"""Run in a cell as if it were a candidate; it gets programs as plain bytes and never runs them."""


class CellTrees:
    """``SyntaxTrees`` over the cells of a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Parse programs in these cells."""
        self._sandbox = sandbox

    async def digests(self, programs: Sequence[bytes]) -> Sequence[str | None]:
        """One digest per program; see ``SyntaxTrees.digests``.

        Raises:
            SandboxTrouble: If the sandbox failed.
        """
        found: dict[bytes, str | None] = {}
        waiting = list(dict.fromkeys(programs))
        while waiting:
            batch = list(_batch(waiting))
            values = await self._read(batch)
            found |= {program: _digest(value) for program, value in zip(batch, values, strict=False)}
            if len(values) < len(batch):
                found[batch[len(values)]] = None
            waiting = [program for program in waiting if program not in found]
        return [found[program] for program in programs]

    async def _read(self, batch: Sequence[bytes]) -> Sequence[CollectedValue]:
        """What the cell gave back before it ended; fewer than were asked for if one was too much for it."""
        exam = CollectExam("trees", "fingerprint", tuple((program,) for program in batch))
        try:
            job = Job(TREE_PROGRAM.encode(), (encode_exam(exam),), _LIMITS)
            result: ExamResult = (await self._sandbox.run(job)).exams[0]
        except (SandboxError, ValueError) as error:
            raise SandboxTrouble(str(error)) from error
        if result.phase == _LOADING and result.ending is not Ending.COMPLETED:
            raise SandboxTrouble(f"the program that reads syntax trees was not loaded: {result.ending.value}")
        return result.values[: len(batch)]


def _batch(programs: Sequence[bytes]) -> Iterator[bytes]:
    """The next few programs: at least one, and no more than fit into one job."""
    size = 0
    for program in islice(programs, _AT_ONCE):
        size += len(program)
        if size > _BYTES and size > len(program):
            return
        yield program


def _digest(value: CollectedValue) -> str | None:
    if value.encoded is None:
        return None
    found = decode_value(value.encoded)
    return found if isinstance(found, str) else None
