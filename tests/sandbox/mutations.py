"""Breaks each rule of the cell in a copy of the source and shows that a test notices.

``python -m tests.sandbox.mutations [RULE …]`` copies the tree, applies one change at a time and runs the tests that
stand beside it, which must fail. Not part of the suite: each change costs a start of pytest and of a cell.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES, VERDICTS, HOLES = (f"tests/sandbox/test_{name}.py" for name in ("rules", "cell_verdicts", "holes"))
ATTACKS, BACKENDS = "tests/sandbox/test_attacks.py", "tests/sandbox/test_backends.py"
CODEC, COMPARE, POOL, CELL = (f"tests/unit/sandbox/test_{name}.py" for name in ("codec", "compare", "pool", "cell"))


@dataclass(frozen=True)
class Mutation:
    """One rule broken.

    Attributes:
        rule: ``R1`` … ``R20``.
        what: What is broken.
        file: Below ``sandbox/``.
        old: Text that stands there.
        new: What takes its place.
        tests: A test file.
        only: ``-k`` for pytest.
    """

    rule: str
    what: str
    file: str
    old: str
    new: str
    tests: str
    only: str


MUTATIONS = (
    Mutation("R1", "the candidates' zygote reads sources", "runner/candidates.py", "        pid = os.fork()\n",
             "        globals().setdefault('kept', []).append(os.pread(descriptors[0], source_bytes, 0))\n"
             "        pid = os.fork()\n", RULES, "r1_no_byte"),
    Mutation("R1", "test code is decoded before its examiner is forked", "runner/examiners.py",
             "        pid = os.fork()\n",
             "        globals().setdefault('kept', []).append(_read_at(descriptors[0], EXAM_HEAD.unpack(data)[0]))\n"
             "        pid = os.fork()\n", RULES, "r1_whoever"),
    Mutation("R2", "an abort that was caught is forgotten", "runner/script.py",
             "            if remote.aborted is not None:\n                raise remote.aborted\n"
             "            record.outcome(index, \"p\")", "            remote.aborted = None\n"
             "            record.outcome(index, \"p\")", VERDICTS, "dead_candidate"),
    Mutation("R3", "exceptions are looked up by name", "runner/errors.py",
             "    if name == base and name in TABLE:", "    if name in __builtins__:\n"
             "        return __builtins__[name]\n    if name == base and name in TABLE:",
             ATTACKS, "exception_named_eval"),
    Mutation("R4", "the prompt's helpers are the candidate's", "runner/script.py",
             "        names |= self._candidate_names(remote, stand_ins)\n",
             "        names |= self._candidate_names(remote, stand_ins)\n"
             "        names |= {name: remote.operate('getattr', 0, name) for name in names\n"
             "                  if callable(names[name]) and name not in (self._entry_point, *self._names)}\n",
             HOLES, "H3"),
    Mutation("R5", "the test's operand is sent to the candidate", "runner/handles.py",
             "        if type(other) is not Handle:\n            return False\n",
             "        if type(other) is not Handle:\n            return bool(_forward(self, 'eq', other))\n",
             RULES, "r5"),
    Mutation("R6", "the candidate decides unasked", "runner/handles.py",
             "    if remote.candidate_decides and all(", "    if all(",
             VERDICTS, "opaque"),
    Mutation("R7", "what pytest skipped counts as passed", "runner/pytest_file.py",
             "    if plugin.error is not None:\n",
             "    if not plugin.passed:\n        record.outcome(0, 'p')\n        return\n"
             "    if plugin.error is not None:\n", RULES, "r7"),
    Mutation("R7", "a completion record of another job is taken", "wire.py",
             "        if _field(said, \"nonce\", str) != self._nonce or", "        if", CELL, "breaks_the_protocol"),
    Mutation("R8", "seccomp allows sockets", "runner/seccomp.py", "    \"socket\": 41, \"connect\": 42,", "   ",
             VERDICTS, "opens"),
    Mutation("R9", "no bound on depth", "runner/codec.py",
             "                    if len(stack) >= MAX_DEPTH:\n                        raise TooLarge",
             "                    if len(stack) >= 1 << 40:\n                        raise TooLarge", CODEC, "bounds"),
    Mutation("R10", "a lost examiner is the machine's fault", "pool.py",
             "            result = _verdict_of_loss(", "            raise attempt.loss or _verdict_of_loss(",
             POOL, "nobody_buys"),
    Mutation("R10", "set-up code that the candidate broke breaks the exam", "runner/script.py",
             "        if remote.loaded and not is_undeclared(error, source):", "        if False:", RULES, "r10"),
    Mutation("R11", "lists and tuples are the same", "runner/compare.py",
             "    if type(actual) is not type(expected):\n        return False\n    if type(expected) in",
             "    if type(expected) in", COMPARE, ""),
    Mutation("R11", "tolerance is written negatively", "runner/compare.py",
             "            if not (_finite(actual) and _finite(expected)):\n"
             "                return _same(actual, expected)\n"
             "            return bool(abs(actual - expected) <= atol + rtol * abs(expected))",
             "            return not abs(actual - expected) > atol + rtol * abs(expected)", COMPARE, ""),
    Mutation("R12", "descriptors are left open", "runner/confine.py",
             "    os.closerange(len(sources), 1 << 20)\n", "", RULES, "r12"),
    Mutation("R13", "the user is kept", "runner/confine.py",
             "        os.setresuid(side.uid, side.uid, side.uid)\n", "", RULES, "r13"),
    Mutation("R13", "a candidate may be dumped", "runner/confine.py",
             "    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)\n", "    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)\n",
             RULES, "r13"),
    Mutation("R14", "cells share their ids", "uids.py", "        first = self.base + slot * STRIDE",
             "        first = self.base", BACKENDS, "ids_of_their_own"),
    Mutation("R15", "seccomp allows processes", "runner/seccomp.py",
             "no_namespaces if may_fork else threads_only", "no_namespaces", VERDICTS, "test_program and forks"),
    Mutation("R15", "only the candidate's first process is killed", "runner/cleaning.py",
             "            os.kill(-1, signal.SIGKILL)", "            os.kill(pid or 1 << 22, signal.SIGKILL)",
             RULES, "r17_the_candidate"),
    Mutation("R16", "files are left", "runner/cleaning.py",
             "        if self._free() != self._baseline:\n            for",
             "        if False:\n            for", VERDICTS, "next_candidate_finds_nothing"),
    Mutation("R16", "a cell that is not clean is used again", "runner/cleaning.py",
             "                return False, \"the work directory is not as it was\"", "                pass", RULES,
             "r16_a_cell"),
    Mutation("R17", "each process may take the whole", "runner/candidates.py", "    if processes > 1:\n",
             "    if False:\n",
             RULES, "r17_all_processes"),
    Mutation("R17", "a wall limit among others is final", "pool.py",
             "    return by_wall and exam", "    return False and exam", POOL, "wall_limit"),
    Mutation("R18", "a test's function can be called for ever", "runner/remote.py",
             "        self._callbacks.clear()\n", "", RULES, "r18"),
    Mutation("R19", "the examiner's randomness is the same each time", "runner/examiners.py",
             "        seed_randomness(head[3])", "        seed_randomness(0)", RULES, "r19_the"),
    Mutation("R20", "evidence is not escaped", "wire.py",
             "_UNFIT.sub(lambda found: found[0].encode(\"unicode_escape\").decode(\"ascii\"), text)", "text",
             RULES, "r20"),
)  # fmt: skip


def survives(mutation: Mutation, tree: Path) -> str | None:
    """Why a broken rule goes unnoticed; None if a test fails as it must."""
    path = tree / "sandbox" / mutation.file
    whole = path.read_text()
    if run_tests(tree, [mutation]).returncode != 0:
        return "the tests fail without any change"
    if whole.count(mutation.old) < 1:
        return "the text to be changed is not there"
    path.write_text(whole.replace(mutation.old, mutation.new))
    try:
        done = run_tests(tree, [mutation])
    finally:
        path.write_text(whole)
    return None if done.returncode == 1 else f"pytest ended with {done.returncode}: {done.stdout[-300:]}"


def run_tests(tree: Path, mutations: Sequence[Mutation]) -> subprocess.CompletedProcess[str]:
    """The tests that stand beside some mutations, without containers."""
    chosen = " or ".join(f"({mutation.only or 'test'})" for mutation in mutations)
    files = sorted({mutation.tests for mutation in mutations})
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", *files,
         "-k", f"({chosen}) and not docker"],
        cwd=tree, check=False, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(tree)},
    )  # fmt: skip


def main(rules: list[str]) -> int:
    """Try the mutations of these rules, or all."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place, "tree")
        kept = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, tree, ignore=kept)
        (tree / ".venv").symlink_to(ROOT / ".venv")
        wanted = [mutation for mutation in MUTATIONS if not rules or mutation.rule in rules]
        for mutation in wanted:
            why = survives(mutation, tree)
            unnoticed += why is not None
            print(
                f"{mutation.rule:>4} {mutation.what}: {'noticed' if why is None else f'UNNOTICED, {why}'}", flush=True
            )
    print(f"{unnoticed} of {len(wanted)} unnoticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
