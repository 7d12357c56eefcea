"""The routes of access."""

from __future__ import annotations

from tests.routes.route import Route

ROUTES = {
    "access.sign_in": Route(),
    "access.sign_in_again": Route(),
    "access.sign_out": Route(),
    "access.account": Route(),
    "access.sign_out_everywhere": Route(),
    "access.forgot_password": Route(),
}
