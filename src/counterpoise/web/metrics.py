"""Metrics in Prometheus' format: requests by route, runs by state, the length of the queue."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from counterpoise._version import __version__
from counterpoise.ledger.runs import Runs

__all__ = ["count_request", "metrics_text"]

_registry = CollectorRegistry()
_requests = Counter(
    "counterpoise_requests_total", "Requests answered", ["method", "route", "status"], registry=_registry
)
_seconds = Histogram(
    "counterpoise_request_seconds", "Time to answer", ["route"], registry=_registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 60),
)  # fmt: skip
_runs = Gauge("counterpoise_runs", "Runs in the ledger by state", ["state"], registry=_registry)
_info = Gauge("counterpoise_info", "Version of the program", ["version"], registry=_registry)
_info.labels(__version__).set(1)
_METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "WS")


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request; routes are patterns, never what a client wrote, so that it cannot make new rows."""
    known = method if method in _METHODS else "other"
    _requests.labels(known, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def metrics_text(runs: Runs) -> bytes:
    """Return all metrics as text."""
    count = runs.count()
    for state in ("queued", "running", "done", "failed", "cancelled"):
        _runs.labels(state).set(count.get(state, 0))
    return generate_latest(_registry)
