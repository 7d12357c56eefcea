"""The forms of signing in, passwords and one's own account."""

from __future__ import annotations

from wtforms import EmailField, PasswordField, StringField

from peerhub.core.fields import VersionedForm, at_most
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


class ForgottenForm(Form):
    """Where to send a link to."""

    email = EmailField(
        "E-mail address", [Required("Enter your e-mail address")], render_kw={"autocomplete": "username"}
    )


class CalledForm(Form):
    """How one is called oneself."""

    name = StringField("Your name", [Required("Enter your name"), at_most(200)], render_kw={"autocomplete": "name"})


class NewPasswordForm(Form):
    """A password to be."""

    new_password = PasswordField(
        "New password",
        [Required("Enter a new password")],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


class JoinForm(CalledForm, NewPasswordForm):
    """Somebody new: how they are called, and their password."""


class AcceptForm(Form):
    """Somebody who has an account: its password."""

    password = PasswordField(
        "Password", [Required("Enter your password")], render_kw={"autocomplete": "current-password"}
    )


class ChangePasswordForm(Form):
    """The password of today and the one to be."""

    present_password = PasswordField(
        "Present password", [Required("Enter your present password")], render_kw={"autocomplete": "current-password"}
    )
    new_password = PasswordField(
        "New password",
        [Required("Enter a new password")],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


class NameForm(VersionedForm):
    """How somebody is called."""

    name = StringField("Name", [Required("Enter the name"), at_most(200)], render_kw={"autocomplete": "off"})
