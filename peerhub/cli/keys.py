"""`peerhub rotate-keys`: seal what is sealed with the newest key."""

from __future__ import annotations

import click

from peerhub.cli.running import Stopped, running


@click.command("rotate-keys")
@click.option("--new", is_flag=True, help="Only print a fresh key, to put first in PEERHUB_NOTE_KEYS.")
def rotate_keys(*, new: bool) -> None:
    """Seal notes and other sealed words anew, with the newest key of PEERHUB_NOTE_KEYS.

    First put a fresh key before the others in PEERHUB_NOTE_KEYS and start PeerHub again; then run this, and take the
    old keys out. Safe to run again, and while the service runs.
    """
    from peerhub.core import sealed

    if new:
        click.echo(sealed.new_key())
        return
    with running():
        done = sealed.rotate()
    click.echo(f"{done.anew} sealed anew, {done.already} had the newest key already.")
    if done.unreadable:
        raise Stopped(
            f"{done.unreadable} cannot be opened with any key, so they were left as they are. Put the key they were "
            "sealed with at the end of PEERHUB_NOTE_KEYS and run this again."
        )
