"""Measures verifiers on labelled model samples that the base tests accepted: what they catch, whom they refuse wrongly.

Reads samples with EvalPlus's labels from a directory (``ASSAY_TEST_DATA``, by default ``../shared/data``), benches
those that the base tests accept, and holds each verdict against the label: *caught* are refused samples that the plus
tests refuse, *wrongly refused* are refused samples that the plus tests accept. Tasks are split in two halves by a hash
of their names: one that the inference of inputs was developed on, one that it was not.

    scripts/differential_quality [--verifier differential]... [--samples FILE]... [--plain]
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ASSAY = ROOT / ".venv" / "bin" / "assay"
SETS = {
    "humaneval-plus": "HumanEvalPlus.jsonl.gz",
    "mbpp-plus": "MbppPlus.jsonl.gz",
    "humaneval": "HumanEval.jsonl.gz",
    "mbpp": "mbpp.jsonl",
}
CAUGHT, REFUSED = "false_pass", "true_pass"


@dataclass(frozen=True)
class Judged:
    """One labelled sample and what a verifier said."""

    file: str
    task: str
    label: str
    verdict: str | None

    @property
    def refused(self) -> bool:
        """Whether the verifier refused it."""
        return self.verdict not in (None, "accepted")


def assay(*arguments: str) -> Any:
    """Run a command of ours and read its one JSON document."""
    done = subprocess.run([str(ASSAY), *arguments, "--json"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        sys.exit(f"assay {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def exported(run: str) -> Iterator[dict[str, Any]]:
    """Candidates of a run with their checks."""
    done = subprocess.run(
        [str(ASSAY), "runs", "export", run, "--format", "ndjson"], capture_output=True, text=True, check=True
    )
    yield from map(json.loads, done.stdout.splitlines())


def half_of(task: str) -> str:
    """The half that a task belongs to."""
    return "developed" if hashlib.sha256(task.encode()).digest()[0] % 2 == 0 else "held out"


def public_id(task_id: str) -> str:
    """``mbpp-plus/11`` → ``Mbpp/11``."""
    set_name, local = task_id.split("/")
    return f"{'HumanEval' if set_name.startswith('humaneval') else 'Mbpp'}/{local}"


def judged(path: Path, set_name: str, verifiers: Sequence[str], state: Path) -> Iterator[tuple[str, Judged]]:
    """Bench a file's labelled samples; pairs of verifier and outcome."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [row for row in map(json.loads, stream) if row["label"] in (CAUGHT, REFUSED)]
    if not rows:
        return
    chosen = state / f"{path.name.partition('.')[0]}.jsonl"
    fields = ("task_id", "solution", "sample_idx")
    chosen.write_text("".join(json.dumps({name: row[name] for name in fields}) + "\n" for row in rows))
    labels = defaultdict(list)
    for row in rows:
        labels[row["task_id"], row["solution"]].append(row)
    wanted = [part for name in verifiers for part in ("--verifier", name)]
    began = time.monotonic()
    done = assay("bench", str(chosen), "--tasks", set_name, "--model", path.name.partition(".")[0], *wanted)
    print(f"{path.name}: {len(rows)} samples in {time.monotonic() - began:.0f} s", file=sys.stderr)
    for line in exported(done.get("id") or done["run_id"]):
        row = labels[public_id(line["task_id"]), line["solution"]].pop()
        for check in line["checks"]:
            yield check["verifier"], Judged(path.name, row["task_id"], row["label"], check["verdict"])


def table(found: Sequence[Judged]) -> Iterator[str]:
    """One line per file and half."""
    yield "| samples | tasks | caught | share | wrongly refused | share | no verdict |"
    yield "|---|---|---|---|---|---|---|"
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for each in found:
        for key in ((each.file, "all"), ("all", half_of(each.task)), ("all", "all")):
            groups[key].append(each)
    for (file, half), members in sorted(groups.items(), key=lambda item: (item[0][0] == "all", item[0])):
        yield f"| {file} | {half} | {_share(members, CAUGHT)} | {_share(members, REFUSED)} | {_silent(members)} |"


def _share(members: Sequence[Judged], label: str) -> str:
    labelled = [each for each in members if each.label == label and each.verdict is not None]
    refused = sum(each.refused for each in labelled)
    share = f"{100 * refused / len(labelled):.1f} %" if labelled else "–"
    return f"{refused} of {len(labelled)} | {share}"


def _silent(members: Sequence[Judged]) -> int:
    return sum(each.verdict is None for each in members)


def details(found: Sequence[Judged]) -> Iterator[str]:
    """The tasks with missed samples, and those with samples that were refused wrongly."""
    missed = Counter(each.task for each in found if each.label == CAUGHT and not each.refused)
    wrongly = Counter(each.task for each in found if each.label == REFUSED and each.refused)
    yield "\nMissed: " + (", ".join(f"{task} ({count})" for task, count in sorted(missed.items())) or "none")
    yield "\nWrongly refused: " + (", ".join(f"{task} ({count})" for task, count in sorted(wrongly.items())) or "none")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--verifier", action="append", default=[])
    parser.add_argument("--samples", action="append", type=Path, default=[])
    parser.add_argument("--plain", action="store_true", help="use mbpp and humaneval, which have no contracts")
    options = parser.parse_args()
    verifiers = options.verifier or ["differential"]
    data = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))
    outcomes: dict[str, list[Judged]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as state:
        os.environ["ASSAY_DATABASE_URL"] = f"sqlite+aiosqlite:///{state}/quality.db"
        for path in options.samples or sorted((data / "samples").glob("*.jsonl.gz")):
            family = "humaneval" if "humaneval" in path.name else "mbpp"
            set_name = family if options.plain else f"{family}-plus"
            assay("tasks", "import", set_name, str(data / SETS[set_name]))
            for verifier, each in judged(path, set_name, verifiers, Path(state)):
                outcomes[verifier].append(each)
    for verifier, found in outcomes.items():
        print(f"\n## {verifier}\n")
        print("\n".join(table(found)))
        print("\n".join(details(found)))


if __name__ == "__main__":
    main()
