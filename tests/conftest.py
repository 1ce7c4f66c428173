"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes is the machine's affair; what a test means is not.
settings.register_profile("assay", deadline=None)
settings.load_profile("assay")
