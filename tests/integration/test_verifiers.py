"""Verifiers that users define: combinations run and evaluated later, verdicts from outside, and their figures."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from service.domain.check import Check
from service.domain.ports import ExternalCheck, Selection
from service.domain.requests import Caller, Scope
from service.domain.verdict import State
from service.domain.verification import Verification
from service.errors import Conflict, Forbidden, InvalidInput, NotFound, TooLarge
from service.storage import migrate
from service.storage.unit_of_work import SqlStorage
from service.usecases.app import App
from service.usecases.export import ExportFormat, export_run
from service.usecases.external_verdicts import ExternalVerdicts, record_external_verdicts
from service.usecases.run_summary import summarise_run
from service.usecases.runs import RunRequest, create_run, list_run_candidates
from service.usecases.submission import Submission, submit_verification
from service.usecases.upload import add_candidates
from service.usecases.verifications import get_verification
from service.usecases.verifier_quality import QualityReport, VerifierQuality, verifier_quality
from service.usecases.verifier_selection import GroupBy, QualityQuestion
from service.usecases.verifiers import define_verifier, evaluate_combination, list_verifiers
from tests.integration.test_runs import CANDIDATES, lines, sample, text_of, work

RULES: dict[str, dict[str, Any]] = {
    "both": {"all_of": ["base", "plus"]},
    "either": {"any_of": ["base", "plus"]},
    "two": {"at_least": 2, "of": ["base", "plus"]},
    "heavy": {"weighted": {"base": 1.0, "plus": 0.5}, "threshold": 1.0},
    "nested": {"any_of": ["both", "plus"]},
}


async def run_with(app: App, *verifiers: str, documents: tuple[object, ...] = tuple(CANDIDATES)) -> str:
    run = (await create_run(app, RunRequest("nightly", "m", "demo", verifiers))).run
    await add_candidates(app, run.id, lines(*documents))
    await work(app, run.id)
    return run.id


async def candidates_of(app: App, run_id: str) -> list[Verification]:
    return list(reversed((await list_run_candidates(app, run_id)).items))


def check_of(verification: Verification, name: str, version: str | None = None) -> Check | None:
    found = [check for check in verification.checks if check.verifier == name]
    return next((check for check in found if version in (None, check.verifier_version)), None)


def told(check: Check | None) -> object:
    return None if check is None else (check.state, check.verdict, check.failure, check.score, check.hidden)


async def test_a_combination_defined_later_says_what_one_that_was_run_says(app: App, verifiers: Any) -> None:
    for name, rule in RULES.items():
        await define_verifier(app, name, rule)
    run_id = await run_with(app, "base", "plus", *RULES)
    jobs = dict(verifiers.jobs)
    before = await candidates_of(app, run_id)
    for name, rule in RULES.items():
        later = f"later-{name}"
        await define_verifier(app, later, rule)
        on_the_fly = await verifier_quality(app, QualityQuestion((run_id,), (name, later)))
        first, second = on_the_fly.verifiers
        assert (first.cells, first.rates) == (second.cells, second.rates)
        evaluated = await evaluate_combination(app, run_id, later)
        assert (evaluated.recorded, evaluated.undecided) == (8, 0)
        assert (await evaluate_combination(app, run_id, later)).recorded == 0
    after = await candidates_of(app, run_id)
    assert dict(verifiers.jobs) == jobs
    for old, new in zip(before, after, strict=True):
        assert old.checks == new.checks[: len(old.checks)]
        assert (old.state, old.verdict, old.finished_at) == (new.state, new.verdict, new.finished_at)
        for name in RULES:
            assert told(check_of(new, name)) == told(check_of(new, f"later-{name}"))
    report = await verifier_quality(app, QualityQuestion((run_id,), ("both", "later-both")))
    assert report.verifiers[0].cells == report.verifiers[1].cells


async def test_what_each_rule_says(app: App) -> None:
    for name, rule in RULES.items():
        await define_verifier(app, name, rule)
    run_id = await run_with(app, *RULES)
    words = {name: [] for name in RULES}  # type: dict[str, list[str | None]]
    for verification in await candidates_of(app, run_id):
        for name in RULES:
            check = check_of(verification, name)
            assert check is not None
            words[name].append(check.verdict or check.failure)
    yes, no, bad, lost = "accepted", "rejected", "invalid_task", "infrastructure_error"
    assert words == {
        "both": [yes, no, no, no, no, bad, yes, lost],
        "either": [yes, yes, yes, no, yes, yes, yes, lost],
        "two": [yes, no, no, no, no, bad, yes, lost],
        "heavy": [yes, yes, yes, no, no, yes, yes, lost],
        "nested": [yes, no, no, no, yes, bad, yes, lost],
    }


async def test_parts_that_nobody_asked_for_are_run_and_do_not_decide(app: App) -> None:
    await define_verifier(app, "either", RULES["either"])
    submitted = await submit_verification(
        app, Submission("accepted:wrong_answer", task_id="demo/1", verifiers=("either",))
    )
    run_id = await run_with(app, "either", documents=(sample(0, "wrong_answer:accepted"),))
    for verification in (await get_verification(app, submitted.verification_id), *await candidates_of(app, run_id)):
        assert [check.verifier for check in verification.checks] == ["base", "plus", "either"]
        assert verification.required == ("either",)
        assert verification.accepted is True
        assert verification.checks[2].hidden


async def test_a_redefinition_is_a_new_version_and_the_old_one_stays(app: App) -> None:
    first = await define_verifier(app, "strict", RULES["both"])
    assert (first.definition.version, first.created) == ("1", True)
    assert (await define_verifier(app, "strict", RULES["both"])).created is False
    run_id = await run_with(app, "strict")
    second = await define_verifier(app, "strict", RULES["either"])
    assert second.definition.version == "2"
    nested = await define_verifier(app, "of-strict", {"all_of": ["strict"]})
    await define_verifier(app, "strict", RULES["both"])
    names = ("strict", "strict@1", "strict@2", "of-strict")
    report = await verifier_quality(app, QualityQuestion((run_id,), names))
    cells = [found.cells for found in report.verifiers]
    assert cells[0] == cells[1] != cells[2]
    assert cells[2] == cells[3]
    assert nested.definition.version == "1"
    listed = {each.info.name: each.info for each in await list_verifiers(app)}
    assert (listed["strict"].version, listed["strict"].kind) == ("3", "combination")
    assert listed["base"].kind == "suite"


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("base", {"all_of": ["plus"]}, "/name"),
    ("similarity:mine", {"all_of": ["plus"]}, "/name"),
    ("a@b", {"all_of": ["plus"]}, "/name"),
    ("new", {"all_of": ["base", "magic"]}, "/rule/all_of/1"),
    ("new", {"any_of": []}, "/rule/any_of"),
    ("new", {"any_of": ["base", "base"]}, "/rule/any_of/1"),
    ("new", {"at_least": 3, "of": ["base", "plus"]}, "/rule/at_least"),
    ("new", {"weighted": {"base": 0}, "threshold": 1}, "/rule/weighted/base"),
    ("new", {"weighted": {"ma/gic": 1}, "threshold": 1}, "/rule/weighted/ma~1gic"),
    ("new", {"weighted": {"base": 1}, "threshold": "1"}, "/rule/threshold"),
    ("new", {"all_of": ["base"], "any_of": ["plus"]}, "/rule"),
    ("new", {"none_of": ["base"]}, "/rule"),
    ("new", {"all_of": ["base", "new"]}, "/rule/all_of/1"),
    ("ring", {"any_of": ["plus", "of-ring"]}, "/rule/any_of/1"),
    ("new", {"static_policy": {}}, "/rule/static_policy"),
]


async def test_what_cannot_be_defined_is_refused_by_its_place(app: App) -> None:
    await define_verifier(app, "ring", {"all_of": ["base"]})
    await define_verifier(app, "of-ring", {"all_of": ["ring"]})
    for name, rule, pointer in BAD:
        with pytest.raises(InvalidInput) as caught:
            await define_verifier(app, name, rule)
        assert caught.value.pointer == pointer, rule


async def test_defining_is_for_admins(app: App) -> None:
    with pytest.raises(Forbidden):
        await define_verifier(app, "x", RULES["both"], caller=Caller("key_s", frozenset({Scope.SUBMIT})))


def judged(*checks: ExternalCheck, version: str = "1", threshold: float | None = None) -> ExternalVerdicts:
    return ExternalVerdicts("judge:gpt", version, checks, threshold)


async def test_verdicts_from_outside_are_checks_like_others(app: App) -> None:
    run_id = await run_with(app, "base", "plus")
    ids = [verification.candidate_id for verification in await candidates_of(app, run_id)]
    checks = [ExternalCheck(name, index % 2 == 0, index / 10, "looks right") for index, name in enumerate(ids)]
    found = await record_external_verdicts(app, judged(*checks))
    assert (found.recorded, found.unchanged, found.refused) == (8, 0, ())
    found = await record_external_verdicts(app, judged(*checks))
    assert (found.recorded, found.unchanged, found.refused) == (0, 8, ())
    first = (await candidates_of(app, run_id))[0]
    whole = await get_verification(app, first.id)
    check = check_of(whole, "judge:gpt")
    assert check is not None
    assert (check.accepted, check.score, check.evidence.message) == (True, 0.0, "looks right")
    assert (whole.verdict, whole.required) == (first.verdict, ("base", "plus"))
    summary = await summarise_run(app, run_id)
    assert [(item.verifier, item.n, item.accepted) for item in summary.verifiers][2] == ("judge:gpt", 8, 4)
    quality = {item.verifier: item for item in summary.quality}["judge:gpt"]
    assert (quality.true_positive, quality.false_positive, quality.false_negative, quality.true_negative) == (
        3,
        1,
        0,
        2,
    )
    assert "judge:gpt" in await text_of(export_run(app, run_id, ExportFormat.CSV))
    report = await verifier_quality(app, QualityQuestion((run_id,)))
    assert [item.verifier for item in report.verifiers] == ["base", "judge:gpt"]
    assert [item.verifier for item in report.scored] == ["judge:gpt"]
    roc = report.scored[0].roc
    assert (roc.good, roc.bad) == (3, 3)
    assert roc.auc is not None
    assert roc.auc.value == pytest.approx(6 / 9)  # good: 0, .4, .6 against bad: .1, .2, .3


async def test_versions_of_a_judge_stand_beside_each_other(app: App) -> None:
    run_id = await run_with(app, "base", "plus", documents=(sample(0, "accepted"), sample(1, "wrong_answer")))
    ids = [verification.candidate_id for verification in await candidates_of(app, run_id)]
    await record_external_verdicts(app, judged(*(ExternalCheck(name, True) for name in ids)))
    await record_external_verdicts(app, judged(*(ExternalCheck(name, False) for name in ids), version="2024-05"))
    names = ("judge:gpt", "judge:gpt@1", "judge:gpt@2024-05")
    report = await verifier_quality(app, QualityQuestion((run_id,), names))
    assert [item.cells.false_positive + item.cells.true_positive for item in report.verifiers] == [0, 2, 0]


async def curve(app: App, run_id: str) -> list[float]:
    async with app.storage.reading() as unit:
        found = await unit.matrix.scores(Selection((run_id,)), "judge:gpt")
    assert len(set(found.profile_keys)) <= len(found.run_ids) == len(found.task_keys)
    return sorted(found.scores)


async def test_scores_are_those_of_the_newest_version_and_the_migration_finds_the_same(
    app: App, storage: SqlStorage, database: str
) -> None:
    run_id = await run_with(app, "base", "plus", documents=tuple(sample(number, "accepted") for number in range(3)))
    ids = [verification.candidate_id for verification in await candidates_of(app, run_id)]
    await record_external_verdicts(app, judged(*(ExternalCheck(name, True, 0.1) for name in ids)))
    assert await curve(app, run_id) == [0.1, 0.1, 0.1]
    newer = (ExternalCheck(ids[0], True, 0.7), ExternalCheck(ids[1], True))
    await record_external_verdicts(app, judged(*newer, version="2024-05"))
    assert await curve(app, run_id) == [0.1, 0.7]
    await storage.close()
    await asyncio.to_thread(migrate.downgrade, database, "0004")
    await asyncio.to_thread(migrate.upgrade, database)
    assert await curve(app, run_id) == [0.1, 0.7]


async def test_scores_become_verdicts_by_a_threshold(app: App) -> None:
    run_id = await run_with(app, "base", "plus", documents=tuple(sample(number, "accepted") for number in range(3)))
    ids = [verification.candidate_id for verification in await candidates_of(app, run_id)]
    scores = [ExternalCheck(name, None, score) for name, score in zip(ids, (0.2, 0.5, 0.9), strict=True)]
    await record_external_verdicts(app, judged(*scores, threshold=0.5))
    await record_external_verdicts(app, ExternalVerdicts("person", "1", tuple(scores)))
    with pytest.raises(Conflict):
        await record_external_verdicts(app, judged(threshold=0.6))
    checks = [check_of(verification, "judge:gpt") for verification in await candidates_of(app, run_id)]
    assert [check and check.accepted for check in checks] == [False, True, True]
    report = await verifier_quality(app, QualityQuestion((run_id,), ("person",)))
    assert report.verifiers[0].cells.excluded == {"score_only": 3}
    report = await verifier_quality(app, QualityQuestion((run_id,), ("person", "judge:gpt"), threshold=0.9))
    assert [item.cells.true_positive for item in report.verifiers] == [1, 1]
    await define_verifier(app, "blend", {"weighted": {"person": 1.0, "base": 1.0}, "threshold": 1.5})
    report = await verifier_quality(app, QualityQuestion((run_id,), ("blend",)))
    assert report.verifiers[0].cells.true_positive == 2
    await evaluate_combination(app, run_id, "blend")
    checks = [check_of(verification, "blend") for verification in await candidates_of(app, run_id)]
    assert [check and check.accepted for check in checks] == [False, True, True]
    assert [check and check.score for check in checks] == pytest.approx([0.6, 0.75, 0.95])


async def test_what_cannot_be_recorded_is_refused_by_its_index(app: App) -> None:
    run_id = await run_with(app, "base", documents=(sample(0, "accepted"),))
    (candidate,) = [verification.candidate_id for verification in await candidates_of(app, run_id)]
    found = await record_external_verdicts(
        app,
        judged(
            ExternalCheck("cand_missing", True),
            ExternalCheck(candidate, None),
            ExternalCheck(candidate, True, 1.5),
            ExternalCheck(candidate, True),
            ExternalCheck(candidate, False),
            ExternalCheck(candidate, True, None, "x" * 50_000),
        ),
    )
    assert (found.recorded, [item.index for item in found.refused]) == (1, [0, 1, 2, 4, 5])
    for name in ("base", "plus", "similarity", "static:x"):
        with pytest.raises(InvalidInput):
            await record_external_verdicts(app, ExternalVerdicts(name, "1", ()))
    await define_verifier(app, "strict", {"all_of": ["base"]})
    with pytest.raises(Conflict):
        await record_external_verdicts(app, ExternalVerdicts("strict", "1", ()))
    with pytest.raises(TooLarge):
        await record_external_verdicts(app, judged(*[ExternalCheck(candidate, True)] * 10_001))
    with pytest.raises(Forbidden):
        await record_external_verdicts(app, judged(), caller=Caller("key_r", frozenset({Scope.READ})))
    stranger = Caller("key_s", frozenset({Scope.SUBMIT}))
    refused = await record_external_verdicts(app, judged(ExternalCheck(candidate, True)), caller=stranger)
    assert [item.index for item in refused.refused] == [0]


async def test_a_verdict_from_outside_may_come_before_the_others(app: App) -> None:
    run = (await create_run(app, RunRequest("n", "m", "demo", ("base", "plus")))).run
    await add_candidates(app, run.id, lines(sample(0, "accepted")))
    (waiting,) = await candidates_of(app, run.id)
    await record_external_verdicts(app, judged(ExternalCheck(waiting.candidate_id, False)))
    await work(app, run.id)
    (done,) = await candidates_of(app, run.id)
    assert (done.state, done.accepted, len(done.checks)) == (State.COMPLETED, True, 3)
    report = await verifier_quality(app, QualityQuestion((run.id,)))
    assert {item.verifier: item.cells.false_negative for item in report.verifiers} == {"base": 0, "judge:gpt": 1}


async def test_nobody_can_run_a_judge_from_outside(app: App) -> None:
    await record_external_verdicts(app, judged())
    await define_verifier(app, "with-judge", {"any_of": ["base", "judge:gpt"]})
    for name in ("judge:gpt", "with-judge"):
        with pytest.raises(InvalidInput, match="outside"):
            await create_run(app, RunRequest("n", "m", "demo", ("base", name)))
    run_id = await run_with(app, "base", documents=(sample(0, "accepted"), sample(1, "wrong_answer")))
    evaluated = await evaluate_combination(app, run_id, "with-judge")
    assert (evaluated.recorded, evaluated.undecided) == (1, 1)


def named(report: QualityReport, name: str = "base") -> VerifierQuality:
    return next(item for item in report.verifiers if item.verifier == name)


async def test_figures_name_what_was_excluded_and_why(app: App) -> None:
    run_id = await run_with(app, "base", "plus")
    report = await verifier_quality(app, QualityQuestion((run_id,)))
    found = named(report)
    cells = found.cells
    assert (cells.true_positive, cells.false_positive, cells.false_negative, cells.true_negative) == (2, 2, 1, 1)
    assert cells.excluded == {"infrastructure_error": 1, "oracle_invalid_task": 1}
    assert (report.tasks, report.candidates, cells.unresolved) == (4, 8, 2)
    assert found.rates.fdr is not None
    assert found.rates.fdr.value == 0.5
    assert [(item.task_id, item.false_positive, item.accepted) for item in found.worst_tasks] == [
        ("demo/0", 1, 2), ("demo/1", 1, 1)
    ]  # fmt: skip
    (behind,) = found.worst_tasks[1].candidates
    wrong = (await candidates_of(app, run_id))[2]
    assert (behind.candidate_id, behind.verification_id) == (wrong.candidate_id, wrong.id)
    (pair,) = report.agreement
    assert (pair.first, pair.second, pair.both_accept, pair.only_first, pair.unresolved) == ("base", "plus", 2, 2, 2)


async def test_figures_of_parts(app: App) -> None:
    runs = [
        await run_with(app, "base", "plus"),
        await run_with(app, "base", "plus", documents=(sample(0, "accepted"),)),
    ]
    by_task = named(await verifier_quality(app, QualityQuestion(tuple(runs), by=GroupBy.TASK)))
    assert [(group.name, group.cells.true_positive) for group in by_task.groups][:2] == [("demo/0", 2), ("demo/1", 0)]
    by_run = named(await verifier_quality(app, QualityQuestion(tuple(runs), by=GroupBy.RUN)))
    assert {group.name: group.cells.true_positive for group in by_run.groups} == dict(zip(runs, (2, 1), strict=True))
    by_class = named(await verifier_quality(app, QualityQuestion((runs[0],), by=GroupBy.ERROR_CLASS)))
    assert [(group.name, group.cells.false_positive) for group in by_class.groups] == [("pass", 0), ("wrong_answer", 2)]
    one = named(await verifier_quality(app, QualityQuestion((runs[0],), task_id="demo/1")))
    assert (one.cells.false_positive, one.cells.true_negative, one.cells.true_positive) == (1, 1, 0)
    wrong = named(await verifier_quality(app, QualityQuestion((runs[0],), error_class="wrong_answer")))
    assert (wrong.cells.false_positive, wrong.cells.true_negative, wrong.cells.true_positive) == (2, 1, 0)
    by_model = await verifier_quality(app, QualityQuestion(models=("m",), by=GroupBy.MODEL))
    assert (set(by_model.run_ids), [group.name for group in named(by_model).groups]) == (set(runs), ["m"])


async def test_repairs_are_no_samples(app: App) -> None:
    documents = (sample(0, "accepted:wrong_answer"), sample(0, "accepted:wrong_answer x", parent="cand_x"))
    run_id = await run_with(app, "base", "plus", documents=documents)
    assert named(await verifier_quality(app, QualityQuestion((run_id,)))).cells.false_positive == 1
    question = QualityQuestion((run_id,), include_repairs=True)
    assert named(await verifier_quality(app, question)).cells.false_positive == 2


async def test_questions_that_cannot_be_answered(app: App) -> None:
    run_id = await run_with(app, "base", "plus", documents=(sample(0, "accepted"),))
    for question, error in [
        (QualityQuestion((run_id,), ("magic",)), NotFound),
        (QualityQuestion((run_id,), oracle="magic"), InvalidInput),
        (QualityQuestion((run_id,), task_id="demo/none"), NotFound),
        (QualityQuestion(("run_missing",)), NotFound),
        (QualityQuestion(), InvalidInput),
        (QualityQuestion((run_id,), models=("other",)), NotFound),
        (QualityQuestion((run_id,), rule="F821", by=GroupBy.RULE), InvalidInput),
    ]:
        with pytest.raises(error):
            await verifier_quality(app, question)
    empty = (await create_run(app, RunRequest("n", "m", "demo", ("base",)))).run.id
    report = await verifier_quality(app, QualityQuestion((empty,), ("base",)))
    assert (report.candidates, named(report).rates.fdr) == (0, None)
    assert json.dumps(named(report).cells.excluded) == "{}"
