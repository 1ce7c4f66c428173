"""Identical work is not done twice: by content key against what is stored, and against what is in flight."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.check import Judgement
from service.domain.ports import Claim, ClaimedCheck
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
    """Checks that are being run now, by content key, with those that wait for them."""

    def __init__(self) -> None:
        """Begin with nothing in flight."""
        self._followers: dict[str, list[Follower]] = {}

    def lead_or_follow(self, key: str, claim: Claim, check: ClaimedCheck) -> bool:
        """Whether to run the check now; else it follows the one that runs under the same key."""
        if key in self._followers:
            self._followers[key].append(Follower(claim, check))
            return False
        self._followers[key] = []
        return True

    def land(self, key: str) -> list[Follower]:
        """End the leader's run; returns those who waited."""
        return self._followers.pop(key, [])

    def followers(self) -> Iterable[Follower]:
        """Everybody who waits."""
        return [follower for waiting in self._followers.values() for follower in waiting]
