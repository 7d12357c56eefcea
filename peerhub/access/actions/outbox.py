"""What an administrator does with messages that could not be sent."""

from __future__ import annotations

from peerhub.access import audit
from peerhub.core import mail
from peerhub.core.errors import DomainError
from peerhub.core.mail import OutboxMail
from peerhub.core.time import utc_now


def put_back(message: OutboxMail) -> None:
    """Try anew to send a message that was given up, or of which nobody knows whether it left.

    Raises:
        DomainError: it is neither.
    """
    is_unsure = message.sent_at and message.claimed_until and message.claimed_until < utc_now()
    if message.given_up_at is None and not is_unsure:
        raise DomainError("This message is not given up. There is nothing to do")
    mail.put_back(message)
    audit.wrote("message put back", message)
