"""The routes of access."""

from __future__ import annotations

from tests.fixtures.people import World
from tests.routes.route import Route, about

A_USER = about("user_id", "hana", "stig")
NO_SUCH = Route(found=frozenset({404}))


def of_hana(world: World) -> dict[str, object]:
    return {"user_id": world.hana, "grant_id": world.hana_role}


def of_stig(world: World) -> dict[str, object]:
    return {"user_id": world.stig, "grant_id": world.stig_role}


ROUTES = {
    "access.sign_in": Route(),
    "access.sign_in_again": Route(),
    "access.sign_out": Route(),
    "access.account": Route(),
    "access.own_name": Route(),
    "access.change_password": Route(),
    "access.choose_organisation": NO_SUCH,
    "access.sign_out_everywhere": Route(),
    "access.forgot_password": Route(),
    "access.link_asked": Route(),
    "access.use_link": Route(lambda _: {"token": "nothing"}),
    "access.behind_link": Route(found=frozenset({410})),
    "access.users": Route(),
    "access.user": A_USER,
    "access.user_name": A_USER,
    "access.sign_user_out": A_USER,
    "access.close_user": A_USER,
    "access.open_user": A_USER,
    "access.unlock_user": A_USER,
    "access.reset_user": A_USER,
    "access.give_role": A_USER,
    "access.end_role": Route(of_hana, of_stig),
    "access.take_role_back": Route(of_hana, of_stig),
    "access.invitations": Route(),
    "access.invite": Route(),
    "access.invitation": about("invitation_id", "invitation", "stranger_invitation"),
    "access.send_invitation_again": about("invitation_id", "invitation", "stranger_invitation"),
    "access.cancel_invitation": about("invitation_id", "invitation", "stranger_invitation"),
    "access.settings": Route(),
    "access.organisations": Route(),
    "access.organisation": Route(lambda world: {"organisation_id": world.trust}),
    "access.audit_log": Route(),
    "access.outbox": Route(),
    "access.jobs": Route(),
    "access.message": about("message_id", "message", "stranger_message"),
    "access.send_message": about("message_id", "message", "stranger_message"),
}
