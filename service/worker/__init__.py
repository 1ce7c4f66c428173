"""Claim → verify → record, in any number of processes."""

from service.worker.worker import Worker

__all__ = ["Worker"]
