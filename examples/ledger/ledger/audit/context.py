"""Who is acting: set by the middleware, read by the receivers."""
import contextlib
import threading

_state = threading.local()


def current_actor():
    return getattr(_state, "actor", None)


def current_request_id():
    return getattr(_state, "request_id", "")


def set_actor(actor, request_id=""):
    _state.actor = actor
    _state.request_id = request_id


def clear():
    set_actor(None)


@contextlib.contextmanager
def acting(actor, request_id=""):
    """Everything inside is done by ``actor``."""
    before = current_actor(), current_request_id()
    set_actor(actor, request_id)
    try:
        yield
    finally:
        set_actor(*before)
