"""Cache keys that are safe for every backend, and the few values we keep."""
import hashlib

from django.core.cache import cache

from ledger.core.compat import force_text, lru_cache, smart_text, urlquote


def cache_key(*parts):
    """
    A key out of any parts: printable, without spaces, never longer than 200 characters.
    """
    key = ":".join(urlquote(force_text(part), safe="") for part in parts)
    if len(key) > 200:
        digest = hashlib.sha256(key.encode("ascii")).hexdigest()
        key = "%s:%s" % (smart_text(key[:130]), digest)
    return key


def remember(parts, producer, timeout=300):
    """The cached value for ``parts``, or what ``producer`` gives, kept for ``timeout`` seconds."""
    key = cache_key(*parts)
    missing = object()
    value = cache.get(key, missing)
    if value is missing:
        value = producer()
        cache.set(key, value, timeout)
    return value


def forget(*parts):
    cache.delete(cache_key(*parts))


@lru_cache(maxsize=None)
def currency_digits(currency):
    """Decimal places of a currency (ISO 4217)."""
    return {"JPY": 0, "KWD": 3}.get(currency, 2)
