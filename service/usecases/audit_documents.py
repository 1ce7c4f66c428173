"""What an audit found of a task, as the JSON that is stored, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from service.analysis.suite_strength import MutationCount
from service.domain.audit import Flag, FlagKind
from service.usecases.audit_evidence import Evidence
from service.usecases.audit_flags import SuiteReport, flags_of, reports

_MAX_SURVIVORS = 12


def document_of(evidence: Evidence) -> dict[str, Any]:
    """Everything worth keeping."""
    return {
        "task_id": evidence.task.id,
        "version": evidence.task.version,
        "pool": evidence.pool,
        "voters": evidence.voters,
        "suites": [_suite(report) for report in reports(evidence)],
        "flags": [
            {
                "kind": flag.kind.value,
                "suite": flag.suite,
                "message": flag.message,
                "evidence": dict(flag.evidence),
                "fingerprint": flag.fingerprint,
            }
            for flag in flags_of(evidence)
        ],
    }


def _suite(report: SuiteReport) -> dict[str, Any]:
    return {
        "suite": report.suite,
        "reference": report.reference,
        "sound": report.sound,
        "operators": {name: asdict(count) for name, count in sorted(report.operators.items())},
        "survivors": [dict(each) for each in report.survivors[:_MAX_SURVIVORS]],
        "controls": report.controls,
        "alarms": list(report.alarms),
        "stubs": list(report.stubs),
    }


def reports_in(document: Mapping[str, Any]) -> tuple[SuiteReport, ...]:
    """The suites of a stored task."""
    return tuple(
        SuiteReport(
            suite=item["suite"],
            reference=item["reference"],
            sound=item["sound"],
            operators={name: MutationCount(**count) for name, count in item["operators"].items()},
            survivors=tuple(item["survivors"]),
            controls=item["controls"],
            alarms=tuple(item["alarms"]),
            stubs=tuple(item["stubs"]),
        )
        for item in document["suites"]
    )


def flags_in(document: Mapping[str, Any]) -> tuple[Flag, ...]:
    """The flags of a stored task."""
    return tuple(
        Flag(
            kind=FlagKind(item["kind"]),
            task_id=document["task_id"],
            suite=item["suite"],
            message=item["message"],
            evidence=item["evidence"],
            fingerprint=item["fingerprint"],
        )
        for item in document["flags"]
    )
