"""What ``scripts/repair_quality`` measured, as a part of ``docs/repairs.md``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.repair_scripted import MAX_ROUNDS, Ended
from scripts.repair_traces import PLUS, RECORDED, VISIBLE, Replayed

STATIC = "static"
ORACLES = {RECORDED: "the source's own tests", PLUS: "HumanEval+ or MBPP+", STATIC: "static analysis finds nothing"}
_SHORTENED = (0, 1, 2, 3)
REMARKS = {
    ("18", "30", "56", "70", "148", "338", "364", "367", "466", "501"): (
        "the program defines another function than the one that is called: the prompt of the trace named the first "
        "function of MBPP's solution. The source took the exception for a pass of the visible test, and ended the loop"
    ),
    ("348", "486"): "the program cannot be run (a closing code fence; a name that is nowhere defined); as above",
    ("349",): "the function's name is `check`, which the source's own harness uses too; the program is right",
    ("341",): "the test needs the iteration order of a set, which is no part of its value",
}
"""Differences from the recorded verdicts, looked into."""


@dataclass
class Found:
    """One set of traces as the service judged it.

    Attributes:
        figures: Oracle → the answer of ``GET /v1/analyses/repairs``.
        kinds: The same for the source's own tests, by error class of the first program.
        replayed: Oracle → its sessions.
        without: Traces whose task has no stronger suite.
        apart: Tasks where that suite's reference fails the tests that the loop had.
    """

    name: str
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    kinds: dict[str, Any] = field(default_factory=dict)
    replayed: dict[str, Sequence[Replayed]] = field(default_factory=dict)
    without: int = 0
    apart: list[str] = field(default_factory=list)


def told(estimate: Mapping[str, Any] | None) -> str:
    """A rate in percent with its interval and n."""
    if estimate is None:
        return "–"
    bounds = estimate["interval"]
    interval = "" if bounds is None else f" [{100 * bounds[0]:.1f}, {100 * bounds[1]:.1f}]"
    return f"{100 * estimate['value']:.1f}{interval}"


def traces_part(found: Sequence[Found]) -> Iterator[str]:
    """Every set against every oracle."""
    for each in found:
        sessions = each.replayed[RECORDED]
        programs = sum(len(session.trace.programs) for session in sessions)
        yield f"### `{each.name}`: {len(sessions)} sessions, {programs} programs\n"
        for oracle, meaning in ORACLES.items():
            answer = each.figures[oracle]
            left = f"{answer['excluded']} sessions and {answer['lost_attempts']} programs without a verdict"
            flat = answer["groups"][0]["flattens_at"]
            gains = "still gaining" if flat is None else f"no gain above one percent after round {flat}"
            yield f"Correct by `{oracle}` ({meaning}); {answer['sessions']} sessions, {left}; {gains}:\n"
            yield from _table(answer["groups"][0]["rounds"], oracle == STATIC)
            yield ""
        yield from _left_out(each)
        yield "By error class of the first program, correct by the source's own tests, after the last round:\n"
        yield from _kinds(each.kinds["groups"])
        yield ""
        yield from _differences(each)


def _table(rounds: Sequence[Mapping[str, Any]], static: bool) -> Iterator[str]:
    last = ("total_repair_rate", "total_regression_rate") if not static else ()
    names = ("accepted", "correct", "repair_rate", "regression_rate", *last, *(() if static else ("fdr",)))
    heads = ["accepted", "clean" if static else "correct", "mended", "broken"]
    heads += ["new findings"] if static else ["mended in all", "broken in all", "fdr"]
    yield "| round | programs | " + " | ".join(heads) + " |"
    yield "|---" * (len(heads) + 2) + "|"
    for each in rounds:
        if static and each["round"] not in (*_SHORTENED, rounds[-1]["round"]):
            continue
        cells = [told(each[name]) for name in names]
        if static:
            cells.append("–" if each["new_findings"] is None else f"{each['new_findings']:.2f}")
        yield f"| {each['round']} | {each['attempts']} | " + " | ".join(cells) + " |"


def _left_out(found: Found) -> Iterator[str]:
    apart = f" (ids {', '.join(sorted(found.apart, key=int))})" if found.apart else ""
    yield (
        f"Left out of `plus`: {found.without} tasks that it does not have or whose function it names otherwise, and "
        f"{len(found.apart)} whose reference fails the tests that the loop had{apart}.\n"
    )


def _kinds(groups: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| first program | sessions | accepted in the end | mended in all | broken in all | fdr |"
    yield "|---|---|---|---|---|---|"
    names = ("accepted", "total_repair_rate", "total_regression_rate", "fdr")
    for group in groups[1:] or groups:
        rates = " | ".join(told(group["rounds"][-1][name]) for name in names)
        yield f"| {group['label']} | {group['sessions']} | {rates} |"


def _differences(found: Found) -> Iterator[str]:
    apart = sorted(differences(found.replayed[RECORDED]), key=lambda row: int(row[0]))
    total = 2 * len(found.replayed[RECORDED])
    yield f"Last verdicts that differ from the recorded ones: {len(apart)} of {total}.\n"
    for task, what in apart:
        because = next((remark for tasks, remark in REMARKS.items() if task in tasks), "")
        yield f"- {task}: {what}" + (f". {because[0].upper()}{because[1:]}" if because else "")
    if apart:
        yield ""


def differences(sessions: Sequence[Replayed]) -> Iterator[tuple[str, str]]:
    """Where the service and the source disagree about a trace's last program: task, and what each says."""
    for each in sessions:
        trace, last = each.trace, each.rounds[-1]
        if each.unsent:
            yield trace.task.local, f"accepted in round {len(each.rounds) - 1}; the source went on {each.unsent} more"
            continue
        for name, recorded in ((VISIBLE, trace.passes_visible), (RECORDED, trace.passes_hidden)):
            if (last[name] == "accepted") != recorded:
                yield trace.task.local, f"`{name}` {last[name]} here, {'passed' if recorded else 'failed'} there"


def scripted_part(ended: Mapping[str, Sequence[Ended]], figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What each level of disclosure made of the same programs."""
    heads = (f"accepted after {MAX_ROUNDS} rounds", "right by `plus`", "fdr", "of the accepted: copied answers")
    yield f"| disclosure | sessions | {' | '.join(heads)} |"
    yield "|---|---|---|---|---|---|"
    for level, sessions in ended.items():
        last = figures[level]["groups"][0]["rounds"][-1]
        right = round(last["correct"]["value"] * len(sessions))
        copied = sum(each.copied and each.status == "solved" for each in sessions)
        cells = (told(last["accepted"]), f"{right}: {told(last['correct'])}", told(last["fdr"]), str(copied))
        yield f"| {level} | {len(sessions)} | {' | '.join(cells)} |"
