"""The project's settings with databases of ours: the module DJANGO_HOP_SETTINGS, and DATABASES from DJANGO_HOP_DATABASE (JSON)."""

import importlib
import json
import os

_real = importlib.import_module(os.environ["DJANGO_HOP_SETTINGS"])
globals().update({_name: getattr(_real, _name) for _name in dir(_real) if _name.isupper()})

_given = os.environ.get("DJANGO_HOP_DATABASE")
if _given:
    _given = json.loads(_given)
    _databases = {}
    for _alias in sorted(set(getattr(_real, "DATABASES", {})) | {"default"}):
        _one = dict(_given)
        if _alias != "default":
            _one["NAME"] = f"{_one['NAME']}_{_alias}"
        _old = getattr(_real, "DATABASES", {}).get(_alias) or {}
        for _key in ("ATOMIC_REQUESTS", "AUTOCOMMIT", "TEST"):
            if _key in _old:
                _one[_key] = _old[_key]
        if "sqlite" not in _one["ENGINE"]:
            # A name of ours: a developer's own test database on the same server stays.
            _one["TEST"] = {**_one.get("TEST", {}), "NAME": f"django_hop_verify_{_one['NAME']}"}
        _databases[_alias] = _one
    DATABASES = _databases
