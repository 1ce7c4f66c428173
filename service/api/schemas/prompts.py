"""Prompts on the wire."""

from __future__ import annotations

from service.api.schemas.base import Read
from service.usecases.prompts import TaskPrompt


class PromptRead(Read):
    """One task's prompt."""

    task_id: str
    text: str
    stop: list[str]
    continues: bool
    """The answer goes back as ``completion``; else as ``code``."""

    @classmethod
    def of(cls, found: TaskPrompt) -> PromptRead:
        """From the use case's answer."""
        prompt = found.prompt
        return cls(task_id=found.task_id, text=prompt.text, stop=list(prompt.stop), continues=prompt.continues)
