"""The command itself, and what sets an installation up."""

from __future__ import annotations

import click

from peerhub.cli.retention import retention
from peerhub.cli.running import running


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="peerhub")
def main() -> None:
    """PeerHub: who works in peer roles, and who is still here after one, two and three years.

    Settings are read from the environment: PEERHUB_DATABASE_URL (an SQLite file in instance/ unless given),
    PEERHUB_INSTANCE, PEERHUB_BASE_URL, PEERHUB_MAIL_URL and others that the README names.
    """


main.add_command(retention)


@main.command()
def init() -> None:
    """Make the tables, or bring those of an older release up to date.

    Safe to run again.
    """
    with running(needs_tables=False):
        migrate()
    click.echo("The database is ready.")


def migrate() -> None:
    """Bring the database up to date."""
    from flask_migrate import upgrade

    upgrade()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--processes", default=2, show_default=True, help="How many processes serve pages.")
def serve(host: str, port: int, processes: int) -> None:
    """Serve PeerHub from this machine, and send its mail.

    Stop it with Ctrl-C.
    """
    with running() as app:
        from peerhub.core.serving import Served, Where

        served = Served(app, Where(host, port, processes), app.extensions["jobs"])
    click.echo(f"PeerHub is at http://{host}:{port} (stop it with Ctrl-C)")
    served.run()
