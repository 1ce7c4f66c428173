"""What all verifiers said of one candidate, in the few words that every rate needs.

A profile maps verifiers to outcomes. An outcome is an error class (``pass``, ``wrong_answer``,
``runtime_error:ValueError`` …) or, behind an exclamation mark, why there is no verdict. A verifier that has
versions of its own stands there twice: by name with its newest version, and as ``name@version``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from service.domain.disclosure import safe_class
from service.domain.verdict import Detail, Failure, State, Verdict, error_class

Profile = Mapping[str, str]

PASS = "pass"  # noqa: S105 - a word of the wire, no secret
NOT_CHECKED = "!not_checked"
"""The verifier never saw the candidate."""
SCORE_ONLY = "!score_only"
"""A judge from outside gave a score and no verdict."""
ANALYSER_FAILED, ANALYSER_MISSING = "!analyser_failed", "!analyser_missing"
"""A static policy has no verdict: an analyser crashes on the candidate each time, or there is none."""
OPEN = "!open"
"""Not final yet."""
VERSION_MARK = "@"


def outcome(state: State, verdict: Verdict | None, failure: Failure | None, detail: Detail) -> str:
    """The outcome of one check, final or not."""
    if verdict is not None:
        return safe_class(error_class(verdict, detail)) or ""
    if not state.final:
        return OPEN
    if state is State.CANCELLED:
        return f"!{state.value}"
    if failure is Failure.INFRASTRUCTURE_ERROR and f"!{detail.reason}" in (ANALYSER_FAILED, ANALYSER_MISSING):
        return f"!{detail.reason}"
    return SCORE_ONLY if failure is None else f"!{failure.value}"


def accepted(found: str) -> bool | None:
    """True or False by the outcome; None without a verdict."""
    return None if found.startswith("!") else found == PASS


def reason_of(found: str) -> str:
    """The word for why an outcome is no verdict, such as ``infrastructure_error``."""
    return found.removeprefix("!")


def encode_profile(profile: Profile) -> str:
    """The profile as text, the same for equal profiles."""
    return json.dumps(dict(profile), sort_keys=True, separators=(",", ":"))


def decode_profile(text: str) -> Profile:
    """The inverse of ``encode_profile``."""
    found: dict[str, str] = json.loads(text)
    return found


def digest_of(text: str) -> str:
    """The key under which an encoded profile is stored once."""
    return hashlib.sha256(text.encode()).hexdigest()
