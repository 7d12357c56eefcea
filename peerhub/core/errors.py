"""What can go wrong, in words for the person, before any page knows of it."""

from __future__ import annotations


class DomainError(Exception):
    """A thing that may not be, said so that the person can put it right.

    Attributes:
        message: what to do, in plain words, without anybody's personal details.
        field: the name of the form field it belongs beside, or None for the whole form.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Exception):
    """There is no such thing for this viewer: it is not there, or is not theirs to see. Both look the same."""


class Refused(Exception):
    """The viewer is known and may not do this."""


class Conflict(Exception):
    """Someone else saved the same record first.

    Attributes:
        current: the record's newer version number.
    """

    def __init__(self, current: int) -> None:
        super().__init__("saved by someone else meanwhile")
        self.current = current
