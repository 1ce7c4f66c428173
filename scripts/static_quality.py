"""Judges public model samples by the default static policy and publishes its error rates.

Reads the labelled samples from ``ASSAY_TEST_DATA`` (by default ``../shared/data``), has every analyser read each
of them in an analysis cell, and writes the part of ``docs/static-analysis.md`` between its two markers. The labels
say what EvalPlus's base and plus tests found; samples of tasks without plus tests are left out.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.analysis import ANALYSERS
from sandbox.backends import BUBBLEWRAP, BackendOptions, open_analysis
from service.analysis.api_misuse import MisuseCounts, misuse_rates
from service.analysis.estimates import Estimate
from service.analysis.verifier_quality import seeded, verifier_rates
from service.domain.verdict import Verdict
from service.verify.static import Examined, examine, judge
from service.verify.static_default import DEFAULT_POLICY, DEFAULT_VERSION

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "static-analysis.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LABELS = {"true_pass": True, "false_pass": False, "base_fail": False}
"""What plus says of a sample."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One sample."""

    task: str
    model: str
    label: str
    examined: Examined
    verdict: Verdict | None
    refusing: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether the plus tests accept it."""
        return LABELS[self.label]

    @property
    def accepted(self) -> bool:
        """Whether the policy does."""
        return self.verdict is Verdict.ACCEPTED


def samples(data: Path) -> Iterator[dict[str, Any]]:
    """Labelled samples of tasks that have plus tests."""
    for path in sorted((data / "samples").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (row for row in map(json.loads, file) if row["label"] in LABELS)


async def judged(rows: Sequence[dict[str, Any]]) -> list[Judged]:
    """Have every sample read, and judge it."""

    async def backend() -> str:
        return BUBBLEWRAP

    room = open_analysis(BackendOptions(backend=BUBBLEWRAP), backend)

    async def one(row: dict[str, Any]) -> Judged:
        source = row["solution"].encode()
        examined = examine(source, await room.analyse(source, frozenset(ANALYSERS)))
        verdict = judge(DEFAULT_POLICY, examined)
        names = [f"{each.tool}:{each.rule}" for each in verdict.evidence.findings if _refuses(each)]
        return Judged(row["task_id"], row["model"], row["label"], examined, verdict.verdict, tuple(set(names)))

    try:
        return list(await asyncio.gather(*map(one, rows)))
    finally:
        await room.close()


def _refuses(finding: Any) -> bool:
    from service.verify.static_policy import refuses

    return refuses(DEFAULT_POLICY, finding)


def told(estimate: Estimate | None) -> str:
    """An estimate with its interval."""
    if estimate is None:
        return "–"
    interval = estimate.interval
    return f"{estimate.value:.4f}" + (f" ({interval.low:.4f} to {interval.high:.4f})" if interval else "")


def quality(found: Sequence[Judged]) -> Iterator[str]:
    """The table of cells and rates, one row per model and one for all."""
    yield "| samples of | tasks | TP | FP | FN | TN | fdr | fpr | recall | precision of a refusal |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    models = sorted({each.model for each in found})
    for name in (*models, "all"):
        cells: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for each in found:
            if name in (each.model, "all") and each.verdict is not None:
                cells[each.task][(0 if each.good else 1) if each.accepted else (2 if each.good else 3)] += 1
        sums = [sum(column) for column in zip(*cells.values(), strict=True)]
        rates = verifier_rates(list(cells.values()), seeded(1))
        refused = f"{sums[3] / (sums[2] + sums[3]):.4f} ({sums[3]} of {sums[2] + sums[3]})"
        counts = " | ".join(map(str, (len(cells), *sums)))
        yield f"| {name} | {counts} | {told(rates.fdr)} | {told(rates.fpr)} | {told(rates.recall)} | {refused} |"


def by_rule(found: Sequence[Judged]) -> Iterator[str]:
    """What refused, and how often that was right."""
    counts: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for each in found:
        names = each.refusing if each.examined.syntax is None else ("syntax error",)
        counts.update(names)
        right.update(names if each.good else ())
    yield "| rule | samples refused | of them accepted by plus |"
    yield "|---|---|---|"
    for name, count in counts.most_common():
        yield f"| `{name}` | {count} | {right[name]} |"


def misuse(found: Sequence[Judged]) -> Iterator[str]:
    """The three rates of API misuse per model, over all samples."""
    yield "| samples of | violating | clean | unparsable | misuse | executable | overall |"
    yield "|---|---|---|---|---|---|---|"
    for model in sorted({each.model for each in found}):
        own = [each.examined for each in found if each.model == model]
        counts = MisuseCounts.of(
            None if each.syntax is not None else sum(finding.tool == "misuse" for finding in each.findings)
            for each in own
        )
        rates = misuse_rates(counts)
        shares = [each.value if each else float("nan") for each in (rates.misuse, rates.executable, rates.overall)]
        told_ = " | ".join(f"{share:.2%}" for share in shares)
        yield f"| {model} | {counts.violating} | {counts.clean} | {counts.unparsable} | {told_} |"


def page_of(found: Sequence[Judged]) -> str:
    """What is written between the markers."""
    none = sum(each.verdict is None for each in found)
    false_passes = [each for each in found if each.label == "false_pass"]
    caught = sum(not each.accepted and each.verdict is not None for each in false_passes)
    lines = [
        f"Default policy version {DEFAULT_VERSION}, {len(found)} samples, oracle: EvalPlus's base and plus tests as "
        f"recorded. {none} samples got no verdict. Rates with 95 % intervals, linearised over tasks.",
        "",
        *quality(found),
        "",
        f"Of the {len(false_passes)} samples that pass the base tests and fail the plus tests it refuses {caught}: "
        "what weak tests let through are mistakes of logic, which a reader of code alone does not see.",
        "",
        *by_rule(found),
        "",
        "API misuse over all of these samples, several per task, so without intervals:",
        "",
        *misuse(found),
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure and write the page."""
    data = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))
    rows = list(samples(data))
    if not rows:
        sys.exit(f"there are no samples in {data}")
    measured = page_of(asyncio.run(judged(rows)))
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}", encoding="utf-8")
    print(measured)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
