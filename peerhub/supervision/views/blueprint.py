"""The blueprint that the pages of supervision hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("supervision", __name__)
