"""A repairer that knows no Python and reads nothing but its report, on the shipped samples that ``base`` refuses.

It stands for a model that can write several programs for a task and cannot tell which of them is right. Its drafts are
what the other two models wrote for the task, and slips of each: the same program with one small change. What it
makes of a report depends on nothing but what stands in it:

- a verdict alone: it sends the next draft, in an order drawn once;
- how many cases failed (``names``): after a draft that passes some it tries its kin, after one that passes none
  another draft;
- cases with expected values (``full``): it tries its drafts on these cases itself, sends the first that passes them
  all, and where none does sends a program that knows the expected values by heart.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from service.client import AsyncAssay
from service.client.calls import Call, fresh_key
from tasks.strengthen.mutation import mutants_of
from tasks.strengthen.scoring import SCORING

LIBRARY = Path(__file__).resolve().parent.parent / "tasks" / "library" / "samples.jsonl"
BY_HEART = "full, by heart"
LEVELS = {"verdict": "verdict", "names": "names", "full": "full", BY_HEART: "full"}
"""Name of a row → disclosure. By heart works one that has no drafts, and so nothing but what it was told."""
MAX_ROUNDS = 3
SLIPS = 6
"""Of each program."""
_COUNT = re.compile(r"(\d+) of (\d+) cases did not pass")
_CASE = re.compile(r"^assert (?P<call>(?P<name>\w+)\(.*\)) == (?P<value>.+)$", re.MULTILINE)

Tester = Callable[[str, str, Sequence[str]], Awaitable[bool]]
"""(entry point, program, asserts) → whether it passes them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One program, and which programs it is kin to."""

    kin: int
    source: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A program to be repaired, and the drafts that the repairer has for its task."""

    task_id: str
    source: str
    drafts: tuple[Draft, ...]


def broken(every: int = 1) -> Iterator[Broken]:
    """The shipped samples that ``base`` refuses, with drafts that none of the same model's programs are among."""
    rows = [json.loads(line) for line in LIBRARY.read_text(encoding="utf-8").splitlines()]
    wrong = [row for row in rows if row["metadata"]["expected"]["base"] != "accepted"]
    for row in wrong[::every]:
        others = [each for each in rows if each["task_id"] == row["task_id"] and each["model"] != row["model"]]
        sources = dict.fromkeys(each["solution"] for each in others if each["solution"] != row["solution"])
        yield Broken(row["task_id"], row["solution"], _drafts(list(sources), random.Random(row["solution"])))


def _drafts(sources: Sequence[str], rng: random.Random) -> tuple[Draft, ...]:
    made = [Draft(kin, source) for kin, source in enumerate(sources)]
    for kin, source in enumerate(sources):
        slips = [mutant.source for mutant in mutants_of(source, SCORING, at_most=2, rng=rng)]
        made += [Draft(kin, slip) for slip in rng.sample(slips, min(SLIPS, len(slips)))]
    rng.shuffle(made)
    return tuple(made)


@dataclass
class Repairer:
    """Writes the next program after each report, and forgets no case that it was told."""

    work: Broken
    test: Tester
    sent: list[Draft] = field(default_factory=list)
    passed: dict[int, int] = field(default_factory=dict)
    """Kin → most cases that one of its drafts passed."""
    known: dict[str, re.Match[str]] = field(default_factory=dict)
    """Call → the case in which it was told."""
    copied: str | None = None
    """The last program that it made of expected values."""

    async def next(self, report: str) -> str:
        """The next program, from what a report says of the last one."""
        self.known |= {case["call"]: case for case in _CASE.finditer(report)}
        if self.known:
            return await self._fitting(list(self.known.values()))
        left = [draft for draft in self.work.drafts if draft not in self.sent]
        count = _COUNT.search(report)
        if self.sent and count is not None:
            last = self.sent[-1].kin
            self.passed[last] = max(self.passed.get(last, 0), int(count[2]) - int(count[1]))
            left.sort(key=self._hope, reverse=True)
        if not left:
            return self.work.source
        self.sent.append(left[0])
        return left[0].source

    def _hope(self, draft: Draft) -> float:
        """Kin of what passed something first, then what was never tried, then kin of what passed nothing."""
        return self.passed.get(draft.kin, 0.5)

    async def _fitting(self, cases: Sequence[re.Match[str]]) -> str:
        """The first draft that passes the cases it was told; else a program that has learnt them by heart."""
        asserts = [case[0] for case in cases]
        for draft in self.work.drafts:
            if draft not in self.sent and await self.test(cases[0]["name"], draft.source, asserts):
                self.sent.append(draft)
                return draft.source
        self.copied = by_heart(cases)
        return self.copied


def by_heart(cases: Sequence[re.Match[str]]) -> str:
    """A program that answers the cases it was told, and nothing else."""
    name = cases[0]["name"]
    lines = [f"    if repr(args) == repr({_arguments(case)}):\n        return {case['value']}" for case in cases]
    return "\n".join([f"def {name}(*args):", *lines, "    return None", ""])


def _arguments(case: re.Match[str]) -> str:
    inside = case["call"].removeprefix(f"{case['name']}(").removesuffix(")")
    return f"({inside},)" if inside else "()"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a session ended; ``copied`` if its last program had learnt expected values by heart."""

    status: str
    copied: bool


async def repair(client: AsyncAssay, work: Broken, level: str) -> Ended:
    """One session at a level of ``LEVELS``."""
    if level == BY_HEART:
        work = replace(work, drafts=())
    told = {"disclosure": LEVELS[level], "max_rounds": MAX_ROUNDS}
    policy = {"model": level, **told, "verifiers": ["base"], "oracle": "plus"}
    begin = Call("POST", "/v1/repairs", document={"task_id": work.task_id, **policy}, headers=fresh_key())
    place = f"/v1/repairs/{(await client.call(begin))['id']}/attempts"
    repairer = Repairer(work, lambda *given: passes(client, *given))
    program = work.source
    while True:
        call = Call("POST", place, document={"code": program}, headers={"Prefer": "wait=600", **fresh_key()})
        answer: Mapping[str, Any] = await client.call(call)
        if answer["status"] != "continue":
            return Ended(answer["status"], repairer.copied == program)
        program = await repairer.next(answer["report"])


async def passes(client: AsyncAssay, entry_point: str, program: str, asserts: Sequence[str]) -> bool:
    """Whether a program passes some asserts, by a verification of its own: a draft is run nowhere but in a cell."""
    task = {"entry_point": entry_point, "prompt": "", "tests": list(asserts)}
    found = await client.verify(program, wait_s=600, task=task)
    return bool(found["accepted"])
