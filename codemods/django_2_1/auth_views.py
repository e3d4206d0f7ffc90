"""Authentication: the function views became classes."""

from __future__ import annotations

import ast

from django_hop.model import REVIEW, Codemod
from django_hop.ops.nodes import is_value, text
from django_hop.ops.views import ViewClass, as_it_is
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MODULE = "django.contrib.auth.views"
MESSAGE = "the function view is gone; its class takes its place"
_TEMPLATE = {"template_name": "template_name", "extra_context": "extra_context"}
_FIELD = {"redirect_field_name": "redirect_field_name"}


def target(site: Site, value: ast.expr) -> str:
    """The text of a redirect target: the functions took the name of a pattern, too, the classes only an address. Raises Refused."""
    literal = text(value)
    if literal is not None and ("/" in literal or "." in literal):
        return as_it_is(site, value)
    if is_value(value, None):
        raise Refused("leave out the redirect that is None")
    if literal is not None:
        spoken = site.imports.need("django.urls.reverse_lazy", value)
        if spoken is None:
            raise Refused("the name `reverse_lazy` is taken in this file")
        return f"{spoken}({as_it_is(site, value)})"
    name = site.qualified(value.func) if isinstance(value, ast.Call) else None
    if name is not None and name.rpartition(".")[2] in ("reverse_lazy", "reverse"):
        return as_it_is(site, value)
    raise Refused("is the redirect an address, or the name of a pattern, which needs reverse_lazy()?")


def _view(old: str, new: str, **arguments: str) -> ViewClass:
    return ViewClass(
        f"{MODULE}.{old}",
        f"{MODULE}.{new}",
        MESSAGE,
        {**_TEMPLATE, **arguments},
        {"success_url": target},
        ("uidb64", "token"),
    )


CODEMODS = [
    Codemod(
        "auth-login-views",
        "LoginView and LogoutView take the place of login() and logout()",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-auth-login-logout-views",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(
            _view(
                "login",
                "LoginView",
                **_FIELD,
                authentication_form="authentication_form",
                redirect_authenticated_user="redirect_authenticated_user",
            ),
            _view("logout", "LogoutView", **_FIELD, next_page="next_page"),
        ),
    ),
    Codemod(
        "auth-password-views",
        "classes take the place of the views that change and reset passwords",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-auth-password-views",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(
            _view("password_change", "PasswordChangeView", post_change_redirect="success_url", password_change_form="form_class"),
            _view("password_change_done", "PasswordChangeDoneView"),
            _view(
                "password_reset",
                "PasswordResetView",
                email_template_name="email_template_name",
                subject_template_name="subject_template_name",
                password_reset_form="form_class",
                token_generator="token_generator",
                post_reset_redirect="success_url",
                from_email="from_email",
                html_email_template_name="html_email_template_name",
                extra_email_context="extra_email_context",
            ),
            _view("password_reset_done", "PasswordResetDoneView"),
            _view(
                "password_reset_confirm",
                "PasswordResetConfirmView",
                token_generator="token_generator",
                set_password_form="form_class",
                post_reset_redirect="success_url",
            ),
            _view("password_reset_complete", "PasswordResetCompleteView"),
        ),
    ),
]
