"""`make bench`: prints how fast PeerHub is on this machine, beside its goals."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from tests.bench import imports, mails, meetings, pages, retention, supervision
from tests.bench.lines import Line

MEASURES: tuple[Callable[[Path], Iterator[Line]], ...] = (
    imports.measure,
    retention.measure,
    mails.measure,
    meetings.measure,
    pages.measure,
    supervision.measure,
)


def main() -> None:
    """Measure everything, one after the other, each in a folder of its own."""
    click.echo(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    click.echo(f"{'':<66}{'measured':>10} {'':<8}{'goal':>8}")
    for measure in MEASURES:
        with tempfile.TemporaryDirectory(prefix="peerhub-bench-") as folder:
            for line in measure(Path(folder)):
                click.echo(line)


if __name__ == "__main__":
    main()
