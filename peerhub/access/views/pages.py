"""The blueprint that every page of access hangs on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("access", __name__)
