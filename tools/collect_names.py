"""Runs under the Python of one Django release (3.6 and later) and prints, as JSON, the names that each of its modules has at its top.

Names are read from the sources and, where a module can be imported, from the module: a name counts if either has it.
"""

import ast
import importlib
import json
import os
import warnings

import django
from django.conf import settings

APPS = ["admin", "auth", "contenttypes", "flatpages", "humanize", "messages", "redirects", "sessions", "sitemaps", "sites", "staticfiles"]
TEMPLATES = ("app_template", "project_template")


def modules(root):
    """(dotted name, path) of every module of Django."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(one for one in folders if one not in TEMPLATES and one.isidentifier())
        for name in sorted(names):
            if name.endswith(".py") and name[:-3].isidentifier():
                path = os.path.join(folder, name)
                dotted = "django." + os.path.relpath(path, root)[:-3].replace(os.sep, ".")
                yield dotted[: -len(".__init__")] if name == "__init__.py" else dotted, path


def bound(statements):
    """(names bound, modules star-imported) by statements at the top of a module, whatever branch they stand in."""
    names, stars = set(), []
    for node in statements:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if alias.name == "*":
                    stars.append((node.module or "", node.level))
                else:
                    names.add((alias.asname or alias.name).partition(".")[0])
        elif isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            for handler in getattr(node, "handlers", []):
                inner += handler.body
            more, further = bound(inner)
            names |= more
            stars += further
            targets = [node.target] if isinstance(node, ast.For) else [one.optional_vars for one in getattr(node, "items", [])]
            names |= {one.id for target in targets if target for one in ast.walk(target) if isinstance(one, ast.Name)}
        else:
            names |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return names, stars


def absolute(module, level, name, is_package):
    """The module that `from ...module import *` in the module `name` means."""
    if not level:
        return module
    parts = name.split(".")
    parts = parts[: len(parts) - level + (1 if is_package else 0)]
    return ".".join([*parts, module] if module else parts)


def imported(name):
    """What a module has once it is imported; nothing if it cannot be."""
    try:
        return {one for one in dir(importlib.import_module(name)) if not one.startswith("__")}
    except BaseException:  # libraries that are missing, settings that are not made, sys.exit()
        return set()


def main():
    """Print {module: [name, ...]}."""
    warnings.simplefilter("ignore")
    settings.configure(
        INSTALLED_APPS=["django.contrib." + one for one in APPS],
        SECRET_KEY="x",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    )
    django.setup()
    root = os.path.dirname(django.__file__)
    found, stars = {}, {}
    for name, path in modules(root):
        with open(path, encoding="utf-8") as file:
            names, starred = bound(ast.parse(file.read()).body)
        found[name] = names | imported(name)
        stars[name] = [absolute(module, level, name, path.endswith("__init__.py")) for module, level in starred]
    for name in found:  # a package has its modules as attributes, once somebody has imported them
        parent, _, last = name.rpartition(".")
        if parent in found:
            found[parent].add(last)
    for _ in range(4):  # stars of stars
        for name, others in stars.items():
            for other in others:
                found[name] |= {one for one in found.get(other, ()) if not one.startswith("_")}
    print(json.dumps({name: sorted(one for one in names if not one.startswith("__")) for name, names in sorted(found.items())}))


if __name__ == "__main__":
    main()
