"""Charts drawn once: real text, a title and a description in the file, kept by the digest of what they show.

A page shows a chart as a picture from an address of its own, so that the file's own styles are allowed by the file's
own policy and the page's policy stays strict. Each chart has a wide shape and a narrow one for phones.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from html import escape
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Protocol

from flask import Response, current_app, request

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RENDERER = 1
"""Raised when the same data is to look different, so that no old drawing is served."""

MOST_KEPT = 500
"""Drawings kept on disk; past that the ones not asked for the longest go."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For the drawing alone: its own styles and nothing else, no script, wherever it is opened."""

MIME = {"svg": "image/svg+xml", "png": "image/png"}
FONT = "DejaVu Sans"
_FONTS_SHOWN = f"Arial, Helvetica, '{FONT}', sans-serif"
_drawing = threading.RLock()


class Ink:
    """NHS colours that stand out from white by at least 3 to 1, and from each other in grey too."""

    TEXT = "#212b32"
    QUIET = "#4c6272"
    GRID = "#d8dde0"
    SERIES = ("#005eb8", "#330072", "#007f3b", "#ae2573", "#425563")


HATCHES = ("", "///", "...", "xxx", "\\\\\\")
MARKERS = ("o", "s", "^", "D", "v")
DASHES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))


class Shape(StrEnum):
    """How much room there is."""

    WIDE = "wide"
    NARROW = "narrow"


class Picture(Protocol):
    """What a chart shows: a frozen dataclass of plain values that can draw itself."""

    @property
    def heights(self) -> tuple[float, float]:
        """Inches the wide and the narrow shape are high."""

    def draw(self, figure: Figure, shape: Shape) -> None:
        """Draw on an empty figure."""


WIDTHS = {Shape.WIDE: 8.6, Shape.NARROW: 3.6}
"""Inches: 826 and 346 pixels."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with what it is called and, for who cannot see it, what it says.

    Attributes:
        name: the name of its file when downloaded, without an ending.
        title: a few words.
        description: the message of the chart in a sentence or two.
        picture: a frozen dataclass (see :class:`Picture`).
    """

    name: str
    title: str
    description: str
    picture: Picture

    def digest(self, kind: str, shape: Shape) -> str:
        """What tells this drawing from every other: its values and whatever draws them."""
        drawn_by = [RENDERER, _renderer(), type(self.picture).__qualname__, kind, shape]
        told = json.dumps([drawn_by, asdict(self)], sort_keys=True, default=str)
        return sha256(told.encode()).hexdigest()


@cache
def _renderer() -> str:
    return version("matplotlib")


def send(chart: Chart, kind: str) -> Response:
    """Answer with a chart as 'svg' or 'png'. Draws only what was never drawn; a known drawing is not sent again.

    The address may ask for ``shape=narrow``, and for ``download=1`` to keep the file.
    """
    shape = Shape.NARROW if request.args.get("shape") == Shape.NARROW else Shape.WIDE
    digest = chart.digest(kind, shape)
    if request.if_none_match.contains(digest):
        answer = Response(status=304)
    else:
        answer = Response(_kept(chart, kind, shape, digest), mimetype=MIME[kind])
        if request.args.get("download"):
            answer.headers["Content-Disposition"] = f'attachment; filename="{chart.name}.{kind}"'
    answer.set_etag(digest)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _kept(chart: Chart, kind: str, shape: Shape, digest: str) -> bytes:
    folder = Path(current_app.instance_path) / "charts"
    file = folder / f"{digest}.{kind}"
    drawn = _found(file)
    if drawn is None:
        with _drawing:
            drawn = _found(file)  # somebody may have drawn it while we waited
            if drawn is None:
                drawn = draw(chart, kind, shape)
                _keep(file, drawn)
    return drawn


def _found(file: Path) -> bytes | None:
    try:
        drawn = file.read_bytes()
        file.touch()
    except FileNotFoundError:
        return None
    return drawn


def _keep(file: Path, drawn: bytes) -> None:
    """Write beside and move into place, so that nobody ever reads half a drawing."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        part.write(drawn)
    Path(part.name).replace(file)
    _clear(file.parent)


def _clear(folder: Path) -> None:
    ages = []
    for file in folder.iterdir():
        try:
            ages.append((file.stat().st_mtime_ns, file))
        except FileNotFoundError:  # another process cleared it
            continue
    for _, file in sorted(ages)[: max(0, len(ages) - MOST_KEPT)]:
        file.unlink(missing_ok=True)


def _style(shape: Shape) -> Any:
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "peerhub",
        "font.family": FONT,
        "font.size": 12 if shape is Shape.WIDE else 10,
        "text.color": Ink.TEXT,
        "axes.labelcolor": Ink.TEXT,
        "axes.edgecolor": Ink.QUIET,
        "xtick.color": Ink.TEXT,
        "ytick.color": Ink.TEXT,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "grid.color": Ink.GRID,
        "hatch.linewidth": 1.2,
        "legend.frameon": False,
        "text.parse_math": False,
    }


def draw(chart: Chart, kind: str, shape: Shape = Shape.WIDE) -> bytes:
    """Draw a chart now. The same chart gives the same bytes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    wide, narrow = chart.picture.heights
    written = BytesIO()
    with _drawing, mpl.rc_context(_style(shape)):
        size = (WIDTHS[shape], wide if shape is Shape.WIDE else narrow)
        figure = Figure(figsize=size, layout="constrained", facecolor="white")
        chart.picture.draw(figure, shape)
        nothing = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None, "Title": chart.title}
        figure.savefig(written, format=kind, dpi=192, metadata=nothing)
    return _told(chart, written.getvalue().decode()) if kind == "svg" else written.getvalue()


def _told(chart: Chart, svg: str) -> bytes:
    """The drawing with its title and description where assistive technology looks for them, in everyday fonts."""
    body = svg[svg.index("<svg") :].replace(f"'{FONT}'", _FONTS_SHOWN)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    opening, rest = body.split(">", 1)
    head = (
        f'{opening} role="img" lang="en-GB" aria-labelledby="title desc">'
        f'<title id="title">{escape(chart.title)}</title><desc id="desc">{escape(chart.description)}</desc>'
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{rest}'.encode()
