"""Responses of the test client, and mails."""

import functools
import json
from typing import Any

from . import state

LONGEST = 2000000
"""Characters of a JSON answer whose shape is still looked at."""


def patch_client(module: Any) -> None:
    """Look at every response that the test client gives, those of redirects too."""
    _patch_request(module.Client)
    if hasattr(module, "AsyncClient"):
        _patch_async(module.AsyncClient)


def _patch_request(client: Any) -> None:
    original = client.request

    @functools.wraps(original)
    def request(self: Any, **environ: Any) -> Any:
        try:
            response = original(self, **environ)
        except BaseException as error:
            _raised(environ, error)
            raise
        _answered(environ, response)
        return response

    client.request = request


def _patch_async(client: Any) -> None:
    original = client.request

    @functools.wraps(original)
    async def request(self: Any, **scope: Any) -> Any:
        try:
            response = await original(self, **scope)
        except BaseException as error:
            _raised(scope, error)
            raise
        _answered(scope, response)
        return response

    client.request = request


def _asked(environ: Any) -> Any:
    return {
        "method": environ.get("REQUEST_METHOD") or environ.get("method") or "GET",
        "path": str(environ.get("PATH_INFO") or environ.get("path") or "/")[:500],
    }


@state.quietly
def _raised(environ: Any, error: BaseException) -> None:
    state.add("responses", dict(_asked(environ), raised=type(error).__name__))


@state.quietly
def _answered(environ: Any, response: Any) -> None:
    seen = dict(_asked(environ), status=response.status_code, view=_view(response))
    seen["headers"] = {name.lower(): str(value)[:500] for name, value in response.items() if name.lower() != "set-cookie"}
    seen["cookies"] = {name: _cookie(one) for name, one in response.cookies.items()}
    if "json" in seen["headers"].get("content-type", "") and not getattr(response, "streaming", False):
        try:
            text = response.content.decode(response.charset or "utf-8")
            seen["json"] = shape(json.loads(text)) if len(text) <= LONGEST else "long"
        except ValueError:
            seen["json"] = "not JSON"
    state.add("responses", seen)


def _view(response: Any) -> str:
    """The name of the view that answered: paths have ids in them. Empty if no view did."""
    try:
        return str(response.resolver_match.view_name or "")
    except Exception:
        return ""


def _cookie(one: Any) -> Any:
    """The attributes of a cookie, without values: those are secrets, or times."""
    named = ("path", "domain", "secure", "httponly", "samesite")
    found = {name: one[name] if isinstance(one[name], str) else True for name in named if one.get(name)}  # SameSite is as new as Python 3.8
    return dict(found, lasting=True) if one["max-age"] or one["expires"] else found


def shape(value: Any, depth: int = 0) -> Any:
    """Keys and types of a JSON value: dicts stay, lists become the shapes of their items, other values the names of their types."""
    if depth > 20:
        return "..."
    if isinstance(value, dict):
        return {str(key): shape(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        kinds = {json.dumps(shape(one, depth + 1), sort_keys=True) for one in value[:1000]}
        return [json.loads(one) for one in sorted(kinds)]
    return "null" if value is None else type(value).__name__


def patch_mail(module: Any) -> None:
    """Look at every mail that is sent."""
    original = module.EmailMessage.send

    @functools.wraps(original)
    def send(self: Any, *arguments: Any, **named: Any) -> Any:
        _sent(self)
        return original(self, *arguments, **named)

    module.EmailMessage.send = send


@state.quietly
def _sent(mail: Any) -> None:
    parts = []
    for part in mail.message().walk():
        parts.append(
            "{}{}{}".format(part.get_content_type(), _set(part.get_content_charset(), "; charset="), _set(part.get_filename(), "; name="))
        )
    seen = {"subject": str(mail.subject)[:300], "from": str(mail.from_email), "parts": parts}
    for name in ("to", "cc", "bcc", "reply_to"):
        seen[name] = [str(one) for one in getattr(mail, name, None) or ()]
    state.add("mails", seen)


def _set(value: Any, start: str) -> str:
    return f"{start}{value}" if value else ""
