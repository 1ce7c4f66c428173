"""A run as tables."""

from __future__ import annotations

from typing import Any

from service.cli.console import emit, emit_table, estimate, rate

_FIGURES = ("n", "accepted", "coverage", "pass@1 [95 %]")
_CELLS = ("TP", "FP", "FN", "TN", "unresolved", "fdr = P(wrong | accepted)", "fpr = P(accepted | wrong)")


def show_run(run: dict[str, Any]) -> None:
    """Print a run: what it is, how far it is, each verifier's figures, and their quality against the oracle."""
    progress = run["progress"]
    emit(f"run {run['id']}  {run['state']}  {progress['done']} of {progress['total']} candidates")
    emit(f"model {run['model']}  task set {run['task_set']}")
    if run["repairs"]:
        emit(f"{run['repairs']} candidates repair another one: no samples, in no figure below")
    emit("")
    rows = [
        (
            each["verifier"],
            each["n"],
            each["accepted"],
            rate(each["coverage"]),
            estimate(each["pass_at_1"]),
            each["tasks"],
            _excluded(each),
        )
        for each in run["verifiers"]
    ]
    emit_table(("verifier", *_FIGURES, "tasks", "excluded"), rows, right=(*_FIGURES, "tasks"))
    for each in run["quality"]:
        emit("")
        emit(f"{each['verifier']} against {each['oracle']} as oracle")
        cells = ("true_positive", "false_positive", "false_negative", "true_negative", "unresolved")
        row = (*(each[cell] for cell in cells), estimate(each["fdr"]), estimate(each["fpr"]))
        emit_table(_CELLS, [row], right=_CELLS)


def _excluded(verifier: dict[str, Any]) -> str | None:
    told = ", ".join(f"{reason} {count}" for reason, count in verifier["excluded"].items() if count)
    return told or None
