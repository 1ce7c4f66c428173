"""The verifiers that are static policies: they read a candidate and never run it.

A candidate that is no Python is a ``compile_error``. Else every analyser that the policy needs must have read
it: one that crashed on it, hung or is missing leaves it without a verdict, unless what the others found refuses
it anyway. Nothing is accepted because nobody looked. An analyser that fails gets two more tries, each in a new
process that first finds the known mistake in a program of ours: what is lacking then is lacking because of the
candidate. It is still no refusal, since honest programs crash analysers too; it is counted under a reason of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.analysis import ANALYSERS, FAILED, MISSING, OWN, UNPARSED, Analysis, Reading, StaticAnalysis
from sandbox.images import contents
from sandbox.port import CellLost, SandboxClosed, SandboxError
from service.domain.check import Evidence, Finding, Judgement, Usage
from service.domain.definition import DefinitionKind, Definitions
from service.domain.ports import Order, Resolved
from service.domain.requests import VerifierInfo
from service.domain.verdict import Detail, Failure, Verdict
from service.errors import NotFound, SandboxTrouble
from service.verify.coding import in_utf8
from service.verify.judgement import compile_error
from service.verify.static_default import DEFAULT_POLICY, DEFAULT_VERSION
from service.verify.static_policy import LEVELS, StaticPolicy, decide, parse_policy, refuses
from service.verify.tools import bandit, mypy, own, ruff
from service.verify.tools.program import Program, ToolOutputUnusable
from tasks.task import Task

STATIC = "static"
ANALYSER_FAILED, ANALYSER_MISSING = "analyser_failed", "analyser_missing"
_TRIES = 3
"""Times that an analyser may fail on a candidate before that is what there is to say."""
_SHOWN = 100
"""Findings that are kept as evidence, those that refuse first."""
_PARSERS = {ruff.TOOL: ruff.parse, bandit.TOOL: bandit.parse, mypy.TOOL: mypy.parse}


@dataclass(slots=True)
class Examined:
    """What the analysers said of one candidate, in one shape.

    Attributes:
        findings: Of all analysers that read it.
        metrics: Of the program.
        lacking: Analyser → why it said nothing.
        missing: Those among them that are not installed.
        syntax: Why it is no Python; None if it is.
    """

    findings: list[Finding] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    syntax: str | None = None


def examine(source: bytes, analysis: Analysis) -> Examined:
    """Findings, metrics and gaps from what the cell said."""
    found, program = Examined(), Program.of(source)
    for analyser in ANALYSERS:
        reading = analysis.readings.get(analyser)
        if reading is not None:
            _take(found, analyser, reading, program)
    return found


def _take(found: Examined, analyser: str, reading: Reading, program: Program) -> None:
    if reading.status in (FAILED, MISSING):
        found.lacking[analyser] = reading.why or reading.status
        if reading.status == MISSING:
            found.missing.add(analyser)
        return
    try:
        if analyser == OWN:
            read = own.parse(reading.documents, program)
            found.findings += read.findings
            found.metrics = read.metrics or {}
            found.syntax = (read.syntax or "it is no Python") if reading.status == UNPARSED else read.syntax
        else:
            found.findings += _PARSERS[analyser](reading.documents, program)
    except ToolOutputUnusable as error:
        found.lacking[analyser] = str(error)


def judge(policy: StaticPolicy, examined: Examined, cpu_ms: float | None = None) -> Judgement:
    """What a policy says of an examined candidate.

    Args:
        policy: The policy.
        examined: The candidate.
        cpu_ms: Processor time that reading it took.
    """
    usage = Usage(cpu_ms=None if cpu_ms is None else round(cpu_ms, 3))
    if examined.syntax is not None:
        evidence = Evidence(findings=_shown(policy, examined.findings), message=examined.syntax)
        detail = Detail(reason="syntax_error", phase="import")
        return Judgement(Verdict.COMPILE_ERROR, detail=detail, evidence=evidence, usage=usage)
    decision = decide(policy, examined.findings, examined.metrics)
    evidence = Evidence(
        findings=_shown(policy, examined.findings),
        metrics=examined.metrics,
        message=_message(decision.reasons, decision.refusing),
    )
    if decision.reasons:
        return Judgement(Verdict.REJECTED, detail=Detail(reason=decision.reasons[0]), evidence=evidence, usage=usage)
    lacking = {name: why for name, why in examined.lacking.items() if name in policy.needed}
    if lacking:
        return _nothing(lacking, bool(examined.missing & set(lacking)), evidence, usage)
    return Judgement(Verdict.ACCEPTED, evidence=evidence, usage=usage)


def _nothing(lacking: Mapping[str, str], missing: bool, evidence: Evidence, usage: Usage) -> Judgement:
    told = "; ".join(f"{name}: {why}" for name, why in lacking.items())
    return Judgement(
        None,
        Failure.INFRASTRUCTURE_ERROR,
        Detail(reason=ANALYSER_MISSING if missing else ANALYSER_FAILED),
        evidence=Evidence(findings=evidence.findings, metrics=evidence.metrics, message=f"no verdict: {told}"[:1000]),
        usage=usage,
    )


def _shown(policy: StaticPolicy, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that are kept, those that refuse first, then by weight and place."""

    def rank(finding: Finding) -> tuple[bool, int, int]:
        return not refuses(policy, finding), LEVELS.index(finding.level), finding.line or 0

    return tuple(sorted(findings, key=rank)[:_SHOWN])


def _message(reasons: Sequence[str], refusing: Sequence[Finding]) -> str:
    if not reasons:
        return ""
    first = refusing[0] if refusing else None
    told = f": line {first.line}: {first.message}" if first is not None else ""
    more = f" and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    return f"{reasons[0]}{told}{more}"


class StaticVerifiers:
    """Judges candidates by static policies: the default one, and those that users defined."""

    def __init__(self, analysis: StaticAnalysis, definitions: Definitions) -> None:
        """Use the cells for analysis, and the definitions that this process has seen."""
        self._analysis = analysis
        self._definitions = definitions
        tools = f"{contents.code_digest(contents.ANALYSIS)}{contents.site_digest(contents.ANALYSIS)}"
        self._tools = hashlib.sha256(tools.encode()).hexdigest()

    def infos(self) -> Sequence[VerifierInfo]:
        """The default policy; what users defined is listed from where it is stored."""
        return (VerifierInfo(STATIC, DEFAULT_VERSION, STATIC, "ruff, bandit, mypy and our own rules: no bug, no hole"),)

    def resolve(self, task: Task, name: str) -> Resolved | None:
        """The policy of that name, which every task has; None if the name is no policy's.

        Its version covers the policy and the analysers, so that a result is reused for as long as both are the same.
        """
        found = self._find(name)
        if found is None:
            return None
        version, policy = found
        covered = hashlib.sha256(f"{policy.digest}{self._tools}".encode()).hexdigest()[:12]
        return Resolved(name, f"{version}-{covered}", hidden=False)

    def gathers(self, name: str) -> bool:
        """Whether checks of that verifier are better judged many at a time."""
        return self._find(name) is not None

    def _find(self, name: str) -> tuple[str, StaticPolicy] | None:
        if name == STATIC:
            return DEFAULT_VERSION, DEFAULT_POLICY
        base, _, version = name.partition("@")
        definition = self._definitions.find(base, version or None)
        if definition is None or definition.kind is not DefinitionKind.STATIC_POLICY:
            return None
        return definition.version, parse_policy(definition.document)

    async def judge(self, task: Task, order: Order) -> Mapping[str, Judgement]:
        """Read one candidate once, and judge it by each policy of the order.

        Raises:
            SandboxTrouble: If the service is closing.
            NotFound: If a name is no policy's any more.
        """
        if not order.source.strip():
            return dict.fromkeys(order.verifiers, compile_error("no_code", "there is no code"))
        policies: dict[str, StaticPolicy] = {}
        for name in order.verifiers:
            found = self._find(name)
            if found is None:
                raise NotFound(f"there is no static policy {name!r}")
            policies[name] = found[1]
        needed = frozenset().union(*(policy.needed for policy in policies.values()))
        try:
            examined, cpu_ms = await self._examined(order.source, needed, tuple(policies.values()))
        except SandboxClosed as error:
            raise SandboxTrouble(str(error)) from error
        except SandboxError as error:
            lost = dict.fromkeys(sorted(needed), str(error)[:300])
            missing = not isinstance(error, CellLost)
            return {name: _nothing(lost, missing, Evidence(), Usage()) for name in policies}
        return {name: judge(policy, examined, cpu_ms) for name, policy in policies.items()}

    async def _examined(
        self, source: bytes, needed: frozenset[str], policies: Sequence[StaticPolicy]
    ) -> tuple[Examined, float]:
        """What was found, and the processor time; read again while an analyser's failure leaves a policy undecided."""
        cpu_ms = 0.0
        source = in_utf8(source)
        for tries in range(1, _TRIES + 1):
            analysis = await self._read(source, needed)
            cpu_ms += sum(analysis.cpu_s.values()) * 1000
            # A large document is not read in the event loop.
            examined = (
                await asyncio.to_thread(examine, source, analysis) if _large(source) else examine(source, analysis)
            )
            judged = [judge(policy, examined) for policy in policies] if examined.lacking else []
            if tries == _TRIES or not any(found.detail.reason == ANALYSER_FAILED for found in judged):
                break
        return examined, cpu_ms

    async def _read(self, source: bytes, analysers: frozenset[str]) -> Analysis:
        """What the analysers say, after a second try on another cell if need be."""
        try:
            return await self._analysis.analyse(source, analysers)
        except CellLost:
            return await self._analysis.analyse(source, analysers)


def _large(source: bytes) -> bool:
    return len(source) > 1 << 17
