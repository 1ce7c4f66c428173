"""Task sets from files and from public addresses."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.domain.requests import Caller, Scope
from service.errors import Forbidden, InvalidInput, NotFound, Unavailable
from service.usecases.app import App
from service.usecases.task_files import TaskFile, fetch_file, import_file, import_public
from service.usecases.task_sets import list_task_sets
from tasks.sources import SOURCES
from tests.fakes.service import running_service

READER = Caller("key_1", frozenset({Scope.READ}))
ROW = {"task_id": 7, "text": "Add.", "code": "def add(a, b):\n    return a + b", "test_list": ["assert add(1, 2) == 3"]}


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with running_service(tmp_path, worker=False) as running:
        yield running.app


def file(content: bytes, name: str = "mine", form: str | None = "mbpp") -> TaskFile:
    return TaskFile(io.BytesIO(content), name, form)


async def test_a_public_file_is_held_against_its_digest(app: App) -> None:
    asked = []

    async def fetch(url: str) -> bytes:
        asked.append(url)
        return json.dumps(ROW).encode()

    with pytest.raises(Unavailable, match="not the published file"):
        await import_public(app, "mbpp", fetch=fetch)
    assert asked == [SOURCES["mbpp"].url]
    assert "mbpp" not in {each.name for each in await list_task_sets(app)}


async def test_a_public_file_keeps_its_licence(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps(ROW).encode()
    digest = hashlib.sha256(content).hexdigest()
    # The digest of a small stand-in, so that the path of a good download is walked without the network.
    source = SOURCES["mbpp"]
    small = type(source)(
        source.name, source.title, source.url, digest, digest, 1, source.version, source.licence, source.attribution
    )
    monkeypatch.setitem(SOURCES, "mbpp", small)

    async def fetch(_url: str) -> bytes:
        return content

    done = await import_public(app, "mbpp", fetch=fetch)
    assert (done.imported.total, done.refused_total) == (1, 0)
    stored = {each.name: each for each in await list_task_sets(app)}["mbpp"]
    assert stored.licence == "CC-BY-4.0"
    assert source.url in stored.source


async def test_what_cannot_be_imported(app: App) -> None:
    with pytest.raises(NotFound, match="library"):
        await import_public(app, "nope")
    with pytest.raises(InvalidInput, match="format"):
        await import_file(app, file(b"", form="nope"))
    with pytest.raises(InvalidInput, match="nothing was imported"):
        await import_file(app, file(b"{}\n"))
    with pytest.raises(Unavailable, match="file's path"):
        await fetch_file("http://127.0.0.1:9/mbpp.jsonl")


async def test_importing_is_for_admin(app: App) -> None:
    with pytest.raises(Forbidden):
        await import_public(app, "library", caller=READER)
    with pytest.raises(Forbidden):
        await import_file(app, file(json.dumps(ROW).encode()), caller=READER)


async def test_a_file_without_a_known_origin_says_so(app: App) -> None:
    done = await import_file(app, file(json.dumps(ROW).encode() + b"\n{broken\n"))
    assert [refusal.line for refusal in done.refused] == [2]
    stored = {each.name: each for each in await list_task_sets(app)}["mine"]
    assert stored.licence == "LicenseRef-unknown"
