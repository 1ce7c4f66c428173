"""Repair sessions: begin one, send in programs, read what each round may be told.

Theory of operation. A session holds no state of its own beyond its attempts: where it stands follows from their
verifications, so that a service that was killed in the middle of an attempt finds it finished, or to be finished,
when it comes back. An attempt whose verification came to no verdict (the sandbox failed) is no round: the program
may be sent again. What passes is never sent back: a session that is solved takes no further program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from service.domain.check import Check, Disclosure
from service.domain.disclosure import least, level_of, project
from service.domain.ids import new_id
from service.domain.ports import StoredVerification, UnitOfWork
from service.domain.repair import Example, Repair, RepairAttempt, RepairMode, RepairStatus
from service.domain.requests import LOCAL, Caller, Idempotency, LimitValues, Scope
from service.domain.verification import Verification
from service.errors import Conflict, InvalidInput, NotFound
from service.reports import markdown
from service.reports.content import Attempt, make_report
from service.reports.sentences import problem_of
from service.usecases.app import App
from service.usecases.examples import conforms, first_examples, next_example
from service.usecases.submission import Submission, require_same_body, submit_verification
from service.usecases.task_documents import load_task
from service.usecases.verifications import limits_of, require_reader, wait_for_verification
from tasks.prompts import PromptForm, examples_prompt, prompt_for, repair_prompt
from tasks.task import Task

MAX_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """What ``POST /v1/repairs`` asks for.

    Attributes:
        verifiers: Those that speak; default is the task's ``base`` suite, or its first one.
        oracle: Default ``plus`` where the task has it and it does not speak.
        examples: Mode ``examples``: how many of the visible cases are told at the beginning, >= 1.
    """

    task_id: str
    model: str
    verifiers: tuple[str, ...] = ()
    oracle: str | None = None
    disclosure: Disclosure = Disclosure.INPUTS
    budget_tokens: int | None = None
    max_rounds: int = 3
    mode: RepairMode = RepairMode.REPORT
    examples: int = 3
    limits: LimitValues = field(default_factory=LimitValues)


@dataclass(frozen=True, slots=True)
class Told:
    """One attempt as its sender may see it.

    Attributes:
        round: Rounds before it; the first program's is 0.
        verification: Without the oracle's check, unless the reader may know.
        counted: It came to a verdict, so it was a round.
    """

    round: int
    attempt: RepairAttempt
    verification: Verification
    counted: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A session with its attempts.

    Attributes:
        status: Where it stands; None while an attempt is being verified.
        prompt: What a model is to be asked next; "" once it has ended.
        report: What was found about the last program, as Markdown; "" before the first one.
        examples: Everything that has been told (mode ``examples``).
    """

    repair: Repair
    attempts: tuple[Told, ...]
    status: RepairStatus | None
    prompt: str = ""
    report: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def rounds(self) -> int:
        """Programs that came to a verdict."""
        return sum(told.counted for told in self.attempts)


async def begin_repair(
    app: App, request: RepairRequest, *, caller: Caller = LOCAL, idempotency: Idempotency | None = None
) -> Session:
    """Begin a session; with an idempotency key that was used before, the one that it began.

    Raises:
        Conflict: The idempotency key came with another body before.
        NotFound: Unknown task, verifier or oracle.
        InvalidInput: Rounds out of range, an oracle that also speaks in mode ``examples``, a task without examples.
        Forbidden: Without the scope ``submit``; without ``admin`` where something hidden would be told.
        LimitAboveCap: A limit above the operator's cap.
    """
    caller.require(Scope.SUBMIT)
    app.policy.limits.check(request.limits)
    if idempotency is not None and (known := await _begun(app, idempotency)) is not None:
        return await _load(app, known, caller)
    if not 0 <= request.max_rounds <= MAX_ROUNDS:
        raise InvalidInput(f"max_rounds must be within 0 and {MAX_ROUNDS}", "/max_rounds")
    async with app.storage.reading() as unit:
        key = await unit.tasks.current_key(request.task_id)
    if key is None:
        raise NotFound(f"there is no task {request.task_id!r}")
    task = await load_task(app, key)
    verifiers = request.verifiers or (("base",) if task.suite("base") is not None else (task.suites[0].name,))
    oracle = request.oracle or ("plus" if task.suite("plus") is not None and "plus" not in verifiers else None)
    _require_may_tell(app, task, request, verifiers, oracle, caller)
    examples = first_examples(task, request.examples) if request.mode is RepairMode.EXAMPLES else ()
    repair = Repair(
        new_id("rep"), task.id, key, request.model, verifiers, oracle, request.disclosure, request.budget_tokens,
        request.max_rounds, request.mode, examples, request.limits, caller.key_id, app.clock(),
    )  # fmt: skip
    async with app.storage.writing() as unit:
        if idempotency is not None and not await unit.idempotency.remember(idempotency, repair.id, app.clock()):
            raise Conflict(f"the idempotency key {idempotency.key!r} is being used at this moment")
        await unit.repairs.add(repair)
        await unit.commit()
    return Session(repair, (), RepairStatus.CONTINUE, _first_prompt(task, repair), examples=examples)


def _require_may_tell(
    app: App, task: Task, request: RepairRequest, verifiers: Sequence[str], oracle: str | None, caller: Caller
) -> None:
    """What is hidden is told to ``admin`` alone, and an oracle does not speak unless examples are asked of it."""
    hidden = [name for name in verifiers if app.verifiers.resolve(task, name).hidden]
    if oracle is not None:
        told = app.verifiers.resolve(task, oracle).hidden and request.mode is RepairMode.EXAMPLES
        hidden += [oracle] if told else []
    elif request.mode is RepairMode.EXAMPLES:
        raise InvalidInput("examples need an oracle to take counterexamples from", "/oracle")
    if hidden and (request.disclosure is not Disclosure.VERDICT or request.mode is RepairMode.EXAMPLES):
        caller.require(Scope.ADMIN)


async def attempt_repair(
    app: App,
    repair_id: str,
    code: str | bytes,
    *,
    prompt_tokens: int | None = None,
    completion_tokens: int | None = None,
    wait_s: float = 30.0,
    caller: Caller = LOCAL,
    idempotency: Idempotency | None = None,
) -> Session:
    """Send in the next program and wait for its verdict, at most ``wait_s`` seconds.

    Returns:
        The session with this attempt as its last one; ``status`` is None if the verdict is still to come.

    Raises:
        NotFound: No such session.
        Conflict: The session has ended, or its last program is still being verified; or the task has changed.
        InvalidInput: The code cannot be taken.
        Forbidden: Without the scope ``submit``, or by another key than the one that began it.
    """
    caller.require(Scope.SUBMIT)
    session = await _load(app, repair_id, caller)
    repair = session.repair
    asked = repair.verifiers if repair.oracle is None else tuple(dict.fromkeys((*repair.verifiers, repair.oracle)))
    if idempotency is None or not await _replays(app, idempotency):
        await _require_open(app, session)
    position = len(session.attempts)
    parent = session.attempts[-1].attempt.candidate_id if session.attempts else None
    submission = Submission(
        code, repair.task_id, None, asked, repair.verifiers, limits=repair.limits, model=repair.model,
        sample_index=position, parent=parent,
    )  # fmt: skip
    submitted = await submit_verification(app, submission, caller=caller, idempotency=idempotency)
    if all(told.attempt.verification_id != submitted.verification_id for told in session.attempts):
        tokens = (prompt_tokens, completion_tokens)
        await _store(app, repair, position, submitted.verification_id, tokens)
    await wait_for_verification(app, submitted.verification_id, wait_s, caller=caller)
    return await _load(app, repair_id, caller, telling=True)


async def show_repair(app: App, repair_id: str, *, caller: Caller = LOCAL) -> Session:
    """A session with its attempts; the oracle's checks are shown to readers.

    Raises:
        NotFound: No such session.
        Forbidden: To others than readers and the key that began it.
    """
    return await _load(app, repair_id, caller, telling=True, oracle=caller.may(Scope.READ))


async def _begun(app: App, idempotency: Idempotency) -> str | None:
    """The session that an idempotency key began."""
    async with app.storage.reading() as unit:
        known = await unit.idempotency.find(idempotency)
    if known is None:
        return None
    require_same_body(known, idempotency)
    return known.resource_id


async def _replays(app: App, idempotency: Idempotency) -> bool:
    async with app.storage.reading() as unit:
        return await unit.idempotency.find(idempotency) is not None


async def _require_open(app: App, session: Session) -> None:
    repair = session.repair
    if session.status is None:
        raise Conflict(f"the last program of {repair.id} is still being verified")
    if session.status is not RepairStatus.CONTINUE:
        raise Conflict(f"{repair.id} is {session.status.value}; begin another session")
    async with app.storage.reading() as unit:
        if await unit.tasks.current_key(repair.task_id) != repair.task_key:
            raise Conflict(f"the task {repair.task_id} has changed since {repair.id} began; begin another session")


async def _store(
    app: App, repair: Repair, position: int, verification_id: str, tokens: tuple[int | None, int | None]
) -> None:
    async with app.storage.writing() as unit:
        stored = await unit.verifications.get(verification_id, evidence=False)
        assert stored is not None  # it was submitted just now
        attempt = RepairAttempt(
            repair.id, position, verification_id, stored.verification.candidate_id, app.clock(), *tokens
        )
        if not await unit.repairs.add_attempt(attempt):
            raise Conflict(f"another program of {repair.id} came at the same moment")
        await unit.commit()


async def _load(app: App, repair_id: str, caller: Caller, *, telling: bool = False, oracle: bool = False) -> Session:
    async with app.storage.reading() as unit:
        repair = await unit.repairs.get(repair_id)
        if repair is None:
            raise NotFound(f"there is no repair session {repair_id!r}")
        require_reader(caller, repair.key_id)
        attempts = await unit.repairs.attempts(repair_id)
        stored = [await _read(unit, attempt) for attempt in attempts]
    told = _told(repair, attempts, stored, oracle)
    status = _status(repair, stored)
    examples = (*repair.examples, *(example for attempt in attempts for example in attempt.told))
    if not telling or not told or status is None:
        task = await load_task(app, repair.task_key)
        prompt = _first_prompt(task, repair) if not told else ""
        return Session(repair, told, status, prompt, examples=examples)
    if repair.mode is RepairMode.EXAMPLES and told[-1].counted and attempts[-1].conforms is None:
        examples = await _tell_example(app, repair, attempts[-1], stored[-1], examples)
    return await _with_report(app, Session(repair, told, status, examples=examples), stored)


async def _read(unit: UnitOfWork, attempt: RepairAttempt) -> StoredVerification:
    """An attempt's verification with all its evidence, and its program."""
    stored = await unit.verifications.get(attempt.verification_id)
    candidate = await unit.verifications.candidate(attempt.candidate_id)
    assert stored is not None  # nothing is ever deleted
    assert candidate is not None
    return replace(stored, code=candidate.code)


async def _tell_example(
    app: App, repair: Repair, attempt: RepairAttempt, stored: StoredVerification, examples: tuple[Example, ...]
) -> tuple[Example, ...]:
    """Note whether the program agrees with what it was told; one more example if it does and there is one it fails."""
    agrees = conforms(stored.verification, examples)
    found = next_example(stored.verification, examples, repair) if agrees else None
    told = () if found is None else (found,)
    async with app.storage.writing() as unit:
        await unit.repairs.tell(repair.id, attempt.position, told, agrees)
        await unit.commit()
    return (*examples, *told)


def _told(
    repair: Repair, attempts: Sequence[RepairAttempt], stored: Sequence[StoredVerification], oracle: bool
) -> tuple[Told, ...]:
    made: list[Told] = []
    rounds = 0
    for attempt, each in zip(attempts, stored, strict=True):
        whole = each.verification
        checks = [_shown(check, repair) for check in whole.checks if oracle or check.verifier in repair.verifiers]
        made.append(Told(rounds, attempt, whole.with_checks(checks), whole.verdict is not None))
        rounds += made[-1].counted
    return tuple(made)


def _shown(check: Check, repair: Repair) -> Check:
    """A check with what the session may show; the oracle shows its verdict to those who see it at all."""
    level = least(level_of(check, repair.disclosure), repair.disclosure)
    return project(check, level if check.verifier in repair.verifiers else Disclosure.VERDICT)


def _status(repair: Repair, stored: Sequence[StoredVerification]) -> RepairStatus | None:
    """Where a session stands after these programs."""
    if not stored:
        return RepairStatus.CONTINUE
    last = stored[-1].verification
    if not last.state.final:
        return None
    if last.accepted and (repair.mode is RepairMode.REPORT or _passes_oracle(repair, last)):
        return RepairStatus.SOLVED
    rounds = sum(each.verification.verdict is not None for each in stored)
    return RepairStatus.EXHAUSTED if rounds > repair.max_rounds else RepairStatus.CONTINUE


def _passes_oracle(repair: Repair, verification: Verification) -> bool:
    return any(check.accepted for check in verification.checks if check.verifier == repair.oracle)


def _first_prompt(task: Task, repair: Repair) -> str:
    if repair.mode is RepairMode.EXAMPLES:
        return examples_prompt(task, tuple(example.text for example in repair.examples)).text
    return prompt_for(task, PromptForm.CHAT).text


async def _with_report(app: App, session: Session, stored: Sequence[StoredVerification]) -> Session:
    """The session with the report on its last program, and the prompt for the next one."""
    repair, last = session.repair, session.attempts[-1]
    history = [
        Attempt(told.round, _word(told.verification), problem_of(told.verification), _repeats(stored, position))
        for position, told in enumerate(session.attempts[:-1])
    ]
    limits = limits_of(app, repair.limits)
    report = make_report(last.verification, history=history, limits=limits, remarks=_remarks(session, stored))
    text = markdown.render(report, budget_tokens=repair.budget_tokens)
    prompt = ""
    if session.status is RepairStatus.CONTINUE:
        task = await load_task(app, repair.task_key)
        code = stored[-1].code.decode("utf-8", "replace")
        if repair.mode is RepairMode.EXAMPLES:
            prompt = examples_prompt(task, tuple(example.text for example in session.examples), code).text
        else:
            prompt = repair_prompt(task, code, text).text
    return Session(repair, session.attempts, session.status, prompt, text, session.examples)


def _word(verification: Verification) -> str:
    found = verification.verdict or verification.failure or verification.state
    return found.value


def _repeats(stored: Sequence[StoredVerification], position: int) -> bool:
    return any(stored[position].code == earlier.code for earlier in stored[:position])


def _remarks(session: Session, stored: Sequence[StoredVerification]) -> tuple[str, ...]:
    """What the last round brought, as far as what may be shown tells it."""
    if len(session.attempts) < 2:
        return ()
    if _repeats(stored, len(stored) - 1):
        return ("This is an earlier program again, unchanged: another approach is needed.",)
    before, now = session.attempts[-2].verification, session.attempts[-1].verification
    if before.verdict is not None and _failures(before) == _failures(now):
        return ("The last change brought nothing: what failed before fails in the same way.",)
    return ()


def _failures(verification: Verification) -> set[tuple[str, str | None, int | None, str]]:
    """What failed, in what is shown of it."""
    found: set[tuple[str, str | None, int | None, str]] = set()
    for check in verification.checks:
        said = None if check.verdict is None else check.verdict.value
        found.add((check.verifier, said, None, ""))
        found |= {(check.verifier, case.verdict, case.index, case.actual or "") for case in check.evidence.cases}
    return found
