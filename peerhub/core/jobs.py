"""Work done without being asked. The scheduler's library is imported only where it runs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import structlog
from flask import Flask

from peerhub.core import mail
from peerhub.core.database import db
from peerhub.core.feature import Job

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

SECONDS_BETWEEN_MAILS = 20
log = structlog.get_logger()


def of_mail(mail_url: str, sender: str) -> tuple[Job, ...]:
    """The job that sends what waits in the outbox; none where there is no mail server."""
    return (Job("mail", SECONDS_BETWEEN_MAILS, partial(_deliver, mail_url, sender)),) if mail_url else ()


def _deliver(mail_url: str, sender: str) -> None:
    mail.deliver(mail_url, sender)


def start(app: Flask, jobs: Iterable[Job]) -> BackgroundScheduler:
    """Run each job every so many seconds in the background of this process."""
    from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415 - half a second no page needs

    scheduler = BackgroundScheduler(timezone="Europe/London", job_defaults={"coalesce": True, "max_instances": 1})
    for job in jobs:
        scheduler.add_job(partial(run, app, job), "interval", seconds=job.seconds, id=job.name)
    scheduler.start()
    return scheduler


def run(app: Flask, job: Job) -> bool:
    """Run one job in a session of its own; a failure is logged, never raised, and the job comes round again."""
    with app.app_context():
        try:
            job.run()
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one job's failure must not end the others
            db.session.rollback()
            log.error("job failed", job=job.name, cause=type(error).__name__)
            return False
        finally:
            db.session.remove()
    return True
