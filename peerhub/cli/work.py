"""`peerhub worker`, `peerhub jobs` and `peerhub mail`: the work that nobody asks for, at the server's own keyboard."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from peerhub.cli.running import Stopped, running

if TYPE_CHECKING:
    from flask import Flask

    from peerhub.core.feature import Job
    from peerhub.core.jobs import Standing
    from peerhub.core.smtp import Line

SECONDS_TO_END = 20
SIGNALS = {signal.SIGTERM, signal.SIGINT}
STATES = {"never_ran": "Never ran", "running": "Runs now", "ok": "Done", "failed": "Failed", "cut_off": "Cut off"}


@click.command()
def worker() -> None:
    """Do the work that nobody asks for: send mail, remind, tidy up.

    Start as many as you like, on as many machines as reach the database: one is at work, and the others stand by until
    it ends. `peerhub serve` does the same beside serving pages, unless it is told --no-worker. Stop it with Ctrl-C: a
    job that runs comes to its end first, and a second Ctrl-C cuts it off.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    with running() as app:
        from peerhub.core.worker import Worker

        stop = threading.Event()
        thread = threading.Thread(target=Worker(app, app.extensions["jobs"], stop).run, daemon=True)
    click.echo("The worker has begun (stop it with Ctrl-C)")
    thread.start()
    while thread.is_alive() and not signal.sigtimedwait(SIGNALS, 1):
        pass
    was_told = thread.is_alive()
    stop.set()
    waited = 0
    while thread.is_alive() and waited < SECONDS_TO_END and not signal.sigtimedwait(SIGNALS, 1):
        waited += 1
    if thread.is_alive():
        click.echo("A job was cut off. It runs again when a worker begins.", err=True)
        sys.stdout.flush()
        os._exit(1)  # its thread cannot be ended in any other way
    if not was_told:
        raise Stopped("The worker ended by itself. Its log says why.")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
@click.pass_context
def jobs(context: click.Context, *, as_json: bool) -> None:
    """List every job: when it last ran, how that went, and when it runs next."""
    if context.invoked_subcommand is not None:
        return
    with running() as app:
        from peerhub.core import runs
        from peerhub.core.jobs import standings

        workers = runs.alive()
        found = standings(app.extensions["jobs"], is_anybody_there=bool(workers))
    if as_json:
        click.echo(json.dumps([_plain(standing) for standing in found], indent=2))
        return
    _print(found)
    if not any(worker.is_at_work for worker in workers):
        click.echo("\nNo worker is at work, so no job runs. Start one: peerhub worker", err=True)


@jobs.command("run")
@click.argument("name", nargs=-1, required=True)
def run_job(name: tuple[str, ...]) -> None:
    """Run the job NAME now, and wait until it has ended."""
    with running() as app:
        from peerhub.core import jobs as core

        job = _job_called(" ".join(name), app)
        try:
            is_done = core.run(app, job)
        except core.Busy as busy:
            raise Stopped(f"The job {job.name} runs just now. Try again when it has ended.") from busy
        (standing,) = core.standings([job], is_anybody_there=True)
    if not is_done:
        cause = standing.last.cause if standing.last else ""
        raise Stopped(f"The job {job.name} failed: {cause}. What it had begun was undone; the log says more.")
    click.echo(f"The job {job.name} is done.")


def _job_called(name: str, app: Flask) -> Job:
    known: dict[str, Job] = {job.name: job for job in app.extensions["jobs"]}
    if name in known:
        return known[name]
    if name == "mail":
        raise Stopped("There is no job that sends mail, because no mail server is set. Set PEERHUB_MAIL_URL.")
    raise Stopped(f"There is no job called {name}. There is: {', '.join(sorted(known))}.")


def _plain(standing: Standing) -> dict[str, object]:
    last = standing.last
    return {
        "name": standing.name,
        "rhythm": standing.rhythm,
        "state": standing.state,
        "last_started": last.began_at.isoformat() if last else None,
        "last_finished": last.finished_at.isoformat() if last and last.finished_at else None,
        "last_ok": standing.ok_at.isoformat() if standing.ok_at else None,
        "why": last.why.value if last else None,
        "cause": last.cause if last else None,
        "milliseconds": last.milliseconds if last else None,
        "due": standing.due_at.isoformat(),
    }


def _print(found: list[Standing]) -> None:
    from peerhub.core.time import moment, utc_now

    now = utc_now()
    rows = [("Job", "How often", "Last run", "How it went", "Next run")]
    for standing in found:
        last = standing.last
        cause = f" ({last.cause})" if last and last.cause else ""
        rows.append(
            (
                standing.name,
                standing.rhythm,
                moment(last.began_at) if last else "",
                f"{STATES[standing.state]}{cause}",
                moment(standing.due_at) if standing.due_at > now else "Now",
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@click.group("mail")
def mail_group() -> None:
    """Try out the mail server."""


@mail_group.command("test")
@click.argument("address")
@click.option("--wait", default=20.0, show_default=True, help="How many seconds the server has for each answer.")
def mail_test(address: str, wait: float) -> None:
    """Send one message to ADDRESS at once, and say what the mail server makes of it.

    The message goes past the outbox.
    """
    from time import perf_counter

    with running(needs_tables=False) as app:
        from email_validator import EmailNotValidError, validate_email

        from peerhub.core.smtp import Line

        settings = app.extensions["settings"]
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as refused:
        raise Stopped(f"{address} is no e-mail address: {refused}") from refused
    if not settings.mail_url:
        raise Stopped("No mail server is set, so nothing is sent: mail waits in the outbox. Set PEERHUB_MAIL_URL.")
    started = perf_counter()
    _send_test(Line(settings.mail_url, wait, wait), settings.mail_from, address, settings.base_url)
    took = perf_counter() - started
    click.echo(f"The mail server took the message for {address} after {took:.1f} seconds.")
    click.echo(
        "If it does not arrive within a few minutes, look among the unwanted mail, then ask who runs the server."
    )


def _send_test(line: Line, sender: str, address: str, base_url: str) -> None:
    from smtplib import SMTPException

    from peerhub.cli.mail_words import said_of
    from peerhub.core.mail import trial
    from peerhub.core.smtp import Trouble

    try:
        line.send(sender, address, trial(sender, address, base_url), lambda: None)
    except (Trouble, OSError, SMTPException, ValueError) as error:
        raise Stopped(said_of(error, line)) from error
    finally:
        line.close()
