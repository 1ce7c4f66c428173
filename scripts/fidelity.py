"""Compares Assay's verdicts with EvalPlus's on public data and writes ``docs/fidelity.md``.

Reads the public task sets and labelled model samples from a directory (``ASSAY_TEST_DATA``, by default
``../shared/data``), imports them into a fresh database, holds every set's references against its own and
the other sets' suites, benches every sample, and compares each verdict with the recorded label.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ASSAY = ROOT / ".venv" / "bin" / "assay"

SETS = {
    "mbpp": "mbpp.jsonl",
    "mbpp-sanitized": "sanitized-mbpp.json",
    "humaneval": "HumanEval.jsonl.gz",
    "humaneval-plus": "HumanEvalPlus.jsonl.gz",
    "mbpp-plus": "MbppPlus.jsonl.gz",
}
CROSSINGS = [
    ("humaneval", "humaneval-plus", "HumanEval canonical vs HumanEval+ (base and plus)"),
    ("humaneval-plus", "humaneval", "HumanEval+ canonical vs HumanEval test"),
    ("mbpp", "mbpp-plus", "mbpp.jsonl code vs MBPP+ (base and plus)"),
    ("mbpp", "mbpp-sanitized", "mbpp.jsonl code vs sanitized test_list"),
    ("mbpp-sanitized", "mbpp", "sanitized code vs mbpp.jsonl test_list"),
    ("mbpp-sanitized", "mbpp-plus", "sanitized code vs MBPP+ (base and plus)"),
]
REMARKS = {
    "Mbpp/255": "four of its inputs make values of up to 1.2 GB; they are not judged, the other 104 cases are",
    "Mbpp/341": (
        "its tests need the iteration order of a set, which is no part of its value: a set that crosses keeps its "
        "elements, not its order. The tests' mistake"
    ),
    "HumanEval/96, Mbpp/392, Mbpp/599": (
        "heavy programs close to four times the reference's time, judged by the wall clock: on a machine with four "
        "times as many runnable processes as cores they ran out of it, on a quiet one they get through. Ours, and "
        "the reason why figures should be made on a quiet machine. The recorded labels leave Mbpp/599 undecided"
    ),
}


def assay(*arguments: str) -> Any:
    """Run a command of ours and read its one JSON document."""
    done = subprocess.run([str(ASSAY), *arguments, "--json"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 4):
        sys.exit(f"assay {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a compressed file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def public_id(task_id: str) -> str:
    """``mbpp-plus/11`` → ``Mbpp/11``."""
    set_name, local = task_id.split("/")
    return f"{'HumanEval' if set_name.startswith('humaneval') else 'Mbpp'}/{local}"


def references(data: Path) -> Iterator[str]:
    """The part about references."""
    yield "## References\n"
    yield "| references of | suites of | tasks | refused | recorded refusals | differ |"
    yield "|---|---|---|---|---|---|"
    for name in SETS:
        found = assay("tasks", "validate", name, "--no-stubs")
        yield f"| {name} | {name} | {found['tasks']} | {len(found['refused'])} | 0 | {_named(found['refused'])} |"
    checks = json.loads((data / "label_errors.json").read_text())["checks"]
    for source, target, label in CROSSINGS:
        found = assay("tasks", "validate", target, "--references", source, "--no-stubs")
        refused = {public_id(item["task_id"]) for item in found["refused"]}
        recorded = set(checks[label]["fail"])
        differ = ", ".join(sorted(refused ^ recorded)) or "none"
        yield f"| {source} | {target} | {found['tasks']} | {len(refused)} | {len(recorded)} | {differ} |"
    yield ""


def _named(refused: list[dict[str, Any]]) -> str:
    return ", ".join(sorted({public_id(item["task_id"]) for item in refused})) or "none"


def _exported(run: str) -> Iterator[dict[str, Any]]:
    process = subprocess.Popen(
        [str(ASSAY), "runs", "export", run, "--format", "ndjson"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)
    if process.wait() != 0:
        sys.exit(f"the export of {run} failed")


def _verdicts(samples: Path, set_name: str) -> tuple[dict[tuple[str, str], dict[str, Any]], float]:
    """Each check's verdict by (public task id, solution), and the seconds that the run took."""
    began = time.monotonic()
    done = assay(
        "bench", str(samples), "--tasks", set_name, "--model", samples.stem, *("--verifier", "base"),
        *(("--verifier", "plus") if set_name.endswith("plus") else ()),
    )  # fmt: skip
    seconds = time.monotonic() - began
    found = {}
    for line in _exported(done.get("id") or done["run_id"]):
        found[public_id(line["task_id"]), line["solution"]] = {check["verifier"]: check for check in line["checks"]}
    return found, seconds


def samples(data: Path) -> Iterator[str]:
    """The part about model samples."""
    yield "## Model samples\n"
    yield "| samples | suite | compared | agree | share | seconds |"
    yield "|---|---|---|---|---|---|"
    notes: list[str] = []
    totals: Counter[str] = Counter()
    for path in sorted((data / "samples").glob("*.jsonl.gz")):
        rows = list(lines_of(path))
        family = rows[0]["dataset"]
        for set_name, labels in ((f"{family}-plus", ("base", "plus")), (family, ("orig",))):
            verdicts, seconds = _verdicts(path, set_name)
            for label in labels:
                compared, wrong = _compare(rows, verdicts, label)
                totals["compared"] += compared
                totals["agree"] += compared - len(wrong)
                share = f"{100 * (compared - len(wrong)) / compared:.2f} %" if compared else "–"
                suite = f"{set_name} {'base' if label == 'orig' else label}"
                yield f"| {path.name} | {suite} | {compared} | {compared - len(wrong)} | {share} | {seconds:.0f} |"
                notes += [
                    f"- `{sample}` ({suite}): recorded {recorded}, found {found}" for sample, recorded, found in wrong
                ]
    yield f"\n{totals['agree']:,} of {totals['compared']:,} verdicts agree.\n"
    yield "### Disagreements\n"
    yield from notes or ["None."]
    yield ""


def _compare(
    rows: list[dict[str, Any]], verdicts: dict[tuple[str, str], dict[str, Any]], label: str
) -> tuple[int, list[tuple[str, str, str]]]:
    compared, wrong = 0, []
    for row in rows:
        recorded = row["orig_pass"] if label == "orig" else row[f"{label}_status"]
        checks = verdicts.get((row["task_id"], row["solution"]))
        if recorded is None or checks is None:
            continue
        expected = recorded if label == "orig" else recorded == "pass"
        check = checks["base" if label == "orig" else label]
        compared += 1
        if check["accepted"] is not expected:
            wrong.append((row["sample_id"], str(recorded), check["verdict"] or check["failure"]))
    return compared, wrong


def _told(lines: Iterator[str]) -> Iterator[str]:
    """The same lines, said on stderr as they come: the whole takes minutes."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)
        yield line


def main() -> None:
    """Write the page."""
    data = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as state:
        os.environ["ASSAY_DATABASE_URL"] = f"sqlite+aiosqlite:///{state}/fidelity.db"
        for name, file in SETS.items():
            assay("tasks", "import", name, str(data / file))
        parts = [INTRODUCTION, *_told(references(data)), *_told(samples(data)), "## Explained\n"]
    parts += [f"- {task}: {remark}." for task, remark in REMARKS.items()]
    page = ROOT / "docs" / "fidelity.md"
    page.write_text("\n".join(parts) + "\n")


INTRODUCTION = """# Fidelity

How far Assay's verdicts agree with those of EvalPlus 0.3.1 on public data. Made by `scripts/fidelity`.

The labels of the model samples were made with EvalPlus's semantics: its special oracles, its tolerances, and one
second or four times the reference's own time for each input. `base` and `plus` are compared where a label was
recorded; `plus` counts base and extra inputs together, as EvalPlus counts a pass. The rows named `mbpp base` and
`humaneval base` hold the same samples against the tests that the sets themselves ship with.
"""


if __name__ == "__main__":
    main()
