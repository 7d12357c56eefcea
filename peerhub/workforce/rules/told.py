"""What was done to a record, in the words of those who read its history. The audit log keeps the system's own."""

from __future__ import annotations

BY_A_FILE = " by staff record"
SAID = {
    "spell started": "Started in a post",
    "spell changed": "Time in a post put right",
    "spell ended": "Last day in a post noted",
    "spell deleted as an error": "Post entered in error taken out",
    "spell carried over to new terms": "Went on in a post under new terms",
}


def done(action: str) -> str:
    """What was done as a person says it.

    >>> done("spell started by staff record"), done("person changed")
    ('Started in a post by staff record', 'Person changed')
    """
    plain = action.removesuffix(BY_A_FILE)
    said = SAID.get(plain, plain[:1].upper() + plain[1:])
    return said + action[len(plain) :]
