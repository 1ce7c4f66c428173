"""Verifiers that users defined, and those whose verdicts come from outside: each version is kept for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from service.domain.combination import Combination, bound


class DefinitionKind(StrEnum):
    """What a definition makes of a verifier."""

    COMBINATION = "combination"
    STATIC_POLICY = "static_policy"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a verifier.

    Attributes:
        key: Storage key; later versions have larger ones. 0 before it is stored.
        name: Never that of a built-in verifier or a suite.
        version: ``1``, ``2`` … for what is defined here, the sender's own for verdicts from outside.
        document: For a combination its bound rule (``domain.combination.bound``), for a static policy the
            policy as it was given, for verdicts from outside the threshold of scores, if any.
        current: The newest version of its name.
    """

    name: str
    version: str
    kind: DefinitionKind
    document: Mapping[str, Any]
    key: int = 0
    current: bool = True
    created_at: datetime | None = None

    @property
    def label(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"

    @property
    def rule(self) -> Mapping[str, Any]:
        """The rule as it was given."""
        if self.kind is DefinitionKind.COMBINATION:
            given: Mapping[str, Any] = self.document["rule"]
            return given
        return {self.kind.value: dict(self.document)}

    def combination(self) -> Combination:
        """The rule of a combination, ready to be evaluated."""
        return bound(self.document)


class Definitions:
    """Definitions that this process has seen. The database is the truth: use cases refresh it before they rely on it.

    Versions never change, so one that is known is right; only what is current may be out of date.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._versions: dict[tuple[str, str], Definition] = {}
        self._current: dict[str, Definition] = {}

    def learn(self, definitions: Iterable[Definition]) -> None:
        """Take in versions as they were read from the database."""
        for definition in definitions:
            self._versions[definition.name, definition.version] = definition
            held = self._current.get(definition.name)
            if held is None or held.key <= definition.key:
                self._current[definition.name] = definition

    def find(self, name: str, version: str | None = None) -> Definition | None:
        """The newest known version of that name, or the one asked for."""
        if version is not None:
            return self._versions.get((name, version))
        return self._current.get(name)

    def current(self, kind: DefinitionKind | None = None) -> tuple[Definition, ...]:
        """The newest known version of each name, by name."""
        found = sorted(self._current.values(), key=lambda definition: definition.name)
        return tuple(each for each in found if kind is None or each.kind is kind)
