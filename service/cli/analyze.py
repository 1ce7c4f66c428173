"""``assay analyze``: statistics over stored runs and over counts in a file."""

from __future__ import annotations

import typer

from service.cli import (
    analyze_adherence,
    analyze_compare,
    analyze_decision,
    analyze_pass_at_k,
    analyze_repairs,
    analyze_resampling,
    analyze_self_evaluation,
    analyze_verifiers,
)

app = typer.Typer(help="Statistics over runs, or over counts in a file.", no_args_is_help=True, rich_markup_mode=None)
app.command("pass-at-k")(analyze_pass_at_k.pass_at_k)
app.command("adherence")(analyze_adherence.adherence)
app.command("resampling")(analyze_resampling.resampling)
app.command("verifiers")(analyze_verifiers.verifiers)
app.command("repairs")(analyze_repairs.repairs)
app.command("self-evaluation")(analyze_self_evaluation.self_evaluation)
app.command("feedback")(analyze_self_evaluation.feedback)
app.command("compare")(analyze_compare.compare)
app.command("decision")(analyze_decision.decision)
app.command("acceptance")(analyze_decision.acceptance)
app.command("drift")(analyze_decision.drift)
