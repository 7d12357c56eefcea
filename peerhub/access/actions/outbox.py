"""What an administrator does with messages that could not be sent."""

from __future__ import annotations

from peerhub.access import audit
from peerhub.core import mail
from peerhub.core.errors import DomainError
from peerhub.core.mail import OutboxMail


def put_back(message: OutboxMail) -> None:
    """Try anew to send a message that was given up.

    Raises:
        DomainError: it was not given up.
    """
    if message.given_up_at is None:
        raise DomainError("This message is not given up. There is nothing to do")
    mail.put_back(message)
    audit.wrote("message put back", message)
