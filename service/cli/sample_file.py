"""The file that a model's answers are kept in, and what they cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from service.client.endpoint import Sampling
from service.errors import InvalidInput

_MIXED = "{path} holds samples of {there}; asking for {asked} would mix them. Give another file, or the same settings"


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, in any currency; None where it is not known."""

    prompt: float | None = None
    completion: float | None = None

    def of(self, prompt_tokens: int | None, completion_tokens: int | None) -> float | None:
        """What an answer cost; None unless tokens and prices are known."""
        pairs = ((self.prompt, prompt_tokens), (self.completion, completion_tokens))
        if any(price is None or tokens is None for price, tokens in pairs):
            return None
        return sum(price * tokens for price, tokens in pairs if price is not None and tokens is not None) / 1e6


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a model.

    Attributes:
        model: As the endpoint knows it.
        form: ``chat`` or ``completion``.
        samples: Of each task, >= 1.
        concurrency: Requests on their way at once, >= 1.
    """

    model: str
    form: str
    samples: int
    sampling: Sampling
    concurrency: int = 4
    price: Price = field(default_factory=Price)

    def settings(self) -> dict[str, Any]:
        """What must not change within one file."""
        drawn = self.sampling
        return {
            "model": self.model,
            "form": self.form,
            "temperature": drawn.temperature,
            "max_tokens": drawn.max_tokens,
            "top_p": drawn.top_p,
            "seed": drawn.seed,
        }


@dataclass
class Spent:
    """What all answers of a file cost; ``unknown`` counts those whose tokens the endpoint did not tell."""

    answers: int = 0
    asked_again: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    unknown: int = 0
    cost: float | None = 0.0

    def add(self, about: dict[str, Any]) -> None:
        """Count one answer by its metadata."""
        self.answers += 1
        self.asked_again += max(0, about.get("attempts", 1) - 1)
        tokens = (about.get("prompt_tokens"), about.get("completion_tokens"))
        self.unknown += None in tokens
        self.prompt_tokens += tokens[0] or 0
        self.completion_tokens += tokens[1] or 0
        cost = about.get("cost")
        self.cost = None if self.cost is None or cost is None else self.cost + cost


class SampleFile:
    """The file that answers are written to; not for two commands at once.

    Attributes:
        held: (task id, sample index) of the answers in it.
        spent: What they cost.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        """Read what is there.

        Raises:
            InvalidInput: If the file holds samples that were drawn in another way.
            OSError: If it cannot be read or written.
        """
        self._path = path
        self._plan = plan
        self.held: set[tuple[str, int]] = set()
        self.spent = Spent()
        if path.exists():
            self._cut_torn_line()
            for row in self._rows():
                self._take(row)
        self._file: BinaryIO = path.open("ab")

    def _cut_torn_line(self) -> None:
        """A line without an end was being written when the command was killed."""
        with self._path.open("r+b") as file:
            file.truncate(sum(len(line) for line in file if line.endswith(b"\n")))

    def _rows(self) -> Iterable[dict[str, Any]]:
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    row = json.loads(line)
                    row["task_id"], row["sample_index"], row["metadata"]["model"]
                except (ValueError, KeyError, TypeError):
                    place = f"{self._path}:{number}"
                    raise InvalidInput(f"{place}: not a sample that was drawn here; give another file") from None
                yield row

    def _take(self, row: dict[str, Any]) -> None:
        about = row["metadata"]
        asked = self._plan.settings()
        there = {name: about.get(name) for name in asked}
        if there != asked:
            raise InvalidInput(_MIXED.format(path=self._path, there=there, asked=asked))
        self.held.add((row["task_id"], row["sample_index"]))
        self.spent.add(about)

    def write(self, row: dict[str, Any]) -> bytes:
        """Append an answer; returns its line."""
        line = json.dumps(row).encode() + b"\n"
        self._file.write(line)
        self._file.flush()
        self._take(row)
        return line

    def lines(self) -> Iterable[bytes]:
        """What the file holds now."""
        with self._path.open("rb") as file:
            yield from file

    def close(self) -> None:
        """Close the file."""
        self._file.close()
