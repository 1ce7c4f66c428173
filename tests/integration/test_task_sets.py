from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.requests import Caller, Idempotency, Scope
from service.errors import Forbidden, InvalidInput, NotAuthorised, NotFound
from service.usecases.api_keys import any_key, authenticate, create_key, list_keys, revoke_key
from service.usecases.app import App
from service.usecases.preparation import prepare_suite, prepare_task_set
from service.usecases.strengthening import with_suite
from service.usecases.submission import Submission, submit_verification
from service.usecases.system import readiness
from service.usecases.task_sets import import_task_set, list_task_sets, list_tasks, show_task
from service.usecases.validation import SuiteOutcome, validate_task_set
from service.usecases.verifications import get_verification
from tasks.task import CallCase, Suite, SuiteKind, TaskSet, Visibility
from tests.integration.conftest import DEMO, make_task

READER = Caller("key_r", frozenset({Scope.READ}))


async def test_importing_again_replaces_what_changed(app: App) -> None:
    tasks = [make_task(str(number)) for number in range(12)]
    tasks[3] = make_task("3", base="assert f(5) == 6")
    result = await import_task_set(app, DEMO, tasks)
    assert (result.added, result.replaced, result.unchanged, result.total) == (2, 1, 9, 12)
    assert result.suites == {"base": 12, "plus": 12}
    (listed,) = await list_task_sets(app)
    assert (listed.name, listed.tasks, listed.licence) == ("demo", 12, "MIT")
    back = await import_task_set(app, DEMO, [make_task("3")])
    assert (back.replaced, back.unchanged) == (1, 0)
    assert (await show_task(app, "demo/3")).task == make_task("3")


async def test_importing_again_keeps_strengthened_suites_of_what_has_not_changed(app: App) -> None:
    made = Suite("strengthened", SuiteKind.CASES, (CallCase((3,), 4),), Visibility.HIDDEN)
    strengthened = [with_suite(make_task(str(number)), made) for number in range(3)]
    await import_task_set(app, DEMO, strengthened)
    tasks = [replace(make_task("0"), tags=("new",)), make_task("1", base="assert f(5) == 6"), make_task("9")]
    result = await import_task_set(app, DEMO, tasks)
    assert (result.added, result.replaced, result.unchanged, result.strengthen_again) == (0, 1, 2, 1)
    assert result.suites == {"base": 3, "plus": 3, "strengthened": 1}
    kept, lost, untouched = [(await show_task(app, f"demo/{number}")).task for number in (0, 1, 2)]
    assert (kept.version, kept.tags) == (strengthened[0].version, ("new",))
    assert [suite.name for suite in lost.suites] == ["base", "plus"]
    assert untouched == strengthened[2]


async def test_a_strengthened_suite_that_is_imported_takes_the_place_of_the_one_before(app: App) -> None:
    before, after = (
        with_suite(make_task("0"), Suite("strengthened", SuiteKind.CASES, (CallCase((x,), x + 1),), Visibility.HIDDEN))
        for x in (3, 4)
    )
    await import_task_set(app, DEMO, [before])
    result = await import_task_set(app, DEMO, [after])
    assert (result.replaced, result.strengthen_again) == (1, 0)
    assert (await show_task(app, "demo/0")).task == after


async def test_a_verification_keeps_the_version_it_was_made_for(app: App) -> None:
    made = await submit_verification(app, Submission("accepted", task_id="demo/3"))
    before = (await show_task(app, "demo/3")).task
    await import_task_set(app, DEMO, [make_task("3", base="assert f(5) == 6")])
    async with app.storage.reading() as unit:
        (claim,) = await unit.verifications.page(run_id=None, before=None, limit=1)
        candidate = await unit.verifications.candidate(claim.verification.candidate_id)
        assert candidate is not None
        stored = (await unit.tasks.load([candidate.task_key]))[candidate.task_key]
    assert stored.version == before.version
    assert (await get_verification(app, made.verification_id)).task_id == "demo/3"


async def test_a_changed_prompt_is_seen_at_once(app: App) -> None:
    await show_task(app, "demo/3")
    await import_task_set(app, DEMO, [replace(make_task("3"), prompt="Other words.")])
    assert (await show_task(app, "demo/3")).task.prompt == "Other words."


async def test_hidden_cases_are_counted_and_not_shown(app: App) -> None:
    shown = await show_task(app, "demo/3", caller=READER)
    assert [(suite.name, suite.cases, suite.hidden) for suite in shown.suites] == [
        ("base", 1, False),
        ("plus", 2, True),
    ]
    assert [suite.name for suite in shown.task.suites] == ["base"]
    assert shown.task.reference is None
    assert [suite.name for suite in (await show_task(app, "demo/3")).task.suites] == ["base", "plus"]
    with pytest.raises(NotFound):
        await show_task(app, "demo/404")


async def test_tasks_are_listed_in_the_order_of_their_set(app: App) -> None:
    await import_task_set(app, TaskSet("other", "1", "MIT", ""), [make_task("0", set_name="other")])
    seen: list[str] = []
    cursor = None
    while True:
        page = await list_tasks(app, cursor=cursor, limit=4)
        seen += [task.id for task in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == [*(f"demo/{number}" for number in range(10)), "other/0"]
    assert [task.id for task in (await list_tasks(app, set_name="other")).items] == ["other/0"]
    with pytest.raises(NotFound):
        await list_tasks(app, set_name="nowhere")
    with pytest.raises(InvalidInput):
        await list_tasks(app, cursor="demo/404")


@pytest.mark.parametrize(
    ("about", "tasks"),
    [
        (DEMO, []),
        (DEMO, [make_task("1"), make_task("1")]),
        (DEMO, [make_task("1", set_name="other")]),
        (replace(DEMO, name="inline"), [make_task("1", set_name="inline")]),
        (replace(DEMO, name="a/b"), [make_task("1", set_name="a/b")]),
        (DEMO, [make_task("x" * 300)]),
    ],
)
async def test_sets_that_cannot_be_are_refused_whole(app: App, about: TaskSet, tasks: list[object]) -> None:
    with pytest.raises(InvalidInput):
        await import_task_set(app, about, tasks)  # type: ignore[arg-type]
    assert [item.tasks for item in await list_task_sets(app)] == [10]


async def test_an_import_is_done_once_per_key(app: App) -> None:
    key = Idempotency("import:local", "abc", "hash")
    first = await import_task_set(app, DEMO, [make_task("77")], idempotency=key)
    assert await import_task_set(app, DEMO, [make_task("77")], idempotency=key) == first
    with pytest.raises(Forbidden):
        await import_task_set(app, DEMO, [make_task("78")], caller=READER)


async def test_references_and_stubs_sit_the_suites(app: App) -> None:
    # to the fakes a program's first word is its verdict: references and stubs begin with "def" or "class"
    class Honest(type(app.verifiers)):  # type: ignore[misc]
        def _judgement(self, word: str, text: str) -> object:
            return super()._judgement(
                "accepted" if "return x + 1" in text or "return None" in text else "wrong_answer", text
            )

    other = replace(make_task("1", set_name="other"), reference="def f(x):\n    return x\n")
    await import_task_set(app, TaskSet("other", "1", "MIT", ""), [other])
    app = replace(app, verifiers=Honest())
    seen: list[tuple[int, int, tuple[SuiteOutcome, ...]]] = []
    found = await validate_task_set(app, "demo", on_outcome=lambda *news: seen.append(news))
    assert (found.tasks, found.accepted_tasks, found.ok) == (10, 10, True)
    assert len(found.outcomes) == 20
    assert len(seen) == 10
    assert {outcome.stubs for outcome in found.outcomes} == {("return_none",)}
    crossed = await validate_task_set(app, "demo", references_of="other", suites=("base",), stubs=False)
    assert len(crossed.without_reference) == 9
    (refused,) = crossed.refused
    assert (refused.task_id, refused.suite, refused.verdict) == ("demo/1", "base", "wrong_answer")
    with pytest.raises(NotFound):
        await validate_task_set(app, "nowhere")


async def test_suites_are_prepared(app: App) -> None:
    seen: list[tuple[int, int]] = []
    prepared = await prepare_task_set(app, "demo", on_progress=lambda *news: seen.append(news))
    assert len(prepared) == 20
    assert seen[-1] == (10, 10)
    assert (await prepare_suite(app, "demo/1", "base")).cases == 1
    with pytest.raises(NotFound):
        await prepare_suite(app, "demo/1", "magic")


async def test_keys_open_what_their_scopes_allow(app: App) -> None:
    assert not await any_key(app)
    made = await create_key(app, "ci", frozenset({Scope.SUBMIT, Scope.READ}), quota=3)
    assert await any_key(app)
    caller = await authenticate(app, made.secret)
    assert (caller.key_id, caller.scopes, caller.quota) == (made.key.id, frozenset({Scope.SUBMIT, Scope.READ}), 3)
    (listed,) = await list_keys(app)
    assert listed == made.key
    assert made.secret not in repr(listed)
    for call in (create_key(app, "x", frozenset({Scope.READ}), caller=caller), list_keys(app, caller=caller)):
        with pytest.raises(Forbidden):
            await call
    await revoke_key(app, made.key.id)
    with pytest.raises(NotAuthorised):
        await authenticate(app, made.secret)
    with pytest.raises(NotAuthorised):
        await authenticate(app, "assay_guess\ud800")
    assert not await any_key(app)
    with pytest.raises(NotFound):
        await revoke_key(app, "key_missing")


@pytest.mark.parametrize(
    ("name", "scopes", "quota"), [(" ", {Scope.READ}, None), ("x", set(), None), ("x", {Scope.READ}, 0)]
)
async def test_keys_that_cannot_be_are_refused(app: App, name: str, scopes: set[Scope], quota: int | None) -> None:
    with pytest.raises(InvalidInput):
        await create_key(app, name, frozenset(scopes), quota=quota)


async def test_readiness_names_each_part(app: App) -> None:
    found = await readiness(app)
    assert [(item.name, item.ok) for item in found] == [("database", True), ("migrations", True), ("sandbox", True)]
