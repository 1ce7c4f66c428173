"""A program with a known mistake that is read with every batch: an analyser that does not find it has read nothing."""

from __future__ import annotations

CANARY = "canary"
"""Its module's name; it uses a name that is not defined."""
