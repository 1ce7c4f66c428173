"""Compares the four cells of ``base`` against ``plus`` with those of recorded labels.

    scripts/label_quality [--limit N]

Reads the public samples in ``ASSAY_TEST_DATA`` (by default ``../shared/data``), benches those with labels, or N of each
file spread evenly, and compares fdr and fpr with those that the recorded statuses give. Samples that
``docs/fidelity.md`` lists as disagreements may differ; any other difference ends it with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from scripts.fidelity import ROOT, SETS, assay, lines_of

CELLS = ("true_positive", "false_positive", "false_negative", "true_negative")


def listed_samples() -> set[str]:
    """Samples whose verdicts are known to differ from the labels."""
    return set(re.findall(r"^- `([^`]+)` \(", (ROOT / "docs" / "fidelity.md").read_text(), re.MULTILINE))


def cell_of(row: dict[str, Any]) -> str | None:
    """The cell of a sample by its labels; None where they leave it open. ``plus`` needs ``base``, too."""
    base, plus = row["base_status"], row["plus_status"]
    if base is None or (base == "pass" and plus is None):
        return None
    accepted, good = base == "pass", base == "pass" and plus == "pass"
    return CELLS[(not accepted) * 2 + (not good)]


def rates(cells: Counter[str]) -> tuple[float, float]:
    """The shares fdr and fpr."""
    tp, fp, _, tn = (cells[name] for name in CELLS)
    return fp / (tp + fp), fp / (fp + tn)


def compare(path: Path, limit: int | None, place: Path) -> bool:
    """Whether one file's cells agree, but for listed samples; prints both."""
    known = listed_samples()
    rows = [row for row in lines_of(path) if cell_of(row) is not None and row["sample_id"] not in known]
    if limit is not None:
        rows = rows[:: max(1, len(rows) // limit)][:limit]
    chosen = place / path.name.removesuffix(".gz")
    chosen.write_text("".join(json.dumps(row) + "\n" for row in rows))
    names = ("--verifier", "base", "--verifier", "plus")
    run = assay("bench", str(chosen), "--tasks", f"{rows[0]['dataset']}-plus", "--model", path.stem, *names)
    found = assay("analyze", "verifiers", run.get("id") or run["run_id"], "--verifier", "base")["verifiers"][0]
    recorded = Counter(cell_of(row) or "" for row in rows)
    ours = Counter({name: found[name] for name in CELLS})
    for name, cells in (("recorded", recorded), ("found", ours)):
        fdr, fpr = rates(cells)
        counts = " ".join(f"{cell} {cells[cell]}" for cell in CELLS)
        print(f"{path.name}: {name:8s} {counts}  fdr {fdr:.4f}  fpr {fpr:.4f}", flush=True)
    return ours == recorded and not found["unresolved"]


def main() -> None:
    """Compare every file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="samples of each file")
    limit = parser.parse_args().limit
    data = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))
    with tempfile.TemporaryDirectory() as place:
        os.environ["ASSAY_DATABASE_URL"] = f"sqlite:///{place}/labels.db"
        for name in ("humaneval-plus", "mbpp-plus"):
            assay("tasks", "import", name, str(data / SETS[name]))
        agreed = [compare(path, limit, Path(place)) for path in sorted((data / "samples").glob("*.jsonl.gz"))]
    sys.exit(0 if all(agreed) else 1)


if __name__ == "__main__":
    main()
