"""Audits in SQL and over HTTP: stored, listed, reviewed, interrupted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.audit import STALE_AFTER, Audit, AuditKind, AuditState, Flag, FlagKind, Review
from service.domain.ids import new_id
from service.errors import Unavailable
from service.storage.unit_of_work import SqlStorage
from service.usecases.app import App
from service.usecases.audit_evidence import AuditOptions
from service.usecases.audits import start_audit

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def an_audit(task_set: str = "s") -> Audit:
    return Audit(new_id("aud"), AuditKind.AUDIT, task_set, AuditState.RUNNING, {"seed": 1}, NOW, NOW, total=3)


def a_flag(suite: str) -> Flag:
    evidence = {"cases": [1, "\x00\ud800"], "nan": float("nan")}
    return Flag(FlagKind.WEAK_SUITE, "s/1", suite, f"{suite} is weak\x00", evidence, fingerprint=suite)


async def test_an_audit_is_kept_with_its_progress_and_end(storage: SqlStorage) -> None:
    audit = an_audit()
    async with storage.writing() as unit:
        await unit.audits.add(audit)
        await unit.audits.advance(audit.id, 2, NOW + timedelta(seconds=5))
        await unit.commit()
    async with storage.reading() as unit:
        found = await unit.audits.get(audit.id)
        assert found == replace(audit, done=2, updated_at=NOW + timedelta(seconds=5))
        assert await unit.audits.get("aud_none") is None
        assert [each.id for each in await unit.audits.page("s", None, 10)] == [audit.id]
        assert await unit.audits.page("other", None, 10) == []
    async with storage.writing() as unit:
        await unit.audits.finish(audit.id, AuditState.COMPLETED, NOW, summary={"tasks": 3})
        await unit.commit()
    async with storage.reading() as unit:
        ended = await unit.audits.get(audit.id)
    assert ended is not None
    assert (ended.state, ended.summary, ended.finished_at) == (AuditState.COMPLETED, {"tasks": 3}, NOW)


def test_a_silent_audit_was_interrupted() -> None:
    audit = an_audit()
    assert audit.state_at(NOW + STALE_AFTER) is AuditState.RUNNING
    assert audit.state_at(NOW + STALE_AFTER + timedelta(seconds=1)) is AuditState.INTERRUPTED


async def test_results_are_found_again_by_their_conditions(storage: SqlStorage) -> None:
    first, second = an_audit(), an_audit()
    async with storage.writing() as unit:
        await unit.audits.add(first)
        await unit.audits.add(second)
        await unit.audits.save_result(first.id, "s/1", "a" * 64, {"n": 1}, NOW)
        await unit.audits.save_result(first.id, "s/1", "a" * 64, {"n": 2}, NOW)
        await unit.audits.save_result(second.id, "s/1", "a" * 64, {"n": 3}, NOW + timedelta(seconds=1))
        await unit.commit()
    async with storage.reading() as unit:
        assert await unit.audits.results(first.id) == {"s/1": {"n": 2}}
        assert await unit.audits.result("a" * 64) == {"n": 3}
        assert await unit.audits.result("b" * 64) is None


async def test_flags_keep_their_order_and_take_over_reviews(storage: SqlStorage) -> None:
    first, second = an_audit(), an_audit()
    async with storage.writing() as unit:
        for audit in (first, second):
            await unit.audits.add(audit)
        await unit.audits.add_flags(first.id, [a_flag("base"), a_flag("plus"), a_flag("more")])
        flags = await unit.audits.flags(first.id)
        reviewed = await unit.audits.review(first.id, flags[1].id, Review.DISMISSED, "as meant", NOW)
        assert reviewed is not None
        assert await unit.audits.review(second.id, flags[1].id, Review.OPEN, "", NOW) is None
        await unit.audits.add_flags(second.id, [a_flag("base"), a_flag("plus")])
        await unit.commit()
    assert [flag.suite for flag in flags] == ["base", "plus", "more"]
    assert flags[0].evidence["nan"] == "NaN"
    async with storage.reading() as unit:
        later = await unit.audits.flags(second.id)
        dismissed = await unit.audits.flags(second.id, review=Review.DISMISSED)
        after = await unit.audits.flags(first.id, after=flags[0].id, limit=1)
    assert [(flag.review, flag.note) for flag in later] == [(Review.OPEN, ""), (Review.DISMISSED, "as meant")]
    assert [flag.suite for flag in dismissed] == ["plus"]
    assert [flag.suite for flag in after] == ["plus"]


async def test_a_process_without_cells_begins_no_audit(app: App) -> None:
    with pytest.raises(Unavailable):
        await start_audit(app, "demo", AuditOptions())
