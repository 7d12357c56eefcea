"""How names are looked for: without accents, apostrophes and capitals, so that any keyboard finds them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

APOSTROPHES = "'’‘`\u02bc\u00b4\u2032\u02bb\uff07"
LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŧ": "t"}
"""Letters that are no letter with an accent, and are typed as plain ones all the same."""
NAMES = ("first_name", "preferred_name", "last_name")
_PLAIN = str.maketrans(LETTERS | dict.fromkeys(APOSTROPHES, ""))


def folded(text: str) -> str:
    """A name as it is looked for.

    >>> [folded(name) for name in ("Zoë", "ÖZTÜRK", "Wróbel", "O’Shea", "D'Souza", "Łucja Æbelø")]
    ['zoe', 'ozturk', 'wrobel', 'oshea', 'dsouza', 'lucja aebelo']
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(_PLAIN)


def folded_name(names: Mapping[str, Any]) -> str:
    """All of a person's names in one text, as they are looked for.

    >>> folded_name({"first_name": "Zoë", "preferred_name": "", "last_name": "O’Shea", "phone": "1"})
    'zoe oshea'
    """
    return folded(" ".join(filter(None, (names.get(name) for name in NAMES))))
