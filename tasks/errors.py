"""The one error of this room."""

from __future__ import annotations


class TaskFormatError(Exception):
    """A task, sample or value is not in the form it should have.

    ``str()`` is one sentence that names the place and the cure.

    Attributes:
        message: The sentence without the place.
        pointer: JSON pointer to the offending place inside the document, or "".
        line: Line of the file, 1-based, or None.
        file: Name of the file, or "".
    """

    def __init__(self, message: str, pointer: str = "", line: int | None = None, file: str = "") -> None:
        """Keep the sentence and the place."""
        super().__init__(message)
        self.message = message
        self.pointer = pointer
        self.line = line
        self.file = file

    def at(self, line: int | None, file: str = "") -> TaskFormatError:
        """The same error with its place in a file."""
        return TaskFormatError(self.message, self.pointer, line, file)

    def under(self, prefix: str) -> TaskFormatError:
        """The same error with its pointer put below ``prefix``."""
        return TaskFormatError(self.message, prefix + self.pointer, self.line, self.file)

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        if self.line is not None:
            place.append(f"line {self.line}" if not self.file else str(self.line))
        where = ":".join(place)
        inside = f" (at {self.pointer})" if self.pointer else ""
        return f"{where}: {self.message}{inside}" if where else f"{self.message}{inside}"
