"""The forms of access."""

from __future__ import annotations

from wtforms import EmailField, PasswordField

from peerhub.core.forms import Form, Required

PASSWORD_HINT = "At least 12 characters. Three random words make a good password."  # noqa: S105 - words on a page


class SignInForm(Form):
    """Address and password."""

    email = EmailField(
        "E-mail address", [Required("Enter your e-mail address")], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        "Password", [Required("Enter your password")], render_kw={"autocomplete": "current-password"}
    )


class ButtonForm(Form):
    """Nothing but the anti-forgery token."""
