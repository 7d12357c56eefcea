"""What happened with a mail server, in plain words."""

from __future__ import annotations

import smtplib
import socket
import ssl

from peerhub.core.smtp import Line, LineLost, NoServer


def said_of(error: Exception, line: Line) -> str:
    """Say why a message did not leave; never the password of the server."""
    server = f"{line.address.hostname}, port {line.port}"
    if isinstance(error, NoServer):
        return _said_of_server(error.cause, server, line)
    if isinstance(error, LineLost):
        if error.was_slow:
            return _slow(server, line)
        return f"The mail server {server} hung up before it took the message."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return f"The mail server {server} refused the address: {code} {_text(words)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server {server} refused the message: {error.smtp_code} {_text(error.smtp_error)}"
    return f"The message could not be sent: {error}"


def _said_of_server(cause: BaseException, server: str, line: Line) -> str:
    if isinstance(cause, TimeoutError):
        return _slow(server, line)
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return (
            f"The mail server {server} refused the user or the password of PEERHUB_MAIL_URL: "
            f"{cause.smtp_code} {_text(cause.smtp_error)}"
        )
    if isinstance(cause, smtplib.SMTPSenderRefused):
        return (
            f"The mail server {server} takes no mail from {cause.sender} (PEERHUB_MAIL_FROM): "
            f"{cause.smtp_code} {_text(cause.smtp_error)}"
        )
    if isinstance(cause, smtplib.SMTPResponseException):
        return f"The mail server {server} sent us away: {cause.smtp_code} {_text(cause.smtp_error)}"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"The certificate of the mail server {server} cannot be trusted: {cause.verify_message}"
    return f"We cannot connect to the mail server {server}: {_plainly(cause)}"


def _plainly(cause: BaseException) -> str:
    if isinstance(cause, socket.gaierror):
        return "there is no machine of this name."
    if isinstance(cause, ConnectionRefusedError):
        return "nothing answers there."
    if isinstance(cause, ssl.SSLError):
        return "it does not speak TLS there. Is the port right?"
    if isinstance(cause, smtplib.SMTPNotSupportedError):
        return f"{cause}. Is it smtp:// rather than smtp+starttls://?"
    return str(cause) or type(cause).__name__


def _slow(server: str, line: Line) -> str:
    return f"The mail server {server} did not answer within {line.seconds:g} seconds."


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
