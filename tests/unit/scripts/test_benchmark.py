"""The benchmark measures what it says: right candidates only, in pairs, over the whole set."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sandbox.spec import Job
from scripts.benchmark import report
from scripts.benchmark.bounds import PlainWorkers
from scripts.benchmark.contender import NotAccepted, Results, gather
from scripts.benchmark.processor import spent_s
from scripts.benchmark.samples import Sample, load


def sample(program: str, test: str = "def check(candidate):\n    assert candidate(1) == 2\n") -> Sample:
    return Sample("set/0", "f", program, test, (), Job(source=program.encode(), exams=()))


RIGHT, WRONG = sample("def f(x):\n    return x + 1\n"), sample("def f(x):\n    return x\n")


@pytest.mark.parametrize("mode", ["fork", "exec"])
async def test_plain_workers_tell_right_from_wrong(mode: str) -> None:
    workers = PlainWorkers(mode, 2)
    try:
        batch = await workers.verify([RIGHT] * 6, 2)
        with pytest.raises(NotAccepted):
            await workers.verify([WRONG], 1)
    finally:
        await workers.close()

    assert len(batch.latencies_s) == 6


def test_without_benchmark_files_the_library_is_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr("scripts.benchmark.samples.data_dir", lambda: None)

    workload = load()

    assert workload.set_name == "library"
    assert len(workload.samples) > 60
    for each in workload.samples:
        exec(each.script, {"__name__": "candidate"})


def test_a_subset_is_spread_over_the_whole_set_and_a_surplus_repeats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.benchmark.samples.data_dir", lambda: None)
    workload = load()
    size = len(workload.samples)

    few, many = workload.spread(4), workload.spread(2 * size + 1)

    assert [workload.samples.index(each) for each in few] == [int(at * size / 4) for at in range(4)]
    assert len(many) == 2 * size + 1


async def test_all_samples_are_verified_once_whatever_is_in_flight() -> None:
    seen = []

    async def one(each: Sample) -> None:
        seen.append(each.program)

    batch = await gather(one, [RIGHT, WRONG] * 5, 3)

    assert sorted(seen) == sorted([RIGHT.program, WRONG.program] * 5)
    assert len(batch.latencies_s) == 10


def test_a_ratio_is_the_median_of_the_ratios_within_a_round(capsys: pytest.CaptureFixture[str]) -> None:
    results = {
        "plain fork": Results(rates=[100.0, 10.0, 200.0], cpu_ms=[3.0, 9.0, 3.0]),
        "pool, docker, process": Results(rates=[50.0, 6.0, 100.0], cpu_ms=[5.0, 12.0, 5.0]),
        "EvalPlus evaluator": Results(problem="cannot be installed"),
    }

    report.print_table(results)
    report.print_ratios(results)

    printed = capsys.readouterr().out
    line = next(line for line in printed.splitlines() if "pool, docker, process / plain fork" in line)
    assert line.split()[-2:] == ["50%", "60%"]
    assert "not measured: cannot be installed" in printed
    assert "/ EvalPlus evaluator" not in printed


def test_processor_time_is_that_of_this_process_and_those_below_it() -> None:
    before = spent_s()
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"], check=True)

    assert 0.25 < spent_s() - before < 1.5
