"""Verifiers on the wire: what is on offer, what users define, what comes from outside."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from service.api.schemas.base import NUMBER, Create, Json, Moment, Name, Read, Text
from service.domain.ports import ExternalCheck
from service.usecases.external_verdicts import MOST_CHECKS, ExternalVerdicts, RecordedVerdicts
from service.usecases.verifiers import Evaluated, ListedVerifier

_RULE = (
    'One of `{"all_of": [...]}`, `{"any_of": [...]}`, `{"at_least": 2, "of": [...]}`, '
    '`{"weighted": {"base": 1.0, "similarity": 0.5}, "threshold": 1.2}`, `{"static_policy": {...}}`.'
)


class VerifierRead(Read):
    """A verifier on offer, in its newest version; `rule` where it was defined over HTTP."""

    name: str
    version: str
    kind: str
    description: str
    scored: bool
    rule: dict[str, Any] | None = None
    created_at: Moment | None = None

    @classmethod
    def of(cls, listed: ListedVerifier) -> VerifierRead:
        """From the use case's answer."""
        info, definition = listed.info, listed.definition
        return cls(
            name=info.name,
            version=info.version,
            kind=info.kind,
            description=info.description,
            scored=info.scored,
            rule=None if definition is None else dict(definition.rule),
            created_at=None if definition is None else definition.created_at,
        )


class VerifiersRead(Read):
    """All verifiers on offer."""

    items: list[VerifierRead]


class VerifierCreate(Create):
    """A combination of verifiers, or a static policy."""

    name: Name
    rule: dict[str, Json] = Field(
        description=_RULE, max_length=2, examples=[{"all_of": ["base", "static"]}], min_length=1
    )


class ExternalCheckCreate(Create):
    """What a judge says of one candidate: a verdict, a score, or both."""

    candidate_id: Name
    accepted: bool | None = None
    score: Annotated[float, NUMBER] | None = Field(default=None, description="Within 0 and 1.")
    evidence: Text = ""


class ExternalVerdictsCreate(Create):
    """Verdicts of one version of a judge or a person."""

    verifier: Name
    version: Annotated[Name, Field(max_length=80)]
    checks: list[ExternalCheckCreate] = Field(max_length=MOST_CHECKS)
    threshold: Annotated[float, Field(ge=0, le=1), NUMBER] | None = Field(
        default=None, description="Scores of at least that are accepted where no verdict is given."
    )

    def verdicts(self) -> ExternalVerdicts:
        """The same in the use case's words."""
        checks = tuple(
            ExternalCheck(check.candidate_id, check.accepted, check.score, check.evidence) for check in self.checks
        )
        return ExternalVerdicts(self.verifier, self.version, checks, self.threshold)


class RefusedCheckRead(Read):
    """A check that was not recorded, by its place in the request counted from 0, and why."""

    index: int
    detail: str


class ExternalVerdictsRead(Read):
    """What became of external verdicts; `unchanged` were recorded with the same content before."""

    verifier: str
    version: str
    recorded: int
    unchanged: int
    refused: list[RefusedCheckRead]

    @classmethod
    def of(cls, body: ExternalVerdictsCreate, found: RecordedVerdicts) -> ExternalVerdictsRead:
        """From the use case's answer."""
        refused = [RefusedCheckRead.model_validate(each) for each in found.refused]
        return cls(
            verifier=body.verifier,
            version=body.version,
            recorded=found.recorded,
            unchanged=found.unchanged,
            refused=refused,
        )


class CombinationCreate(Create):
    """A combination to be evaluated over what is stored."""

    verifier: Name = Field(description="`name`, or `name@version` for an older version.")


class EvaluatedRead(Read):
    """Checks that were stored; `undecided` candidates lack what the combination needs."""

    verifier: str
    version: str
    recorded: int
    undecided: int

    @classmethod
    def of(cls, found: Evaluated) -> EvaluatedRead:
        """From the use case's answer."""
        made = found.definition
        return cls(verifier=made.name, version=made.version, recorded=found.recorded, undecided=found.undecided)
