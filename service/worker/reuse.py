"""Identical work is not done twice: by content key against what is stored, and against what is in flight."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, replace

from service.domain.check import Evidence, Judgement
from service.domain.ports import Claim, ClaimedCheck, Reusable
from service.domain.requests import CachePolicy
from service.domain.verdict import DETERMINISTIC


@dataclass(frozen=True, slots=True)
class Follower:
    """A check that waits for the result of an identical one."""

    claim: Claim
    check: ClaimedCheck


def content_key(claim: Claim, check: ClaimedCheck, environment: str) -> str:
    """What the result of a check depends on, as one digest; a verifier's version covers task and suite."""
    parts = [
        check.verifier,
        check.verifier_version,
        claim.code_hash,
        environment,
        sorted(claim.limits.given().items()),
        claim.isolation.value,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def may_reuse(claim: Claim) -> bool:
    """Whether the request lets results of identical work stand in."""
    return claim.cache is CachePolicy.USE


def is_reusable(judgement: Judgement) -> bool:
    """Whether the same work would end the same way again."""
    return judgement.verdict in DETERMINISTIC


class InFlight:
    """Checks that are being run now, by content key, with those that wait for them; and what was found lately.

    What was found is remembered here, because it may not be recorded yet when the next identical check comes.
    """

    def __init__(self, remembered: int = 4096) -> None:
        """Begin with nothing in flight; remember so many results."""
        self._followers: dict[str, list[Follower]] = {}
        self._found: OrderedDict[str, Reusable] = OrderedDict()
        self._remembered = remembered

    def found(self, key: str) -> Reusable | None:
        """What was found lately under that key."""
        return self._found.get(key)

    def lead_or_follow(self, key: str, claim: Claim, check: ClaimedCheck) -> bool:
        """Whether to run the check now; else it follows the one that runs under the same key."""
        if key in self._followers:
            self._followers[key].append(Follower(claim, check))
            return False
        self._followers[key] = []
        return True

    def land(self, key: str, reusable: Reusable | None = None) -> list[Follower]:
        """End the leader's run, remember what it found, and return those who waited."""
        if reusable is not None:
            self._found[key] = reusable
            if len(self._found) > self._remembered:
                self._found.popitem(last=False)
        return self._followers.pop(key, [])


def without_cases(judgement: Judgement) -> Judgement:
    """A judgement to be remembered: its evidence stays with the check it was found for."""
    evidence = Evidence(judgement.evidence.cases_total, judgement.evidence.cases_passed)
    return replace(judgement, evidence=evidence)
