"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from peerhub.core.marks import public, signed_in

blueprint = Blueprint("access", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("people sign in here")
def sign_in() -> ResponseReturnValue:
    """Sign in."""
    return "stub"


@blueprint.post("/sign-in-again")
@public("people whose session ended sign in again here without losing what they typed")
def sign_in_again() -> ResponseReturnValue:
    """Sign in again."""
    return "stub", 401


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    return "stub"


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """One's own account."""
    return "stub"
