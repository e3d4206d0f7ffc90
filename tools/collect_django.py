"""Runs under the Python of one Django release (3.6 and later) and prints, as JSON, its classes and what star imports bring."""

import ctypes
import importlib
import json
import pkgutil
import sys
import warnings

APPS = [
    "admin",
    "auth",
    "contenttypes",
    "flatpages",
    "gis",
    "humanize",
    "messages",
    "postgres",
    "redirects",
    "sessions",
    "sitemaps",
    "sites",
    "staticfiles",
    "syndication",
]
# Modules that people star-import.
STARS = [
    "django.conf.global_settings",
    "django.conf.urls",
    "django.conf.urls.i18n",
    "django.contrib.admin",
    "django.contrib.auth.models",
    "django.contrib.gis.db.models",
    "django.contrib.gis.forms",
    "django.contrib.gis.geos",
    "django.contrib.postgres.fields",
    "django.contrib.postgres.search",
    "django.core.exceptions",
    "django.core.validators",
    "django.db.models",
    "django.db.models.fields",
    "django.db.models.functions",
    "django.forms",
    "django.forms.fields",
    "django.forms.models",
    "django.forms.widgets",
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.test",
    "django.urls",
    "django.utils.encoding",
    "django.utils.timezone",
    "django.utils.translation",
    "django.views.generic",
]


class FakeLibrary:
    """Stands in for GDAL and GEOS, which need not be installed to learn which classes GeoDjango has."""

    def __init__(self, *args, **kwargs):
        self._functions = {}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name):
        def answer(*args):
            return b"3.8.0" if "ersion" in name else 0

        return self._functions.setdefault(name, Function(answer))


class Function:
    """A foreign function's settable attributes and a call."""

    def __init__(self, answer):
        self.answer = answer
        self.argtypes = self.restype = self.errcheck = None

    def __call__(self, *args):
        return self.answer(*args)


def configure():
    """Minimal settings with all of django.contrib installed."""
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="facts",
        # GeoDjango of 1.11 calls GEOS while it is imported; its classes are learnt from the later releases.
        INSTALLED_APPS=[f"django.contrib.{app}" for app in APPS if app != "gis" or django.VERSION >= (2, 0)],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        GDAL_LIBRARY_PATH="gdal",
        GEOS_LIBRARY_PATH="geos",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    ctypes.CDLL = FakeLibrary
    django.setup()


def modules():
    """All modules of Django that can be imported here."""
    import django

    found = []
    for info in pkgutil.walk_packages(django.__path__, "django.", onerror=lambda name: None):
        name = info[1]
        if ".migrations." in name or ".tests" in name or "conf.locale" in name or name.endswith("__main__"):
            continue
        try:
            found.append(importlib.import_module(name))
        except Exception as error:
            sys.stderr.write(f"{name}: {error}\n")
    return found


def is_public(module, name, cls):
    """True if the path is one a person would import the class from."""
    return module.__name__ == cls.__module__ or hasattr(module, "__path__") or name in getattr(module, "__all__", ())


def main():
    """Print {"ancestors": {name: [public names of it and all ancestors]}, "stars": {module: [names]}}."""
    warnings.simplefilter("ignore")
    configure()
    every = modules()
    public, paths = {}, {}
    for module in every:
        for name, value in vars(module).items():
            if issubclass(type(value), type) and value.__module__.startswith("django.") and not name.startswith("__"):
                path = f"{module.__name__}.{name}"
                paths[path] = value
                if is_public(module, name, value):
                    public.setdefault(value, set()).add(path)
    ancestors = {}
    for path, cls in paths.items():
        names = set()
        for base in cls.__mro__:
            names |= public.get(base, set())
            if base.__module__ == "unittest.case" and base.__name__ == "TestCase":
                names |= {"unittest.TestCase", "unittest.case.TestCase"}
        ancestors[path] = sorted(names)
    stars = {}
    for module in every:
        if module.__name__ in STARS:
            stars[module.__name__] = sorted(getattr(module, "__all__", None) or [name for name in vars(module) if not name.startswith("_")])
    json.dump({"ancestors": ancestors, "stars": stars}, sys.stdout)


main()
