"""From a rule's words to a refusal that a form can show."""

from __future__ import annotations

from peerhub.core.errors import DomainError
from peerhub.meetings.rules.states import Refusal


def refuse_if(refusal: Refusal | None) -> None:
    """Stop when a rule refuses.

    Raises:
        DomainError: in the rule's words, beside its field.
    """
    if refusal is not None:
        raise DomainError(refusal.message, refusal.field)


def trimmed(text: str | None) -> str:
    """Text without white space around it."""
    return (text or "").strip()
