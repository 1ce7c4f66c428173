"""Task sets and tasks on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from service.api.schemas.base import NUMBER, Create, Moment, Name, Read
from service.api.schemas.runs import RefusalRead
from service.domain.ports import StoredSuite, StoredTask
from service.usecases.task_files import FileImport
from service.usecases.task_sets import TaskView
from service.usecases.validation import SetValidation


class TaskSetRead(Read):
    """A task set and how many tasks it has."""

    name: str
    version: str
    licence: str
    source: str
    tasks: int
    created_at: Moment | None


class TaskSetsRead(Read):
    """All task sets."""

    items: list[TaskSetRead]


class SuiteRead(Read):
    """A suite of a task: how many cases, never which."""

    name: str
    version: str
    kind: str
    cases: int
    hidden: bool


class TaskSummaryRead(Read):
    """A task in a listing."""

    id: str
    set_name: str
    version: str
    entry_point: str | None
    prompt: str
    tags: list[str]
    suites: list[SuiteRead]

    @classmethod
    def of(cls, task: StoredTask) -> TaskSummaryRead:
        """From a stored task."""
        return cls.model_validate(task)


class TaskCasesRead(Read):
    """The cases of a suite that may be shown, as a person reads them."""

    suite: str
    cases: list[str]


class TaskRead(Read):
    """A task; hidden cases and the reference are for `admin` only."""

    id: str
    set_name: str
    version: str
    prompt: str
    entry_point: str | None
    reference: str | None
    tags: list[str]
    suites: list[SuiteRead]
    shown: list[TaskCasesRead]

    @classmethod
    def of(cls, view: TaskView) -> TaskRead:
        """From the use case's answer."""
        task = view.task
        return cls(
            id=task.id,
            set_name=task.set_name,
            version=task.version,
            prompt=task.prompt,
            entry_point=task.entry_point,
            reference=task.reference,
            tags=list(task.tags),
            suites=[_suite(suite) for suite in view.suites],
            shown=[
                TaskCasesRead(suite=suite.name, cases=[_case(case) for case in suite.cases]) for suite in task.suites
            ],
        )


def _suite(suite: StoredSuite) -> SuiteRead:
    return SuiteRead.model_validate(suite)


def _case(case: object) -> str:
    """A case as a person reads it: its source, else what it is made of."""
    source = getattr(case, "source", "")
    if source:
        return str(source)
    if hasattr(case, "stdin"):
        return f"stdin {case.stdin!r}, stdout {case.stdout!r}"  # type: ignore[attr-defined]  # a StdioCase
    return f"{getattr(case, 'args', ())!r} -> {getattr(case, 'expected', None)!r}"[:10_000]


class TaskSetImportCreate(Create):
    """Import a public or shipped task set by its name; files are uploaded as the raw body instead."""

    name: Name = Field(description="mbpp, mbpp-sanitized, humaneval, humaneval-plus, mbpp-plus or library.")


class ImportedRead(Read):
    """What an import changed; `refused` holds at most the first thousand of `refused_total` rows."""

    name: str
    total: int
    added: int
    replaced: int
    unchanged: int
    suites: dict[str, int]
    strengthen_again: int = Field(
        description="Tasks that changed and so lost their suite `strengthened`; strengthen the set again for them."
    )
    refused: list[RefusalRead]
    refused_total: int

    @classmethod
    def of(cls, done: FileImport) -> ImportedRead:
        """From the use case's answer."""
        imported = done.imported
        return cls(
            name=imported.name,
            total=imported.total,
            added=imported.added,
            replaced=imported.replaced,
            unchanged=imported.unchanged,
            suites=imported.suites,
            strengthen_again=imported.strengthen_again,
            refused=[RefusalRead.model_validate(refusal) for refusal in done.refused],
            refused_total=done.refused_total,
        )


class ValidationCreate(Create):
    """What to validate a task set with."""

    references: Name | None = Field(default=None, description="Take the references of this set instead of its own.")
    suites: Annotated[list[Name], Field(max_length=32)] = Field(default=[], description="Default: all.")
    stubs: bool = Field(default=True, description="Also run stub programs that no suite may accept.")
    limit: Annotated[int, Field(ge=1, le=2**31 - 1), NUMBER] | None = Field(
        default=None, description="Only the first so many tasks."
    )


class SuiteOutcomeRead(Read):
    """One reference against one suite."""

    task_id: str
    suite: str
    verdict: str | None
    failure: str | None
    accepted: bool | None
    message: str
    stubs: list[str]
    weaknesses: list[str]
    wall_s: float


class ValidationStep(Read):
    """One task of a validation that goes on."""

    kind: Literal["task"] = "task"
    done: int
    total: int
    outcomes: list[SuiteOutcomeRead]


class ValidationRead(Read):
    """Whether the references of a set pass its suites; `refused` are those that do not, `weak` suites accept stubs."""

    kind: Literal["validation"] = "validation"
    name: str
    references_of: str
    tasks: int
    accepted_tasks: int
    ok: bool
    without_reference: list[str]
    refused: list[SuiteOutcomeRead]
    weak: list[SuiteOutcomeRead]

    @classmethod
    def of(cls, validation: SetValidation) -> ValidationRead:
        """From the use case's answer."""
        weak = [outcome for outcome in validation.outcomes if outcome.stubs or outcome.weaknesses]
        return cls(
            name=validation.name,
            references_of=validation.references_of,
            tasks=validation.tasks,
            accepted_tasks=validation.accepted_tasks,
            ok=validation.ok,
            without_reference=list(validation.without_reference),
            refused=[SuiteOutcomeRead.model_validate(outcome) for outcome in validation.refused],
            weak=[SuiteOutcomeRead.model_validate(outcome) for outcome in weak],
        )
