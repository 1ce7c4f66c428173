"""Static policies: named, versioned sets of rules and thresholds that accept or reject a candidate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from service.domain.check import Finding
from service.errors import InvalidInput

TOOLS = ("ruff", "bandit", "mypy", "misuse", "defects", "cheating")
LEVELS = ("error", "warning", "note")
METRICS = ("lines", "functions", "classes", "cyclomatic", "cognitive", "nesting", "longest_function")
STYLES = ("style_camel_case", "style_snake_case", "style_length", "style_comments")
_ANALYSERS = {"ruff": "ruff", "bandit": "bandit", "mypy": "mypy"}
_MOST_PATTERNS = 500
_FIELDS = ("reject", "except", "levels", "counts", "limits", "style", "analysers")


@dataclass(frozen=True, slots=True)
class StaticPolicy:
    """What is refused. Anything that is not refused is accepted.

    Attributes:
        reject: Patterns ``tool:rule`` of findings that refuse a candidate; ``*`` stands for any text.
        excepted: Patterns of findings that never do.
        levels: Tool → least level at which any of its findings refuses.
        counts: Level → most findings of that level, over all tools.
        limits: Metric → its largest value.
        style: Style instructions that must be followed.
        analysers: Analysers that run besides those that the policy names, for their findings' sake.
    """

    reject: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    levels: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    style: tuple[str, ...] = ()
    analysers: tuple[str, ...] = ()

    @property
    def needed(self) -> frozenset[str]:
        """The analysers without which the policy says nothing; our own rules always run."""
        named = {pattern.partition(":")[0] for pattern in self.reject} | set(self.levels)
        tools = set(TOOLS) if self.counts or any("*" in tool for tool in named) else named
        return frozenset({"own", *(_ANALYSERS[tool] for tool in tools if tool in _ANALYSERS), *self.analysers})

    @property
    def digest(self) -> str:
        """Names the policy by what it says."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy says of one candidate.

    Attributes:
        refusing: The findings that refuse it.
        reasons: Why it is refused, the first one first; empty if it is accepted.
    """

    refusing: tuple[Finding, ...]
    reasons: tuple[str, ...]


def decide(policy: StaticPolicy, findings: Sequence[Finding], metrics: Mapping[str, float]) -> Decision:
    """Whether a policy accepts a candidate.

    Args:
        policy: The policy.
        findings: Of all analysers that it needs.
        metrics: Of the candidate.
    """
    refusing = tuple(finding for finding in findings if refuses(policy, finding))
    reasons = [f"{finding.tool}:{finding.rule}" for finding in refusing]
    for level, most in policy.counts.items():
        counted = [each for each in findings if each.level == level and not _matches(policy.excepted, each)]
        if len(counted) > most:
            reasons.append(f"count:{level}")
    reasons += [f"limit:{name}" for name, most in policy.limits.items() if metrics.get(name, 0) > most]
    reasons += [f"style:{name.removeprefix('style_')}" for name in policy.style if not metrics.get(name)]
    return Decision(refusing, tuple(dict.fromkeys(reasons)))


def refuses(policy: StaticPolicy, finding: Finding) -> bool:
    """Whether one finding alone refuses a candidate."""
    if _matches(policy.excepted, finding):
        return False
    least = policy.levels.get(finding.tool)
    heavy = least is not None and LEVELS.index(finding.level) <= LEVELS.index(least)
    return heavy or _matches(policy.reject, finding)


def _matches(patterns: Iterable[str], finding: Finding) -> bool:
    name = f"{finding.tool}:{finding.rule}"
    return any(name == pattern or ("*" in pattern and fnmatchcase(name, pattern)) for pattern in patterns)


# -- policies that users define ---------------------------------------------------------------------


def parse_policy(document: Mapping[str, Any], pointer: str = "/rule/static_policy") -> StaticPolicy:
    """A policy as it is given over HTTP.

    Args:
        document: Its fields: ``reject``, ``except``, ``levels``, ``counts``, ``limits``, ``style``, ``analysers``.
        pointer: Where it stands in the request.

    Raises:
        InvalidInput: If it cannot be used; the pointer names the place.
    """
    for name in document:
        if name not in _FIELDS:
            raise InvalidInput(f"a static policy has {', '.join(_FIELDS)}", f"{pointer}/{name}")
    policy = StaticPolicy(
        reject=_patterns(document, "reject", pointer),
        excepted=_patterns(document, "except", pointer),
        levels=_levels(document, pointer),
        counts=_counts(document, pointer),
        limits=_limits(document, pointer),
        style=_names(document, "style", STYLES, pointer),
        analysers=_names(document, "analysers", tuple(_ANALYSERS), pointer),
    )
    if not (policy.reject or policy.levels or policy.counts or policy.limits or policy.style):
        raise InvalidInput("this policy refuses nothing: give reject, levels, counts, limits or style", pointer)
    return policy


def _patterns(document: Mapping[str, Any], name: str, pointer: str) -> tuple[str, ...]:
    given = document.get(name, [])
    if not isinstance(given, list) or len(given) > _MOST_PATTERNS:
        raise InvalidInput(f"at most {_MOST_PATTERNS} patterns such as 'ruff:F821' in a list", f"{pointer}/{name}")
    for index, pattern in enumerate(given):
        tool, colon, rule = pattern.partition(":") if isinstance(pattern, str) else ("", "", "")
        if not colon or not rule or tool not in (*TOOLS, "*") or len(pattern) > 100:
            told = f"a pattern is TOOL:RULE with a tool of {', '.join(TOOLS)} or *"
            raise InvalidInput(told, f"{pointer}/{name}/{index}")
    return tuple(given)


def _levels(document: Mapping[str, Any], pointer: str) -> dict[str, str]:
    given = _object(document, "levels", pointer)
    for tool, level in given.items():
        if tool not in TOOLS or level not in LEVELS:
            told = f"levels go from a tool ({', '.join(TOOLS)}) to {', '.join(LEVELS)}"
            raise InvalidInput(told, f"{pointer}/levels/{tool}")
    return dict(given)


def _counts(document: Mapping[str, Any], pointer: str) -> dict[str, int]:
    given = _object(document, "counts", pointer)
    for level, most in given.items():
        if level not in LEVELS or not isinstance(most, int) or isinstance(most, bool) or most < 0:
            raise InvalidInput(f"counts go from {', '.join(LEVELS)} to 0 or more", f"{pointer}/counts/{level}")
    return dict(given)


def _limits(document: Mapping[str, Any], pointer: str) -> dict[str, float]:
    given = _object(document, "limits", pointer)
    for name, most in given.items():
        if name not in METRICS or not isinstance(most, int | float) or isinstance(most, bool) or not most >= 0:
            raise InvalidInput(f"limits go from {', '.join(METRICS)} to 0 or more", f"{pointer}/limits/{name}")
    return dict(given)


def _names(document: Mapping[str, Any], name: str, known: tuple[str, ...], pointer: str) -> tuple[str, ...]:
    given = document.get(name, [])
    if not isinstance(given, list) or any(each not in known for each in given):
        raise InvalidInput(f"a list with any of {', '.join(known)}", f"{pointer}/{name}")
    return tuple(dict.fromkeys(given))


def _object(document: Mapping[str, Any], name: str, pointer: str) -> Mapping[str, Any]:
    given = document.get(name, {})
    if not isinstance(given, dict):
        raise InvalidInput(f"{name} is an object", f"{pointer}/{name}")
    return given
