"""Repair loops, measured: what each round mended, what it broke, and how many of its mendings only look like it.

A session is one task and the programs that were tried for it, round after round; round 0 is the program that came
in. ``accepted`` is what the loop saw (all verifiers that spoke), ``correct`` what the oracle says. Successive
programs of a session are never counted as samples: a rate has sessions, clustered by task, as its units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from service.analysis.estimates import Estimate
from service.analysis.rates import pooled_ratio


@dataclass(frozen=True, slots=True)
class Round:
    """One program of a session.

    Attributes:
        accepted: What the verifiers that speak said; None without a verdict.
        correct: What the oracle said; None without a verdict.
        clean: What the analyser said; None where none was asked.
        findings: Identities of the analyser's findings, as rule and place-free text; None where none was asked.
        tokens: What it cost to write; None where it was not told.
    """

    accepted: bool | None
    correct: bool | None
    clean: bool | None = None
    findings: frozenset[str] | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One session: its task, its feedback policy, its programs."""

    task: str
    rounds: tuple[Round, ...]

    def after(self, number: int) -> Round:
        """The program that stood after a round: the last one tried until then."""
        return self.rounds[min(number, len(self.rounds) - 1)]


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """What one round came to, over sessions. A rate without data is None.

    Attributes:
        round: 0 for the programs that came in.
        attempts: Sessions in which a program was tried in this round.
        unresolved: Of these, without a verdict of the oracle before or after; not counted in rates.
        accepted: Share of sessions whose program after this round the verifiers accept.
        correct: Share of sessions whose program after this round the oracle accepts.
        clean: Share of sessions whose program after this round the analyser accepts.
        repair_rate: Wrong before and correct after, among wrong before; this round's attempts alone.
        regression_rate: Correct before and wrong after, among correct before; this round's attempts alone.
        total_repair_rate: The same from the program that came in to the one after this round, all sessions.
        total_regression_rate: Likewise.
        clean_repair_rate: The repair rate with what the analyser accepts for the truth.
        clean_regression_rate: Likewise.
        fdr: Wrong among the accepted, after this round.
        new_findings: Mean number of findings that the program before did not have; None where none was asked.
        gain: Share of sessions that became correct minus share that became wrong, in this round.
    """

    round: int
    attempts: int
    unresolved: int
    accepted: Estimate | None
    correct: Estimate | None
    clean: Estimate | None
    repair_rate: Estimate | None
    regression_rate: Estimate | None
    total_repair_rate: Estimate | None
    total_regression_rate: Estimate | None
    fdr: Estimate | None
    new_findings: float | None
    gain: float | None
    clean_repair_rate: Estimate | None = None
    clean_regression_rate: Estimate | None = None


def repair_figures(sessions: Sequence[Session], *, confidence: float = 0.95) -> tuple[RoundFigures, ...]:
    """What each round of repair came to.

    Args:
        sessions: Each with at least the program that came in.
        confidence: Of the intervals, within (0, 1).

    Returns:
        One entry for each round that any session reached, from 0.

    Source:
        Repair and regression rate as in Dolcetti et al. 2024, arXiv:2412.14841, section 4, which compare before and
        after; here for each round, with intervals over tasks (``rates.pooled_ratio``) and the fdr beside them.
    """
    usable = [session for session in sessions if session.rounds]
    last = max((len(session.rounds) for session in usable), default=0)
    return tuple(_figures(usable, number, confidence) for number in range(last))


def _figures(sessions: Sequence[Session], number: int, confidence: float) -> RoundFigures:
    tried = [session for session in sessions if len(session.rounds) > number]
    pairs = [(session, session.rounds[max(0, number - 1)], session.rounds[number]) for session in tried]
    whole = [(session, session.rounds[0], session.after(number)) for session in sessions]

    def rate(
        rows: Iterable[tuple[Session, Round, Round]],
        event: Callable[[Round, Round], bool | None],
        among: Callable[[Round, Round], bool | None],
    ) -> Estimate | None:
        return _rate(((session.task, event(old, new), among(old, new)) for session, old, new in rows), confidence)

    def mended(old: Round, new: Round) -> bool | None:
        return new.correct

    def broken(old: Round, new: Round) -> bool | None:
        return None if new.correct is None else not new.correct

    def was_wrong(old: Round, new: Round) -> bool | None:
        return None if old.correct is None else not old.correct

    def was_unclean(old: Round, new: Round) -> bool | None:
        return None if old.clean is None else not old.clean

    def soiled(old: Round, new: Round) -> bool | None:
        return None if new.clean is None else not new.clean

    later = number > 0
    return RoundFigures(
        round=number,
        attempts=len(tried),
        unresolved=sum(old.correct is None or new.correct is None for _, old, new in pairs),
        accepted=rate(whole, lambda old, new: new.accepted, lambda old, new: True),
        correct=rate(whole, lambda old, new: new.correct, lambda old, new: True),
        clean=rate(whole, lambda old, new: new.clean, lambda old, new: True),
        repair_rate=rate(pairs, mended, was_wrong) if later else None,
        regression_rate=rate(pairs, broken, lambda old, new: old.correct) if later else None,
        total_repair_rate=rate(whole, mended, was_wrong) if later else None,
        total_regression_rate=rate(whole, broken, lambda old, new: old.correct) if later else None,
        fdr=rate(whole, broken, lambda old, new: new.accepted),
        new_findings=_new_findings([(old, new) for _, old, new in pairs]) if later else None,
        gain=_gain([(old, new) for _, old, new in whole_step(sessions, number)]) if later else None,
        clean_repair_rate=rate(pairs, lambda old, new: new.clean, was_unclean) if later else None,
        clean_regression_rate=rate(pairs, soiled, lambda old, new: old.clean) if later else None,
    )


def whole_step(sessions: Sequence[Session], number: int) -> list[tuple[Session, Round, Round]]:
    """For each session the program before and after a round; the same where it had ended."""
    return [(session, session.after(number - 1), session.after(number)) for session in sessions]


def _rate(rows: Iterable[tuple[str, bool | None, bool | None]], confidence: float) -> Estimate | None:
    """Events among trials, summed by task; rows where either is unknown are left out."""
    events: dict[str, int] = {}
    trials: dict[str, int] = {}
    for task, event, among in rows:
        if event is None or not among:
            continue
        trials[task] = trials.get(task, 0) + 1
        events[task] = events.get(task, 0) + event
    if not trials:
        return None
    return pooled_ratio([events[task] for task in trials], list(trials.values()), confidence)


def _new_findings(pairs: Sequence[tuple[Round, Round]]) -> float | None:
    counts = [
        len(new.findings - old.findings) for old, new in pairs if old.findings is not None and new.findings is not None
    ]
    return sum(counts) / len(counts) if counts else None


def _gain(pairs: Sequence[tuple[Round, Round]]) -> float | None:
    known = [(old.correct, new.correct) for old, new in pairs if old.correct is not None and new.correct is not None]
    if not known:
        return None
    return sum(int(new) - int(old) for old, new in known) / len(known)


def flattens_at(figures: Sequence[RoundFigures], least_gain: float = 0.01) -> int | None:
    """The round after which no round gained more than ``least_gain`` of all sessions; None if the last one still did.

    Args:
        figures: As ``repair_figures`` gave them.
        least_gain: Share of sessions, within [0, 1).
    """
    gaining = [each.round for each in figures if each.gain is not None and each.gain > least_gain]
    last = max(gaining, default=0)
    return None if not figures or (last == figures[-1].round and last > 0) else last


@dataclass(frozen=True, slots=True)
class ExampleFigures:
    """What a protocol of growing examples came to after a round.

    Attributes:
        round: From 0.
        sessions: Sessions that are counted.
        o1: Share whose program agrees with every example that it was given.
        o2: Share for whose program no counterexample was found.
        first_round_share: Of the sessions that reach ``o2`` by this round, those that did in round 0.
    """

    round: int
    sessions: int
    o1: Estimate | None
    o2: Estimate | None
    first_round_share: float | None


def example_figures(sessions: Sequence[Session], *, confidence: float = 0.95) -> tuple[ExampleFigures, ...]:
    """Conformity (O1) and no counterexample (O2) for each round; here ``accepted`` is O1 and ``correct`` is O2.

    Source:
        The two objectives of iterative example-based generation, Fu et al. 2024, "The First Prompt Counts the Most!".
    """
    usable = [session for session in sessions if session.rounds]
    last = max((len(session.rounds) for session in usable), default=0)
    made = []
    for number in range(last):
        rounds = [(session.task, session.after(number)) for session in usable]
        first = [session.rounds[0].correct for session in usable]
        reached = sum(bool(each.correct) for _, each in rounds)
        made.append(
            ExampleFigures(
                number,
                len(usable),
                _rate(((task, each.accepted, True) for task, each in rounds), confidence),
                _rate(((task, each.correct, True) for task, each in rounds), confidence),
                sum(map(bool, first)) / reached if reached else None,
            )
        )
    return tuple(made)
