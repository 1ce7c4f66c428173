"""Import task sets from files: uploaded ones, the shipped one, and the public ones by their URL."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import BinaryIO

import httpx

from service.domain.requests import LOCAL, Caller, Scope
from service.errors import InvalidInput, NotFound, Unavailable
from service.usecases.app import App
from service.usecases.task_sets import Imported, import_task_set
from service.usecases.upload import Refusal
from tasks.errors import TaskFormatError
from tasks.formats import FORMATS, read_tasks
from tasks.sources import SOURCES, PublicSource
from tasks.task import Task, TaskSet

LIBRARY = "library"
_LARGEST_DOWNLOAD = 256 * 1024 * 1024
_REFUSED_SHOWN = 1000
_PATIENCE = httpx.Timeout(30, connect=10)


@dataclass(frozen=True, slots=True)
class TaskFile:
    """A file of tasks.

    Attributes:
        stream: Open and readable; plain or gzip.
        name: The set that the tasks join.
        format_name: A key of ``tasks.formats.FORMATS``; None takes the one of that name, else ``native``.
    """

    stream: BinaryIO
    name: str
    format_name: str | None = None


@dataclass(frozen=True, slots=True)
class FileImport:
    """What an import changed, and the rows that could not be used (the first thousand of all)."""

    imported: Imported
    refused: tuple[Refusal, ...] = ()
    refused_total: int = 0


async def fetch_file(url: str) -> bytes:
    """A file from the network, bounded.

    Raises:
        Unavailable: If it cannot be fetched.
    """
    data = bytearray()
    try:
        async with (
            httpx.AsyncClient(follow_redirects=True, timeout=_PATIENCE) as client,
            client.stream("GET", url) as response,
        ):
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > _LARGEST_DOWNLOAD:
                    raise Unavailable(f"{url} is larger than expected; give the file's path instead")
    except httpx.HTTPError as error:
        raise Unavailable(
            f"{url} cannot be fetched ({str(error) or type(error).__name__}); give the file's path instead"
        ) from error
    return bytes(data)


async def import_public(
    app: App, name: str, *, caller: Caller = LOCAL, fetch: Callable[[str], Awaitable[bytes]] = fetch_file
) -> FileImport:
    """Import a public task set from its URL, checked against its published digest, or the shipped ``library``.

    Raises:
        NotFound: If there is no public set of that name.
        Unavailable: If it cannot be fetched or is not the published file.
        Forbidden: Without the scope ``admin``.
    """
    caller.require(Scope.ADMIN)
    if name == LIBRARY:
        data = await asyncio.to_thread((files("tasks") / "library" / "tasks.jsonl").read_bytes)
        return await import_file(app, TaskFile(io.BytesIO(data), name, "native"), caller=caller)
    source = SOURCES.get(name)
    if source is None:
        known = ", ".join([*SOURCES, LIBRARY])
        raise NotFound(f"there is no public task set {name!r}; known are {known}. Others are imported from a file")
    data = await fetch(source.url)
    if not source.accepts(data):
        raise Unavailable(f"what {source.url} holds now is not the published file; give the path of a file you trust")
    return await import_file(app, TaskFile(io.BytesIO(data), name, name), caller=caller)


async def import_file(app: App, file: TaskFile, *, caller: Caller = LOCAL) -> FileImport:
    """Import the tasks of a file; rows that cannot be used are refused with their line and the rest goes on.

    Raises:
        InvalidInput: If the format is unknown or no row can be used.
        Forbidden: Without the scope ``admin``.
    """
    caller.require(Scope.ADMIN)
    form = file.format_name or (file.name if file.name in FORMATS else "native")
    if form not in FORMATS:
        raise InvalidInput(f"there is no format {form!r}; known are {', '.join(FORMATS)}", "#/query/format")
    rows = await asyncio.to_thread(lambda: list(read_tasks(file.stream, form, file.name)))
    tasks = [row for row in rows if not isinstance(row, TaskFormatError)]
    problems = [row for row in rows if isinstance(row, TaskFormatError)]
    if not tasks:
        raise InvalidInput(f"nothing was imported: {problems[0] if problems else 'the file holds no tasks'}")
    task_set = await asyncio.to_thread(_describe, file, tasks)
    imported = await import_task_set(app, task_set, tasks, caller=caller)
    refused = tuple(Refusal(problem.line or 0, _sentence(problem)) for problem in problems[:_REFUSED_SHOWN])
    return FileImport(imported, refused, len(problems))


def _sentence(problem: TaskFormatError) -> str:
    return f"{problem.message} (at {problem.pointer})" if problem.pointer else problem.message


def _describe(file: TaskFile, tasks: list[Task]) -> TaskSet:
    """Where the tasks come from: the published file where the content is that, else a version of the content."""
    source = SOURCES.get(file.name)
    if source is not None and _is_published(file.stream, source):
        return TaskSet(file.name, source.version, source.licence, f"{source.title}: {source.attribution}, {source.url}")
    digest = hashlib.sha256("\n".join(sorted(task.version for task in tasks)).encode()).hexdigest()
    shipped = file.name == LIBRARY
    licence, origin = ("Apache-2.0", "shipped with the service") if shipped else ("LicenseRef-unknown", "a file")
    return TaskSet(file.name, digest[:12], licence, origin)


def _is_published(stream: BinaryIO, source: PublicSource) -> bool:
    stream.seek(0)
    return source.accepts(stream.read())
