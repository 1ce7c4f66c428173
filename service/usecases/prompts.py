"""Prompts of a task set, for those who ask a model themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from service.domain.requests import LOCAL, Caller, Scope
from service.usecases.app import App
from service.usecases.task_documents import load_tasks, set_tasks
from tasks.prompts import Prompt, PromptForm, prompt_for

__all__ = ["PromptForm", "TaskPrompt", "prompts_of"]

_BATCH = 50


@dataclass(frozen=True, slots=True)
class TaskPrompt:
    """The prompt of one task."""

    task_id: str
    prompt: Prompt


async def prompts_of(app: App, set_name: str, form: PromptForm, *, caller: Caller = LOCAL) -> AsyncIterator[TaskPrompt]:
    """Prompts of a set's tasks, in order.

    Raises:
        NotFound: If the set does not exist.
        Forbidden: Without the scope ``read``.
    """
    caller.require(Scope.READ)
    async with app.storage.reading() as unit:
        keys = await set_tasks(app, unit, set_name)
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        async with app.storage.reading() as unit:
            tasks = await load_tasks(app, unit, batch)
        for key in batch:
            yield TaskPrompt(tasks[key].id, prompt_for(tasks[key], form))
