"""Structured logs without personal content: one line a request, by endpoint and not by address."""

from __future__ import annotations

import logging
import sys
from time import perf_counter

import structlog
from flask import Flask, Response, g, request


def install(app: Flask, level: str) -> None:
    """Log each request as JSON on standard error: page, status, milliseconds, id. Never paths, names or addresses."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    log = structlog.get_logger()

    @app.before_request
    def start_watch() -> None:
        g.started = perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        if request.endpoint not in {"static", "healthz", "readyz"}:
            spent = (perf_counter() - g.started) * 1000 if "started" in g else 0.0
            log.info(
                "request",
                endpoint=request.endpoint or "none",
                method=request.method,
                status=response.status_code,
                ms=round(spent, 1),
                request_id=g.get("request_id", ""),
            )
        return response
