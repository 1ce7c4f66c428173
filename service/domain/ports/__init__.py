"""What the use cases need from storage, verifiers and the process: protocols, implemented elsewhere.

``TaskT`` is ``tasks.task.Task`` wherever these are used; the domain itself knows no task.
"""

from __future__ import annotations

from service.domain.ports.matrix import (
    DefinitionStore,
    DerivedBatch,
    ExternalCheck,
    ExternalPlace,
    MatrixCandidate,
    MatrixStore,
    ProfileCount,
    ScorePoints,
    Selection,
    VerdictStore,
)
from service.domain.ports.queue import (
    CheckQueue,
    Claim,
    ClaimedCheck,
    NewCheck,
    NewVerification,
    Recorded,
    Recording,
    Reusable,
    StoredVerification,
    VerificationStore,
)
from service.domain.ports.runs import ExportedCandidate, ExportedCheck, RunStore, TaskCross, TaskTally
from service.domain.ports.storage import EvidenceStore, IdempotencyStore, KeyStore, Remembered, Storage, UnitOfWork
from service.domain.ports.tasks import PutOutcome, StoredSuite, StoredTask, StoredTaskSet, TaskStore
from service.domain.ports.verifiers import (
    Notifier,
    Order,
    Preparation,
    Resolved,
    Subscription,
    TaskT,
    TaskT_contra,
    Verifiers,
)

__all__ = [
    "CheckQueue",
    "Claim",
    "ClaimedCheck",
    "DefinitionStore",
    "DerivedBatch",
    "EvidenceStore",
    "ExportedCandidate",
    "ExportedCheck",
    "ExternalCheck",
    "ExternalPlace",
    "IdempotencyStore",
    "KeyStore",
    "MatrixCandidate",
    "MatrixStore",
    "NewCheck",
    "NewVerification",
    "Notifier",
    "Order",
    "Preparation",
    "ProfileCount",
    "PutOutcome",
    "Recorded",
    "Recording",
    "Remembered",
    "Resolved",
    "Reusable",
    "RunStore",
    "ScorePoints",
    "Selection",
    "Storage",
    "StoredSuite",
    "StoredTask",
    "StoredTaskSet",
    "StoredVerification",
    "Subscription",
    "TaskCross",
    "TaskStore",
    "TaskT",
    "TaskT_contra",
    "TaskTally",
    "UnitOfWork",
    "VerdictStore",
    "VerificationStore",
    "Verifiers",
]
