"""The command itself, and what sets an installation up."""

from __future__ import annotations

import click

from peerhub.cli.due import due
from peerhub.cli.indicators import indicators
from peerhub.cli.keys import rotate_keys
from peerhub.cli.retention import retention
from peerhub.cli.running import Stopped, running
from peerhub.cli.staff import exporting, importing
from peerhub.cli.work import jobs, mail_group, worker

KINDS = ("nhs_trust", "vcse", "independent", "icb", "programme")
"""Kinds of organisation, as `peerhub.access.rules.OrganisationKind` has them."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="peerhub")
def main() -> None:
    """PeerHub: who works in peer roles, and who is still here after one, two and three years.

    Settings are read from the environment: PEERHUB_DATABASE_URL (an SQLite file in instance/ unless given),
    PEERHUB_INSTANCE, PEERHUB_BASE_URL, PEERHUB_MAIL_URL and others that the README names.
    """


for command in (retention, due, indicators, importing, exporting, worker, jobs, mail_group, rotate_keys):
    main.add_command(command)


@main.command()
def init() -> None:
    """Make the tables, or bring those of an older release up to date.

    Safe to run again.
    """
    with running(needs_tables=False) as app:
        from peerhub.core.schema import bring_up_to_date

        bring_up_to_date(app)
    click.echo("The database is ready.")


@main.command()
@click.option("--if-empty", is_flag=True, help="Load only where there is nothing yet; say the sign-ins either way.")
def demo(*, if_empty: bool) -> None:
    """Load the demonstration: a fictional trust with about a hundred peers.

    Every name is invented. It goes into the configured database, which must hold nothing else.
    """
    with running(needs_tables=False) as app:
        from peerhub.core.schema import bring_up_to_date
        from peerhub.demo import accounts, build

        bring_up_to_date(app)
        if build.is_loaded():
            if not if_empty:
                raise Stopped("The demonstration is already in this database.")
        elif build.is_anything_there():
            raise Stopped(
                "This database holds something other than the demonstration, so nothing was loaded. Choose another one "
                "with PEERHUB_DATABASE_URL, or another folder with PEERHUB_INSTANCE."
            )
        else:
            with click.progressbar(length=build.STEPS, label="Loading the demonstration") as bar:
                build.load(lambda: bar.update(1))
        click.echo(accounts.sign_ins())


@main.command("create-admin")
@click.option("--organisation", prompt="Name of the organisation", help="Made where there is none of this name.")
@click.option("--kind", type=click.Choice(KINDS), default="nhs_trust", show_default=True, help="What it is.")
@click.option("--name", prompt="Name of the administrator", help="Their own name.")
@click.option("--email", prompt="Their e-mail address", help="What they sign in with.")
@click.option(
    "--port", default=8000, show_default=True, help="The port it is served on, unless PEERHUB_BASE_URL is set."
)
def create_admin(organisation: str, kind: str, name: str, email: str, port: int) -> None:
    """Make a system administrator, and print the one link with which they choose their password.

    The link works once, within 24 hours, and is shown nowhere else. Use it too where nobody can get in any more.
    """
    with running(base_url=f"http://127.0.0.1:{port}") as app:
        from peerhub.access.actions.organisations import first_administrator
        from peerhub.access.rules import OrganisationKind
        from peerhub.core.database import db
        from peerhub.core.errors import DomainError

        try:
            path = first_administrator(organisation, OrganisationKind(kind), email, name)
        except DomainError as refused:
            raise Stopped(f"{refused.message}.") from refused
        db.session.commit()
        click.echo(f"Open this link within 24 hours. It works once:\n\n  {app.extensions['settings'].base_url}{path}\n")


@main.command("reset-link")
@click.argument("email")
@click.option(
    "--port", default=8000, show_default=True, help="The port it is served on, unless PEERHUB_BASE_URL is set."
)
def reset_link(email: str, port: int) -> None:
    """Print the one link with which whoever has the account EMAIL chooses a new password.

    For where no mail is sent. The link works once, within 60 minutes, and is shown nowhere else. Make sure who asks you
    for it; the audit log notes that it was printed.
    """
    with running(base_url=f"http://127.0.0.1:{port}") as app:
        from peerhub.access.actions.accounts import print_reset
        from peerhub.core.database import db
        from peerhub.core.errors import DomainError

        try:
            path = print_reset(email)
        except DomainError as refused:
            raise Stopped(f"{refused.message}.") from refused
        db.session.commit()
        click.echo(
            f"Open this link within 60 minutes. It works once:\n\n  {app.extensions['settings'].base_url}{path}\n"
        )


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--processes", default=2, show_default=True, help="How many processes serve pages.")
@click.option("--no-worker", is_flag=True, help="Serve pages alone: `peerhub worker` runs elsewhere.")
def serve(*, host: str, port: int, processes: int, no_worker: bool) -> None:
    """Serve PeerHub from this machine, and do what `peerhub worker` does: send its mail, tidy up.

    Stop it with Ctrl-C.
    """
    with running(base_url=f"http://{host}:{port}") as app:
        from peerhub.core.serving import Served, Where

        served = Served(app, Where(host, port, processes), () if no_worker else app.extensions["jobs"])
    click.echo(f"PeerHub is at http://{host}:{port} (stop it with Ctrl-C)")
    served.run()
