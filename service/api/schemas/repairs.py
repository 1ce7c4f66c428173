"""Repair sessions on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.api.schemas.base import NUMBER, Create, Moment, Name, Read, Source
from service.api.schemas.limits import LimitsCreate
from service.api.schemas.verifications import VerificationRead, VerifierNames
from service.domain.check import Disclosure
from service.domain.repair import RepairMode, RepairStatus
from service.usecases.repairs import RepairRequest, Session, Told

_MOST_TOKENS = 2**40


class RepairCreate(Create):
    """A session for one stored task: which verifiers speak, how much they tell, and for how many rounds."""

    task_id: Name
    model: Name
    verifiers: VerifierNames = Field(default=[], description="Those that speak. Default: the task's `base` suite.")
    oracle: Name | None = Field(
        default=None, description="What success is counted by; it never speaks. Default: `plus` where there is one."
    )
    disclosure: Disclosure = Field(
        default=Disclosure.INPUTS, description="The most that reports show; of hidden suites more needs admin."
    )
    budget_tokens: Annotated[int, Field(ge=50, le=1_000_000), NUMBER] | None = Field(
        default=None, description="Most tokens of one report, about three bytes each."
    )
    max_rounds: Annotated[int, Field(ge=0, le=100), NUMBER] = Field(
        default=3, description="Repairs after the first program."
    )
    mode: RepairMode = Field(
        default=RepairMode.REPORT,
        description="`examples` tells one more example after each round instead of a report; needs admin where the "
        "oracle is hidden.",
    )
    examples: Annotated[int, Field(ge=1, le=100), NUMBER] = Field(
        default=3, description="Mode `examples`: visible cases that are told at the beginning."
    )
    limits: LimitsCreate = LimitsCreate()

    def request(self) -> RepairRequest:
        """The same in the use case's words."""
        return RepairRequest(
            task_id=self.task_id,
            model=self.model,
            verifiers=tuple(self.verifiers),
            oracle=self.oracle,
            disclosure=self.disclosure,
            budget_tokens=self.budget_tokens,
            max_rounds=self.max_rounds,
            mode=self.mode,
            examples=self.examples,
            limits=self.limits.values_asked(),
        )


class AttemptCreate(Create):
    """The next program of a session."""

    code: Source
    prompt_tokens: Annotated[int, Field(ge=0, le=_MOST_TOKENS), NUMBER] | None = Field(
        default=None, description="What asking for it cost."
    )
    completion_tokens: Annotated[int, Field(ge=0, le=_MOST_TOKENS), NUMBER] | None = Field(
        default=None, description="What writing it cost."
    )


class ExampleRead(Read):
    """One case that the session was told."""

    text: str
    suite: str
    index: int | None


class RepairAttemptRead(Read):
    """One attempt; `round` is null where it came to no verdict and so was no round."""

    position: int
    round: int | None
    candidate_id: str
    prompt_tokens: int | None
    completion_tokens: int | None
    created_at: Moment
    verification: VerificationRead

    @classmethod
    def of(cls, told: Told) -> RepairAttemptRead:
        """From the use case's answer."""
        attempt = told.attempt
        return cls(
            position=attempt.position,
            round=told.round if told.counted else None,
            candidate_id=attempt.candidate_id,
            prompt_tokens=attempt.prompt_tokens,
            completion_tokens=attempt.completion_tokens,
            created_at=attempt.created_at,
            verification=VerificationRead.of(told.verification),
        )


class RepairRead(Read):
    """A session: where it stands, what a model is to be asked next, and its attempts."""

    id: str
    task_id: str
    model: str
    verifiers: list[str]
    oracle: str | None
    disclosure: Disclosure
    budget_tokens: int | None
    max_rounds: int
    mode: RepairMode
    status: RepairStatus | None = Field(description="Null while a program is being verified.")
    rounds: int = Field(description="Programs that came to a verdict.")
    prompt: str = Field(description="What a model is to be asked next; empty once the session has ended.")
    report: str = Field(description="What was found about the last program, as Markdown.")
    examples: list[ExampleRead]
    attempts: list[RepairAttemptRead]
    created_at: Moment

    @classmethod
    def of(cls, session: Session) -> RepairRead:
        """From the use case's answer."""
        repair = session.repair
        return cls(
            id=repair.id,
            task_id=repair.task_id,
            model=repair.model,
            verifiers=list(repair.verifiers),
            oracle=repair.oracle,
            disclosure=repair.disclosure,
            budget_tokens=repair.budget_tokens,
            max_rounds=repair.max_rounds,
            mode=repair.mode,
            status=session.status,
            rounds=session.rounds,
            prompt=session.prompt,
            report=session.report,
            examples=[ExampleRead.model_validate(example) for example in session.examples],
            attempts=[RepairAttemptRead.of(told) for told in session.attempts],
            created_at=repair.created_at,
        )


class AttemptRead(Read):
    """What an attempt came to."""

    repair_id: str
    round: int | None = Field(description="0 for the first program; null where it came to no verdict.")
    status: RepairStatus | None = Field(description="Null while the program is being verified.")
    verification: VerificationRead = Field(description="Without the oracle's check.")
    report: str = Field(description="For the next round, as Markdown.")
    prompt: str = Field(description="What a model is to be asked next; empty once the session has ended.")
    examples: list[ExampleRead]

    @classmethod
    def of(cls, session: Session) -> AttemptRead:
        """From a session whose last attempt it is."""
        last = session.attempts[-1]
        return cls(
            repair_id=session.repair.id,
            round=last.round if last.counted else None,
            status=session.status,
            verification=VerificationRead.of(last.verification),
            report=session.report,
            prompt=session.prompt,
            examples=[ExampleRead.model_validate(example) for example in session.examples],
        )
