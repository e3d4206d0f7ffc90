"""Templates that are rendered, operations on caches, signals that are sent: how often."""

import functools
import sys
import threading
from typing import Any

from . import state

OPERATIONS = [
    "get",
    "set",
    "add",
    "delete",
    "get_many",
    "set_many",
    "delete_many",
    "touch",
    "incr",
    "decr",
    "has_key",
    "get_or_set",
    "clear",
]
FRAMEWORK = set(["template_rendered", "setting_changed", "connection_created", "request_started", "request_finished", "class_prepared"])
FRAMEWORK |= {"pre_init", "post_init"}
"""Signals that say how Django or its tests work inside, not what the project does: how many instances a form makes, say."""
_inside = threading.local()
_names = {}  # type: Any


def patch_templates(module: Any) -> None:
    """Listen to the signal that templates send in tests."""
    from django.dispatch import Signal  # type: ignore[import-not-found,unused-ignore]

    Signal.connect(module.template_rendered, _rendered, dispatch_uid="django-hop", weak=False)


@state.quietly
def _rendered(sender: Any = None, template: Any = None, **named: Any) -> None:
    if template.name:
        origin = getattr(getattr(template, "origin", None), "name", "") or ""
        state.count("templates" if state.relative(str(origin)) else "foreign_templates", str(template.name))


def patch_cache(module: Any) -> None:
    """Count what is asked of every cache, not what that asks of itself."""
    original = module.BaseCache.__init__

    @functools.wraps(original)
    def made(self: Any, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        _wrap_cache(self)

    module.BaseCache.__init__ = made


@state.quietly
def _wrap_cache(cache: Any) -> None:
    for name in OPERATIONS:
        if callable(getattr(cache, name, None)) and name not in vars(cache):
            setattr(cache, name, _operation(name, getattr(cache, name)))


def _operation(name: str, method: Any) -> Any:
    @functools.wraps(method)
    def counted(*arguments: Any, **named: Any) -> Any:
        if getattr(_inside, "cache", False):
            return method(*arguments, **named)
        state.count("cache", name)
        _inside.cache = True
        try:
            return method(*arguments, **named)
        finally:
            _inside.cache = False

    return counted


def patch_signals(module: Any) -> None:
    """Count the signals that are sent."""
    for name in ("send", "send_robust"):
        _patch_send(module.Signal, name)


def _patch_send(signal: Any, name: str) -> None:
    original = getattr(signal, name)

    @functools.wraps(original)
    def send(self: Any, sender: Any, **named: Any) -> Any:
        if state.now.test:
            _signal(self, sender)
        return original(self, sender, **named)

    setattr(signal, name, send)


@state.quietly
def _signal(signal: Any, sender: Any) -> None:
    if not signal.has_listeners(sender):
        return  # releases of Django differ in whether they send then, and nobody can tell
    if id(signal) not in _names:
        _names[id(signal)] = (_name(signal), signal)
    name = _names[id(signal)][0]
    if name and name not in FRAMEWORK:
        label = getattr(getattr(sender, "_meta", None), "label", "")
        state.count("signals", f"{name} {label}" if label else name)


def _name(signal: Any) -> str:
    """The name under which a module has this signal; Django's own names before those of others."""
    found = []
    for path, module in list(sys.modules.items()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is signal:
                found.append((not path.startswith("django."), path, str(name)))
    return min(found)[2] if found else ""
