"""The command line ``assay``: data on stdout, everything else on stderr."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    try:
        # Imported here so that an interruption while everything is loaded ends as any other one does.
        from service.cli.entry import run
    except KeyboardInterrupt:
        sys.exit(130)
    run()
