"""The header every page has: whose service this is, where one can go, who is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup

from peerhub.core.feature import NavigationItem


def header_parameters(
    items: Iterable[NavigationItem],
    *,
    name: str,
    icon: str | None,
    account: str | None,
    organisation: str | None,
    changes_over: bool = False,
) -> dict[str, Any]:
    """The NHS.UK header's parameters.

    Args:
        icon: the address of our own icon, or None to show the NHS logo, which belongs to NHS bodies.
        account: the name of whoever is signed in, or None.
        organisation: shown beside the service's name.
        changes_over: whether whoever is signed in can change over to another organisation.
    """
    shown = f"{name}, {organisation}" if organisation else name
    given: dict[str, Any] = {"service": {"text": shown, "href": "/"}, "logo": _logo(shown, icon)}
    if account is None:
        return given
    given["account"] = {
        "items": [
            {"text": account, "href": url_for("access.account"), "icon": True},
            *([{"text": "Change organisation", "href": url_for("access.choose_organisation")}] if changes_over else []),
            {"html": Markup(render_template("components/sign_out.html"))},  # noqa: S704 - our own template, already escaped
        ]
    }
    links = [(item.text, url_for(item.endpoint)) for item in items]
    here = _nearest([href for _, href in links], request.path)
    given["navigation"] = {"items": [{"text": text, "href": href, "active": href == here} for text, href in links]}
    return given


def _logo(shown: str, icon: str | None) -> dict[str, str]:
    return {"src": icon, "alt": "", "ariaLabel": f"{shown}, Today"} if icon else {}


def _nearest(addresses: list[str], path: str) -> str | None:
    """The menu's address that a page stands under: the longest one that its own begins with.

    >>> _nearest(["/", "/people", "/teams"], "/teams/4/edit"), _nearest(["/", "/people"], "/peoples")
    ('/teams', None)
    """
    under = [href for href in addresses if path == href or (path.startswith(f"{href.rstrip('/')}/") and href != "/")]
    return max(under, key=len, default=None)
