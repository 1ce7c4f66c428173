"""User ids for cells that no other process of the machine has.

The ids of a container without a user namespace are the machine's own ids, and process and watch
quotas are counted for each id across the machine: two cells, or a cell and somebody's account, must
never share one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

LOWEST, HIGHEST = 100_000, 2_000_000_000
STRIDE = 4
_SLOTS = 4096


@dataclass(frozen=True, slots=True)
class CellUids:
    """The ids of one cell.

    Attributes:
        candidate: Runs candidates.
        examiner: Runs examiners.
        spare: Used by nobody: from it the supervisor sends the signals that end all candidates.
    """

    candidate: int
    examiner: int
    spare: int


class UidSlots:
    """Lends each living cell its own ids; an id comes back when its cell is dead.

    Attributes:
        base: The first id.
    """

    def __init__(self, base: int | None = None, *, lowest: int = LOWEST, highest: int = HIGHEST) -> None:
        """Choose a range of ids.

        Args:
            base: First id; None draws one, so that two services on one machine do not meet.
            lowest: Lower end of the draw.
            highest: Upper end of the draw.
        """
        room = max(1, (highest - lowest) // STRIDE - _SLOTS)
        self.base = lowest + STRIDE * secrets.randbelow(room) if base is None else base
        self._free: list[int] = []
        self._next = 0

    def take(self) -> CellUids:
        """Ids that no living cell of this service has."""
        if self._free:
            slot = self._free.pop()
        else:
            slot, self._next = self._next, self._next + 1
        first = self.base + slot * STRIDE
        return CellUids(candidate=first, examiner=first + 1, spare=first + 2)

    def give_back(self, uids: CellUids) -> None:
        """Return the ids of a cell whose processes are all dead."""
        self._free.append((uids.candidate - self.base) // STRIDE)
