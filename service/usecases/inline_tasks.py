"""Tasks that come with a candidate instead of being stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from service.errors import InvalidInput
from tasks.errors import TaskFormatError
from tasks.inline import SplitScript, build_task, split_script
from tasks.task import Task


async def read_inline_task(document: Mapping[str, object], pointer: str = "/task") -> Task:
    """The task that a request describes (``tasks.inline.build_task``).

    Raises:
        InvalidInput: If it cannot be used; the pointer names the place.
    """
    try:
        return await asyncio.to_thread(build_task, document, pointer)
    except TaskFormatError as error:
        raise InvalidInput(error.message, error.pointer) from None


def read_assert_file(source: str) -> SplitScript:
    """A file of asserts as set-up code and single asserts.

    Raises:
        InvalidInput: If it does not parse or asserts nothing.
    """
    try:
        return split_script(source)
    except TaskFormatError as error:
        raise InvalidInput(error.message) from None
