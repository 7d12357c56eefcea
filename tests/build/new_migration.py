"""`make migration SAYS="Add meetings"`: writes the next migration from what the models tell that the last has not."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from flask_migrate import revision

from peerhub.app import create_app
from peerhub.core.schema import bring_up_to_date, newest
from tests.fixtures.application import settings_for


def write(says: str) -> None:
    """Write it, numbered after the newest."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(f"sqlite:///{folder}/peerhub.db", Path(folder)))
        bring_up_to_date(app)
        with app.app_context():
            revision(message=says, autogenerate=True, rev_id=f"{int(newest()) + 1:04d}")


if __name__ == "__main__":
    write(sys.argv[1])
