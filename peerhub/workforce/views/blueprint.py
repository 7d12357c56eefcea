"""The one blueprint of workforce."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("workforce", __name__)
