"""A conversation with a mail server: opened when the first message leaves, kept for all that follow."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from urllib.parse import unquote, urlsplit

SECONDS_TO_ANSWER = 20
SECONDS_TO_TAKE = 300
"""How long a server may think about a message it was given whole: who hangs up sooner sends it twice (RFC 5321)."""
USUAL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TOO_BUSY = 421
"""A server's word that it hangs up now."""


class Trouble(Exception):
    """The server is at fault, and no message."""

    @property
    def cause(self) -> BaseException:
        """What happened; of smtplib's own error for a server that was too slow, the TimeoutError behind it."""
        cause = self.__cause__ or self
        return cause.__context__ if isinstance(cause.__context__, TimeoutError) else cause


class NoServer(Trouble):
    """Nobody answers, or the server takes nothing from us."""


class LineLost(Trouble):
    """The conversation broke off.

    Attributes:
        was_leaving: whether the server had been given the whole message, and may have taken it.
    """

    def __init__(self, *, was_leaving: bool) -> None:
        super().__init__("the conversation with the mail server broke off")
        self.was_leaving = was_leaving

    @property
    def was_slow(self) -> bool:
        """Whether it kept us waiting too long, and did not hang up."""
        return isinstance(self.cause, TimeoutError)


class Line:
    """A line to the mail server of an address such as ``smtp+starttls://user:password@mail.example.org:587``."""

    def __init__(
        self, mail_url: str, seconds: float = SECONDS_TO_ANSWER, seconds_to_take: float = SECONDS_TO_TAKE
    ) -> None:
        self.address = urlsplit(mail_url)
        self.seconds = seconds
        self.seconds_to_take = seconds_to_take
        self.server: smtplib.SMTP | None = None

    @property
    def port(self) -> int:
        """The port that the address names, or the usual one."""
        return self.address.port or USUAL_PORTS[self.address.scheme]

    def send(self, sender: str, recipient: str, message: EmailMessage, leaving: Callable[[], None]) -> None:
        """Send one message to one address.

        Args:
            leaving: called when the server is ready for the message and before it has the whole of it. What it raises
                is raised, and the server does not get the message.

        Raises:
            NoServer: nobody answers, or not as it should.
            LineLost: the conversation broke off; the next message is sent on a new line.
            smtplib.SMTPException: the server refuses this message.
            ValueError: no message can be sent to such an address.
        """
        server = self.open()
        has_left = False

        def told() -> None:
            nonlocal has_left
            leaving()
            has_left = True

        try:
            self._hand_over(server, sender, recipient, message, told)
        except smtplib.SMTPSenderRefused as error:
            self.hang_up()
            raise NoServer from error
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
            if _code(error) == TOO_BUSY:
                self.hang_up()
                raise LineLost(was_leaving=False) from error
            self._begin_anew(server)
            raise
        except OSError as error:  # SMTPServerDisconnected is one too
            self.hang_up()
            raise LineLost(was_leaving=has_left) from error
        except BaseException:
            self.hang_up()
            raise

    def open(self) -> smtplib.SMTP:
        """Be connected and signed in.

        Raises:
            NoServer: that cannot be.
        """
        if self.server is None:
            try:
                self.server = self._connected()
            except (OSError, smtplib.SMTPException, ValueError) as error:
                raise NoServer from error
        return self.server

    def _connected(self) -> smtplib.SMTP:
        """With ``smtps`` and ``smtp+starttls`` the connection is to nobody but the one its certificate names."""
        host, scheme = self.address.hostname or "localhost", self.address.scheme
        if scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.port, timeout=self.seconds, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, self.port, timeout=self.seconds)
        try:
            if scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if self.address.username:
                server.login(unquote(self.address.username), unquote(self.address.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(
        self, server: smtplib.SMTP, sender: str, recipient: str, message: EmailMessage, leaving: Callable[[], None]
    ) -> None:
        is_foreign = not recipient.isascii()
        if is_foreign and not server.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("the server takes no address with letters of other alphabets")
        words = message.as_bytes(policy=SMTPUTF8 if is_foreign else SMTP)
        code, said = server.mail(sender, ["BODY=8BITMIME", "SMTPUTF8"] if is_foreign else [])
        if code == TOO_BUSY:
            raise smtplib.SMTPResponseException(code, said)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        code, said = server.rcpt(recipient)
        if code not in {250, 251}:
            raise smtplib.SMTPRecipientsRefused({recipient: (code, said)})
        code, said = server.docmd("DATA")
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
        leaving()
        self._wait_at_most(server, self.seconds_to_take)
        server.send(re.sub(rb"(?m)^\.", b"..", words) + b".\r\n")
        code, said = server.getreply()
        self._wait_at_most(server, self.seconds)
        if code != 250:
            raise smtplib.SMTPDataError(code, said)

    @staticmethod
    def _wait_at_most(server: smtplib.SMTP, seconds: float) -> None:
        if server.sock is not None:
            server.sock.settimeout(seconds)

    def _begin_anew(self, server: smtplib.SMTP) -> None:
        """Forget the message that was refused, and keep the line for the next one."""
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self.hang_up()

    def hang_up(self) -> None:
        """End the conversation without a word; the next message opens a new one."""
        if self.server is not None:
            self.server.close()
            self.server = None

    def close(self) -> None:
        """Say goodbye."""
        if self.server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.server.quit()
            self.hang_up()


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(next(iter(error.recipients.values()))[0])
    return int(getattr(error, "smtp_code", 0))
