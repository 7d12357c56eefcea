"""Structured logs without personal content: one line a request, by endpoint and not by address."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from time import perf_counter
from traceback import walk_tb

import structlog
from flask import Flask, Response, g, request

ROOT = Path(__file__).parents[1]
FORWARDED = "X-Forwarded-For"
UNTOLD = frozenset({"static", "healthz", "readyz"})

log = structlog.get_logger()


def tell_fault(error: BaseException | None) -> None:
    """Log a fault's kind and its places in our code, never its words: they may be personal."""
    places = [
        f"{Path(frame.f_code.co_filename).relative_to(ROOT)}:{line}"
        for frame, line in walk_tb(error.__traceback__ if error else None)
        if Path(frame.f_code.co_filename).is_relative_to(ROOT)
    ]
    log.error(
        "fault",
        cause=type(error).__name__,
        where=places[-3:],
        endpoint=request.endpoint or "none",
        request_id=g.get("request_id", ""),
    )


def watch_for_proxy(app: Flask) -> None:
    """Say once, where no web server in front is trusted, that there seems to be one: everybody has its address then."""
    told = threading.Event()

    @app.before_request
    def look() -> None:
        if FORWARDED in request.headers and not told.is_set():
            told.set()
            log.warning(
                "a web server stands in front and is not trusted",
                header=FORWARDED,
                setting="PEERHUB_TRUSTED_PROXIES",
                now=0,
                meaning="everybody seems to come from one address; too many failed tries there lock everybody out",
            )


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
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )

    @app.before_request
    def start_watch() -> None:
        g.started = perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        if request.endpoint not in UNTOLD or response.status_code >= 400:
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
