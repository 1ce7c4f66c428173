"""Prometheus metrics of one application."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counters of requests, and gauges that are read when somebody asks."""

    def __init__(self, version: str) -> None:
        """Start with a registry of its own, so that two applications in one process do not meet."""
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        Info("assay_build", "Version that answers.", registry=self._registry).info({"version": version})
        labels = ("method", "route")
        self._requests = Counter(
            "assay_http_requests", "Requests answered.", (*labels, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "assay_http_request_seconds", "Time to answer.", labels, registry=self._registry, buckets=_BUCKETS
        )
        self._queued = Gauge("assay_checks_queued", "Checks that wait for a worker.", registry=self._registry)
        self._cells = Gauge("assay_cells", "Warm cells of this process.", registry=self._registry)
        self._analysers = Gauge(
            "assay_analyser", "1 if the analyser is there for static analysis.", ("analyser",), registry=self._registry
        )

    def request_done(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count a request."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(took_s)

    def render(self, *, queued: int, cells: int, analysers: Mapping[str, bool]) -> bytes:
        """All metrics in the text format.

        Args:
            queued: Checks that wait now.
            cells: Cells that this process holds.
            analysers: Which analysers are there; empty until static analysis was asked for.
        """
        self._queued.set(queued)
        self._cells.set(cells)
        for name, there in analysers.items():
            self._analysers.labels(name).set(there)
        return generate_latest(self._registry)
