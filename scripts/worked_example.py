"""Writes ``docs/method/worked_example.md``: can ten tries of a weak model replace one of a strong one?

Reads labelled model samples from a directory (``ASSAY_TEST_DATA``, by default ``../shared/data``) and the samples
that ship with the library, and draws its figures beside the page. Successive repairs are no samples and left out.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from service.analysis.bootstrap import Band, FloatArray, bca_from, cluster_bootstrap
from service.analysis.resampling_counts import TaskCounts
from service.api.schemas.resampling_answer import ResamplingRead
from service.reports.plots import resampling as drawing
from service.reports.plots.canvas import new_figure, rendered
from service.usecases.analyses.resampling import ModelName, ResamplingRequest, resample_counts

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "method" / "worked_example.md"
WEAK = "mistral-7b_humaneval.jsonl.gz"
STRONG = "gpt-3.5-turbo-0613_humaneval.jsonl.gz"
REPAIR = "ldb-repair-step"
COSTS = (0.0, 1.0, 2.0, 4.0, 8.0)
FAR = (20, 100, 1000)
TRUSTED = 0.05
"""A model that departs further from the counts is not believed."""
REPLICATES = 10_000
SEED = 0

Counts = Mapping[str, TaskCounts]


@dataclass(frozen=True, slots=True)
class Paired:
    """The weak model's curve minus the strong model's single sample, on the same tasks.

    Attributes:
        value: For budgets 1 … 10.
        band: Its intervals.
        reaches: Share of resampled sets of tasks in which the difference is at least 0.
    """

    value: FloatArray
    band: Band
    reaches: FloatArray


def labelled(path: Path) -> Iterator[tuple[str, bool, bool]]:
    """Task, accepted by the base tests, correct by the stronger ones; repairs are left out."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for sample in map(json.loads, stream):
            if sample["variant"] != REPAIR:
                accepted = sample["base_status"] == "pass"
                yield sample["task_id"], accepted, accepted and sample["plus_status"] == "pass"


def shipped(model: str) -> Iterator[tuple[str, bool, bool]]:
    """The same of one model of the library."""
    for line in (ROOT / "tasks" / "library" / "samples.jsonl").read_text(encoding="utf-8").splitlines():
        sample = json.loads(line)
        if sample["model"] == model:
            said = sample["metadata"]["expected"]
            yield sample["task_id"], said["base"] == "accepted", said["plus"] == "accepted"


def counted(samples: Iterable[tuple[str, bool, bool]]) -> Counts:
    """Four counts per task."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for task, accepted, correct in samples:
        for place, one in enumerate((True, accepted, correct, accepted and correct)):
            found[task][place] += one
    return {task: TaskCounts(*found[task]) for task in sorted(found)}


def answered(counts: Counts, **more: Any) -> dict[str, Any]:
    """What ``POST /v1/analyses/resampling`` answers."""
    request = ResamplingRequest(costs=COSTS, replicates=REPLICATES, seed=SEED, **more)
    answer = asyncio.run(resample_counts(list(counts.values()), request))
    return ResamplingRead.of(answer).model_dump(mode="json")


def curves(counts: Counts, most: int) -> tuple[FloatArray, FloatArray]:
    """TP and FP of each task for budgets 1 … most, each of shape (tasks, most)."""
    rows = np.array([[each.samples, each.accepted, each.accepted_correct] for each in counts.values()], dtype=float)
    n, b, t = (column[:, None] for column in rows.T)
    drawn = np.arange(most)
    accepted = 1.0 - np.cumprod(np.clip(n - b - drawn, 0, None) / (n - drawn), axis=1)
    share = t / np.maximum(b, 1)
    return accepted * share, accepted * (1 - share)


def paired(weak: FloatArray, strong: FloatArray) -> Paired:
    """Compare per-task rewards on the same resampled tasks."""
    gained = weak - strong[:, None]
    drawn = cluster_bootstrap(lambda means: means, gained, REPLICATES, np.random.default_rng(SEED))
    return Paired(gained.mean(axis=0), bca_from(lambda means: means, gained, drawn), (drawn >= 0).mean(axis=0))


def percent(value: float | None) -> str:
    """A share in per cent."""
    return "–" if value is None else f"{100 * value:.1f} %"


def ranged(value: float | None, interval: Sequence[float] | None) -> str:
    """A share with its interval."""
    if interval is None:
        return percent(value)
    return f"{percent(value)} [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]"


def plain(value: float, low: float, high: float) -> str:
    """A reward with its interval."""
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table in Markdown."""
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"
    yield ""


def opening(found: Mapping[str, Any], strong: Counts) -> Iterator[str]:
    """What is asked, and of which samples."""
    hits = sum(each.accepted_correct for each in strong.values())
    wrong = sum(each.accepted - each.accepted_correct for each in strong.values())
    yield "# Worked example: can ten tries of a weak model replace one of a strong one?\n"
    yield (
        "Made by `scripts/worked_example`. Mistral-7B wrote ten programs for each of the 164 tasks of HumanEval, "
        "gpt-3.5-turbo-0613 one. The tests of HumanEval decide when to stop sampling, those of HumanEval+ (base and "
        "extra inputs) say whether that was right. The labels are EvalPlus's, with which Assay's own verdicts agree "
        "([fidelity.md](../fidelity.md)); `assay bench` and `assay analyze resampling RUN` give the same from the "
        "programs. The successive repairs that the gpt-3.5 file also holds were not drawn independently and are left "
        f"out. Intervals are 95 %, over tasks: BCa, {REPLICATES:,} resampled sets of tasks, seed {SEED}.\n"
    )
    rates, precision = found["single_sample"], found["precision"]
    rows = [
        ("a sample is correct", ranged(rates["accuracy"], rates["intervals"]["accuracy"]), percent(hits / len(strong))),
        (
            "a sample is accepted",
            ranged(rates["acceptance"], rates["intervals"]["acceptance"]),
            percent((hits + wrong) / len(strong)),
        ),
        (
            "fdr = P(wrong \\| accepted)",
            ranged(precision["fdr_pooled"], precision["intervals"]["fdr_pooled"]),
            percent(wrong / (hits + wrong)),
        ),
        ("fpr = P(accepted \\| wrong)", ranged(precision["fpr"], precision["intervals"]["fpr"]), ""),
        (
            f"precision, mean over the {precision['macro_tasks']} tasks with an accepted sample",
            ranged(precision["macro"], precision["intervals"]["macro"]),
            "",
        ),
    ]
    yield from table(("", "Mistral-7B, 10 samples a task", "gpt-3.5, 1 sample a task"), rows)


def the_curve(found: Mapping[str, Any], gap: Paired, accuracy: float) -> Iterator[str]:
    """The curve next to the strong model's single sample."""
    yield "## The curve\n"
    yield "![Mistral-7B on HumanEval: answers, rewards and wrong answers by attempt](worked_example_mistral.svg)\n"
    rows = [
        (
            point["budget"],
            ranged(point["true_positive"], point["intervals"]["true_positive"]),
            ranged(point["false_positive"], point["intervals"]["false_positive"]),
            percent(point["abstain"]),
            f"{point['expected_samples']:.2f}",
            percent(point["coverage"]),
            f"{100 * gap.value[place]:+.1f} [{100 * gap.band.low[place]:+.1f}, {100 * gap.band.high[place]:+.1f}]",
        )
        for place, point in enumerate(found["curve"])
    ]
    columns = ("draws", "correct", "wrong", "no answer", "E[samples]", "some draw correct", "correct − gpt-3.5, points")
    yield from table(columns, rows)
    yield (
        f"The last column is paired: the same tasks, one gpt-3.5 sample each ({percent(accuracy)} correct, taken "
        "without asking a verifier). *Some draw correct* is what a perfect verifier would reach.\n"
    )


def the_optimum(found: Mapping[str, Any], weak: tuple[FloatArray, FloatArray], strong: Counts) -> Iterator[str]:
    """The best budgets, and the strong model's rewards beside them."""
    right = np.array([each.accepted_correct for each in strong.values()], dtype=float)
    wrong = np.array([each.accepted - each.accepted_correct for each in strong.values()], dtype=float)
    rows = []
    for best in found["optimum"]:
        cost, budget = best["false_positive_cost"], best["budget"]
        reward = weak[0] - cost * weak[1]
        mine = reward[:, budget - 1] if budget else np.zeros(len(right))
        gap = paired(mine[:, None], right - cost * wrong)
        interval = best["interval"] or (best["reward"], best["reward"])
        shares = [each for each in sorted(best["budget_shares"].items(), key=lambda item: -item[1]) if each[1] > 0.01]
        limited = " (still rising)" if best["budget_limited"] else "" if budget else " (abstain)"
        rows.append(
            (
                f"{cost:g}",
                f"{budget}{limited}",
                plain(best["reward"], *interval),
                ", ".join(f"{name}: {percent(share)}" for name, share in shares[:3]),
                f"{best['near_best'][0]} … {best['near_best'][-1]}",
                f"{(right - cost * wrong).mean():+.3f}",
                plain(float(gap.value[0]), float(gap.band.low[0]), float(gap.band.high[0])),
            )
        )
    yield "## The best budget\n"
    columns = (
        "cost of a wrong answer",
        "best budget",
        "its reward",
        "best in resampled sets of tasks",
        "within one SE",
        "gpt-3.5, one accepted sample",
        "difference, paired",
    )
    yield from table(columns, rows)
    yield (
        f"One draw is worth nothing when a wrong answer costs {found['break_even_cost']:.2f} "
        f"[{found['break_even_interval'][0]:.2f}, {found['break_even_interval'][1]:.2f}] times what a right one earns. "
        "*Within one SE* holds the budgets whose reward cannot be told from the best one's. *Still rising* means that "
        "the last draw still gained: the best budget lies beyond the samples, and ten is not to be quoted as it.\n"
    )


def how_sure(found: Mapping[str, Any], gap: Paired, accuracy: float, hopeless: int) -> Iterator[str]:
    """The answer, from the figures."""
    last = len(gap.value) - 1
    limit, precision = found["limit"], found["precision"]
    yield "## Can it ever reach the strong model?\n"
    reached = gap.value[last] >= 0
    sure = gap.band.high[last] < 0
    yield (
        f"With ten draws Mistral-7B answers {percent(found['curve'][last]['true_positive'])} correctly, "
        f"{100 * abs(gap.value[last]):.1f} points {'above' if reached else 'below'} gpt-3.5 "
        f"[{100 * gap.band.low[last]:+.1f}, {100 * gap.band.high[last]:+.1f}]. In {percent(gap.reaches[last])} of the "
        f"resampled sets of tasks it reaches it. {'That is beyond chance.' if sure else 'Chance may explain it.'}\n"
    )
    yield (
        f"Within these samples there is nothing beyond: taking every task's ten samples for all it can do, sampling "
        f"without end answers {percent(limit['true_positive'])} correctly and {percent(limit['false_positive'])} "
        f"wrongly, and {percent(limit['abstain'])} of the tasks never. Even a perfect verifier stops at "
        f"{percent(found['curve'][last]['coverage'])} with ten draws, far from {percent(accuracy)}: on "
        f"{hopeless} of {found['tasks']} tasks none of the ten samples is correct. On the {precision['macro_tasks']} "
        "tasks that get an answer at all, "
        f"{ranged(precision['macro'], precision['intervals']['macro'])} of the answers without end are right.\n"
    )


def beyond(found: Mapping[str, Any], accuracy: float) -> Iterator[str]:
    """What models say, labelled."""
    yield "## Beyond ten samples: extrapolated\n"
    yield (
        "Two models of how tasks differ, fitted to the counts. Nothing below was observed. A model that departs from "
        "the counts within ten draws is worth nothing at a thousand.\n"
    )
    for name, told in (("two_type", "Two types"), ("beta", "Beta")):
        model = found[name]
        if model["refused"]:
            yield f"**{told}**: refused, {model['refused']}.\n"
            continue
        parameters = ", ".join(
            f"{key} {each['value']:.3f} [{each['interval'][0]:.3f}, {each['interval'][1]:.3f}]"
            for key, each in model["parameters"].items()
        )
        tested = model["goodness"]
        fit = f"; goodness of fit p = {tested['p_value']:.3g}" if tested and tested["p_value"] is not None else ""
        yield f"**{told}**: {parameters}{fit}. {departure(found, model)}\n"
        rows = [
            (
                point["budget"],
                "extrapolated" if point["extrapolated"] else "within the samples",
                *(
                    ranged(point[key]["value"], point[key]["interval"])
                    for key in ("coverage", "true_positive", "false_positive")
                ),
                "reaches" if point["coverage"]["interval"][1] >= accuracy else "stays below",
            )
            for point in model["curve"]
            if point["budget"] in (10, *FAR)
        ]
        against = f"upper bound of the third column against {percent(accuracy)}"
        yield from table(("draws", "", "some draw correct", "correct", "wrong", against), rows)


def departure(found: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    """How far the model is from what was counted, in words."""
    expected = next(point for point in model["curve"] if point["budget"] == 10)
    seen = found["curve"][-1]
    names = {"coverage": "some draw correct", "true_positive": "correct", "false_positive": "wrong"}
    off = [name for key, name in names.items() if abs(expected[key]["value"] - seen[key]) > TRUSTED]
    told = ", ".join(f"{name} {percent(expected[key]['value'])} ({percent(seen[key])})" for key, name in names.items())
    said = f"At ten draws it expects, in brackets what was counted: {told}."
    if not off:
        return said
    return (
        f"{said} So it is wrong within the samples about {' and '.join(f'*{name}*' for name in off)}, and not to be "
        "believed beyond them: one fpr for all tasks is not what these tasks show, wrong programs that pass are "
        "concentrated on few of them."
    )


def verdict(found: Mapping[str, Any], accuracy: float) -> Iterator[str]:
    """What follows from the model that describes the samples, if one does."""
    beta = found["beta"]
    if beta["refused"] or not beta["goodness"] or (beta["goodness"]["p_value"] or 0) < 0.05:
        return
    last = beta["curve"][-1]["coverage"]
    yield (
        f"The Beta distribution does describe how tasks differ (p = {beta['goodness']['p_value']:.2f}), and *some draw "
        f"correct* asks nothing else of it. By it, {FAR[-1]:,} draws with a perfect verifier would answer "
        f"{ranged(last['value'], last['interval'])}, which "
        f"{'stays below' if last['interval'][1] < accuracy else 'may reach'} the {percent(accuracy)} of one gpt-3.5 "
        "sample. Extrapolated a hundredfold: a reason not to try, no measurement.\n"
    )


def library(models: Sequence[str]) -> Iterator[str]:
    """The samples that ship with the project, as two curves each."""
    yield "## The shipped samples\n"
    yield (
        "The library's labelled samples of three models, four a task: what the base tests accept against what is "
        "right. The distance between the two curves is what resampling cannot see.\n"
    )
    figure, panels = new_figure(1, len(models), "Library samples, base tests decide, plus tests are the truth")
    rows = []
    for place, model in enumerate(models):
        found = answered(counted(shipped(model)))
        drawing.draw_curve(panels[0][place], found)
        panels[0][place].set_title(model, loc="left", fontsize=10)
        first, last = found["curve"][0], found["curve"][-1]
        pairs = [(point["true_positive"], point["intervals"]["true_positive"]) for point in (first, last)]
        best = ", ".join(f"{each['false_positive_cost']:g}: {each['budget']}" for each in found["optimum"])
        rows.append((model, found["tasks"], *(ranged(*pair) for pair in pairs), percent(last["false_positive"]), best))
    (PAGE.parent / "worked_example_library.svg").write_bytes(rendered(figure, "svg"))
    yield "![Answers and correct answers by budget for three models](worked_example_library.svg)\n"
    columns = ("model", "tasks", "correct, 1 draw", "correct, 4 draws", "wrong, 4 draws", "best budget by cost")
    yield from table(columns, rows)


def page(data: Path) -> str:
    """The page, with its figures written beside it."""
    weak, strong = counted(labelled(data / WEAK)), counted(labelled(data / STRONG))
    if list(weak) != list(strong):
        sys.exit("the two files do not hold the same tasks")
    right = np.array([each.correct / each.samples for each in strong.values()])
    outcomes = curves(weak, 10)
    gap, accuracy = paired(outcomes[0], right), float(right.mean())
    reference = "gpt-3.5-turbo-0613, one sample", accuracy
    models = (ModelName.TWO_TYPE, ModelName.BETA)
    found = answered(weak, budgets=tuple(range(1, 11)), models=models, extrapolate=FAR)
    title = "Mistral-7B on HumanEval, ten samples a task; base tests decide, plus tests are the truth"
    (PAGE.parent / "worked_example_mistral.svg").write_bytes(
        drawing.draw(found, "svg", title=title, reference=reference)
    )
    parts = (
        opening(found, strong),
        the_curve(found, gap, accuracy),
        how_sure(found, gap, accuracy, sum(not each.correct for each in weak.values())),
        the_optimum(found, outcomes, strong),
        beyond(found, accuracy),
        verdict(found, accuracy),
        library(("model-small", "model-medium", "model-large")),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    data = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "samples" / WEAK).exists():
        sys.exit(f"{data} holds no labelled samples; name their directory in ASSAY_TEST_DATA")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(data / "samples"), encoding="utf-8")
    print(f"wrote {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
