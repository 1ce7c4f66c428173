"""Candidates that repair another one stand in a run without being samples of it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from service.usecases.app import App
from service.usecases.export import ExportFormat, export_run
from service.usecases.run_summary import summarise_run
from tests.integration.test_runs import sample, started, text_of, work

CANDIDATES = [
    sample(0, "wrong_answer:wrong_answer 0"),
    sample(0, "accepted:wrong_answer 1", parent="cand_0"),
    sample(0, "accepted:accepted 2", parent="cand_1"),
    sample(1, "accepted:accepted 3"),
    sample(1, "trouble 4", parent="cand_3"),
    sample(2, "accepted:wrong_answer 5"),
]


async def test_a_repair_is_in_no_rate_of_a_run_and_is_counted_beside(app: App) -> None:
    run_id, _ = await started(app, *CANDIDATES)
    await work(app, run_id)
    summary = await summarise_run(app, run_id)
    base, plus = summary.verifiers

    assert (summary.repairs, summary.view.progress.total) == (3, 6)
    assert (base.n, base.accepted, base.tasks) == (3, 2, 3)
    assert base.excluded == {"infrastructure_error": 1, "invalid_task": 0, "cancelled": 0, "repair": 2}
    assert base.coverage == 5 / 6
    assert base.pass_at_1 is not None
    assert base.pass_at_1.value == pytest.approx(2 / 3)
    assert plus.pass_at_1 is not None
    assert plus.pass_at_1.value == pytest.approx(1 / 3)
    (quality,) = summary.quality
    cells = (quality.true_positive, quality.false_positive, quality.false_negative, quality.true_negative)
    assert (cells, quality.unresolved) == ((1, 1, 0, 1), 0)


async def test_a_task_that_was_only_repaired_has_no_pass_rate(app: App) -> None:
    run_id, _ = await started(app, sample(0, "accepted 0", parent="cand_0"))
    await work(app, run_id)
    summary = await summarise_run(app, run_id)

    assert [(item.n, item.pass_at_1, item.tasks) for item in summary.verifiers] == [(0, None, 0)] * 2
    assert [item.excluded["repair"] for item in summary.verifiers] == [1, 1]
    assert (summary.quality[0].fdr, summary.quality[0].unresolved) == (None, 0)


async def test_formats_whose_readers_count_samples_hold_samples_only(app: App) -> None:
    run_id, _ = await started(app, *CANDIDATES)
    await work(app, run_id)

    evalplus = json.loads(await text_of(export_run(app, run_id, ExportFormat.EVALPLUS)))
    human = (await text_of(export_run(app, run_id, ExportFormat.HUMANEVAL))).splitlines()
    rows = list(csv.DictReader(io.StringIO(await text_of(export_run(app, run_id, ExportFormat.CSV)))))

    assert {name: len(found) for name, found in evalplus["eval"].items()} == {"demo/0": 1, "demo/1": 1, "demo/2": 1}
    assert len(human) == 3
    assert [row["parent"] for row in rows[::2]] == ["", "cand_0", "cand_1", "", "cand_3", ""]
