"""What the names of six stand for on Python 3: tables only."""

from __future__ import annotations

BUILTINS = {
    "text_type": "str",
    "binary_type": "bytes",
    "unichr": "chr",
    "callable": "callable",
    "next": "next",
    "advance_iterator": "next",
    "Iterator": "object",
    "memoryview": "memoryview",
    "exec_": "exec",
    "print_": "print",
}
TYPES = {"string_types": "str", "integer_types": "int", "class_types": "type"}
"""Tuples of one type, there for isinstance()."""
IMPORTED = {"wraps": "functools.wraps", "StringIO": "io.StringIO", "BytesIO": "io.BytesIO"}
ITERATORS = {"iteritems": "items", "iterkeys": "keys", "itervalues": "values", "iterlists": "lists"}
WRAPPERS = {
    "viewitems": ("", ".items()"),
    "viewkeys": ("", ".keys()"),
    "viewvalues": ("", ".values()"),
    "u": ("", ""),
    "get_unbound_function": ("", ""),
    "get_method_function": ("", ".__func__"),
    "get_method_self": ("", ".__self__"),
    "get_function_closure": ("", ".__closure__"),
    "get_function_code": ("", ".__code__"),
    "get_function_defaults": ("", ".__defaults__"),
    "get_function_globals": ("", ".__globals__"),
    "byte2int": ("", "[0]"),
    "iterbytes": ("iter(", ")"),
    "int2byte": ("bytes((", ",))"),
}
"""Functions of one argument: the text before and behind it."""
ASSERTIONS = ("assertCountEqual", "assertRaisesRegex", "assertRegex")
CONSTANTS = {"PY2": False, "PY3": True, "PY34": True}
CONSUMERS = frozenset(
    (
        "all",
        "any",
        "dict",
        "enumerate",
        "extend",
        "filter",
        "frozenset",
        "iter",
        "join",
        "list",
        "map",
        "max",
        "min",
        "set",
        "sorted",
        "sum",
        "tuple",
        "update",
        "zip",
    )
)
"""Functions that only walk over their argument, so that they need no iterator."""
ELSEWHERE = frozenset({"python_2_unicode_compatible", "moves"})
"""What another codemod, or another part of this one, sees to."""

MOVED_BUILTINS = {name: name for name in ("filter", "input", "map", "range", "zip")} | {"xrange": "range"}
MOVED_NAMES = {
    "StringIO": "io.StringIO",
    "cStringIO": "io.StringIO",
    "UserDict": "collections.UserDict",
    "UserList": "collections.UserList",
    "UserString": "collections.UserString",
    "filterfalse": "itertools.filterfalse",
    "getcwd": "os.getcwd",
    "getcwdb": "os.getcwdb",
    "intern": "sys.intern",
    "reduce": "functools.reduce",
    "reload_module": "importlib.reload",
    "shlex_quote": "shlex.quote",
    "zip_longest": "itertools.zip_longest",
}
MOVED_MODULES = {
    "BaseHTTPServer": "http.server",
    "CGIHTTPServer": "http.server",
    "SimpleHTTPServer": "http.server",
    "_thread": "_thread",
    "builtins": "builtins",
    "cPickle": "pickle",
    "configparser": "configparser",
    "copyreg": "copyreg",
    "dbm_gnu": "dbm.gnu",
    "email_mime_base": "email.mime.base",
    "email_mime_multipart": "email.mime.multipart",
    "email_mime_nonmultipart": "email.mime.nonmultipart",
    "email_mime_text": "email.mime.text",
    "html_entities": "html.entities",
    "html_parser": "html.parser",
    "http_client": "http.client",
    "http_cookiejar": "http.cookiejar",
    "http_cookies": "http.cookies",
    "queue": "queue",
    "reprlib": "reprlib",
    "socketserver": "socketserver",
    "urllib_error": "urllib.error",
    "urllib_parse": "urllib.parse",
    "urllib_robotparser": "urllib.robotparser",
    "winreg": "winreg",
    "xmlrpc_client": "xmlrpc.client",
    "xmlrpc_server": "xmlrpc.server",
}
URLLIB = ("error", "parse", "request", "response", "robotparser")
