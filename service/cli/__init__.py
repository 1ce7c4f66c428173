"""The command line ``assay``: data on stdout, everything else on stderr."""

from service.cli.entry import main

__all__ = ["main"]
