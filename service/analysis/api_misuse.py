"""How often programs misuse the APIs that they call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.analysis.estimates import Estimate
from service.analysis.intervals import wilson

_METHOD = "{} of {}; Wilson interval over programs, which must be independent: one sample per task"


@dataclass(frozen=True, slots=True)
class MisuseCounts:
    """Programs by what analysis says of them.

    Attributes:
        violating: They parse and break at least one rule.
        clean: They parse and break none.
        unparsable: Nothing can be said of them.
    """

    violating: int
    clean: int
    unparsable: int

    @classmethod
    def of(cls, programs: Iterable[int | None]) -> MisuseCounts:
        """Count programs.

        Args:
            programs: Broken rules of each; None where it does not parse.
        """
        found = list(programs)
        parsed = [broken for broken in found if broken is not None]
        violating = sum(broken > 0 for broken in parsed)
        return cls(violating, len(parsed) - violating, len(found) - len(parsed))


@dataclass(frozen=True, slots=True)
class MisuseRates:
    """The three rates; each is None where its denominator is 0.

    Attributes:
        misuse: Violating among those that parse.
        executable: Those that parse among all.
        overall: Violating among all; misuse times executable.
    """

    misuse: Estimate | None
    executable: Estimate | None
    overall: Estimate | None


def misuse_rates(counts: MisuseCounts) -> MisuseRates:
    """Rates of API misuse from counts.

    Args:
        counts: Each >= 0.

    Returns:
        Rates with intervals; n counts programs.

    Raises:
        ValueError: If a count is negative.

    Source:
        Zhong and Wang 2023, RobustAPI, arXiv:2308.10335, section 4.1: misuse rate, compilation rate (here: that a
        program parses) and overall misuse, their product. The intervals are ours.
    """
    if min(counts.violating, counts.clean, counts.unparsable) < 0:
        raise ValueError("counts are not negative")
    parsed = counts.violating + counts.clean
    total = parsed + counts.unparsable
    return MisuseRates(
        misuse=_share(counts.violating, parsed, "programs that break a rule"),
        executable=_share(parsed, total, "programs that parse"),
        overall=_share(counts.violating, total, "programs that break a rule"),
    )


def _share(part: int, whole: int, what: str) -> Estimate | None:
    if not whole:
        return None
    return Estimate(part / whole, wilson(part, whole), whole, _METHOD.format(f"{part} {what}", whole))
