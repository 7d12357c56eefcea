"""The header every page has: whose service this is, where one can go, who is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup

from peerhub.core.feature import NavigationItem


def header_parameters(
    items: Iterable[NavigationItem], *, name: str, icon: str | None, account: str | None, organisation: str | None
) -> dict[str, Any]:
    """The NHS.UK header's parameters.

    Args:
        icon: the address of our own icon, or None to show the NHS logo, which belongs to NHS bodies.
        account: the name of whoever is signed in, or None.
        organisation: shown beside the service's name.
    """
    shown = f"{name}, {organisation}" if organisation else name
    given: dict[str, Any] = {"service": {"text": shown, "href": "/"}, "logo": _logo(shown, icon)}
    if account is None:
        return given
    given["account"] = {
        "items": [
            {"text": account, "href": url_for("access.account"), "icon": True},
            {"html": Markup(render_template("components/sign_out.html"))},  # noqa: S704 - our own template, already escaped
        ]
    }
    here = request.endpoint or ""
    given["navigation"] = {
        "items": [
            {"text": item.text, "href": url_for(item.endpoint), "active": _is_here(item.endpoint, here)}
            for item in items
        ]
    }
    return given


def _logo(shown: str, icon: str | None) -> dict[str, str]:
    return {"src": icon, "alt": "", "ariaLabel": f"{shown}, Today"} if icon else {}


def _is_here(endpoint: str, here: str) -> bool:
    return endpoint == here or (endpoint.rpartition(".")[0] == here.rpartition(".")[0] and endpoint.endswith(".index"))
