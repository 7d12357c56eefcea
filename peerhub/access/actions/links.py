"""Single-use links. The token leaves in one message and is kept nowhere; a digest of it is."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, CursorResult, update

from peerhub.access.models import Invitation, LinkPurpose, SingleUseLink, User
from peerhub.core.database import db
from peerhub.core.time import utc_now


def digest_of(token: str) -> str:
    """What is kept of a token. Tokens are long and random, so that a plain digest cannot be turned back."""
    return sha256(token.encode()).hexdigest()


def path_of(token: str) -> str:
    """Where a link leads on this site."""
    return f"/link/{token}"


def for_user(user: User, purpose: LinkPurpose, lasts: timedelta) -> str:
    """A token that sets the password of an account; older links of the account end."""
    end_of_user(user)
    return _make(purpose, utc_now() + lasts, user=user)


def for_invitation(invitation: Invitation, purpose: LinkPurpose) -> str:
    """A token that lets somebody accept an invitation until it expires; older links of the invitation end."""
    end_of_invitation(invitation)
    return _make(purpose, invitation.expires_at, invitation=invitation)


def for_nobody() -> None:
    """The work of making a link, for an address without an account: what is written down never worked."""
    _end(SingleUseLink.user_id.is_(None) & SingleUseLink.invitation_id.is_(None))
    _make(LinkPurpose.RESET, utc_now(), used_at=utc_now())


def end_of_user(user: User) -> None:
    """No unused link of this account works any more."""
    _end(SingleUseLink.user_id == user.id)


def end_of_invitation(invitation: Invitation) -> None:
    """No unused link of this invitation works any more."""
    _end(SingleUseLink.invitation_id == invitation.id)


def use(link: SingleUseLink) -> bool:
    """Use a link up. False when it was used, ended or ran out meanwhile: of two at once only one gets through."""
    return _mark_used(SingleUseLink.id == link.id, SingleUseLink.expires_at > utc_now()) == 1


def _make(
    purpose: LinkPurpose,
    expires_at: datetime,
    *,
    user: User | None = None,
    invitation: Invitation | None = None,
    used_at: datetime | None = None,
) -> str:
    token = secrets.token_urlsafe(32)
    db.session.add(
        SingleUseLink(
            digest=digest_of(token), purpose=purpose, expires_at=expires_at, used_at=used_at, user=user,
            invitation=invitation,
        )
    )  # fmt: skip
    return token


def _end(whose: ColumnElement[bool]) -> None:
    _mark_used(whose)


def _mark_used(*which: ColumnElement[bool]) -> int:
    marked = db.session.execute(
        update(SingleUseLink)
        .where(*which, SingleUseLink.used_at.is_(None))
        .values(used_at=utc_now())
        .execution_options(synchronize_session=False)
    )
    return marked.rowcount if isinstance(marked, CursorResult) else 0
