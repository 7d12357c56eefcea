"""What somebody looked for, kept for a while so that Back works: covered, in their own session, never in an address."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from flask import session

from peerhub.core import keys

LOOKED_FOR = "looked_for"
KEPT_FOR = timedelta(hours=8)
MOST_KEPT = 8
MOST_LETTERS = 1800
"""A cookie holds about 4,000."""


def keep(user_id: UUID, words: str, whole: str) -> int:
    """Keep what was looked for, and give the number under which its address finds it again."""
    kept: dict[str, str] = session.get(LOOKED_FOR, {})
    number = max(map(int, kept), default=0) + 1
    kept = kept | {str(number): keys.covered(LOOKED_FOR, json.dumps([str(user_id), words, whole]))}
    while len(kept) > MOST_KEPT or (len(kept) > 1 and sum(map(len, kept.values())) > MOST_LETTERS):
        del kept[min(kept, key=int)]
    session[LOOKED_FOR] = kept
    return number


def kept(user_id: UUID, number: str) -> tuple[str, str] | None:
    """The words and the kind asked for in full under a number; None where they are not this account's, or gone."""
    held = session.get(LOOKED_FOR, {}).get(number, "")
    told = keys.uncovered(LOOKED_FOR, held, KEPT_FOR)
    by, words, whole = json.loads(told) if told is not None else ("", "", "")
    return (words, whole) if by == str(user_id) else None
