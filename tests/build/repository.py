"""What is in the repository, committed or about to be."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def files(*endings: str, under: str = ".") -> list[Path]:
    """Every file of the repository with one of the endings, or every file, by its path from the root."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", under]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    found = [Path(name) for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in found if not endings or path.name.endswith(endings)]


def text_of(path: Path) -> str:
    """The text of a file, or nothing if it is not a text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
