"""The supervisor's end of the byte stream to the host."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import frames


@dataclass(slots=True)
class Connection:
    """The byte stream to the host."""

    read_descriptor: int
    write_descriptor: int

    def send(self, kind: int, payload: bytes) -> None:
        """Send one frame."""
        frames.write_all(self.write_descriptor, frames.pack(kind, payload))

    def send_json(self, kind: int, fields: dict[str, Any]) -> None:
        """Send one frame of JSON."""
        self.send(kind, json.dumps(fields).encode())
