"""Helpers around requests and responses."""
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import is_safe_url, urlquote


def next_url(request, default):
    """Where to go after a form: the ``next`` of the request if it stays on this site, else ``default``."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if is_safe_url(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url(default)


def redirect_next(request, default):
    return HttpResponseRedirect(next_url(request, default))


def attachment(content, filename, content_type="application/octet-stream"):
    """A download whose name survives umlauts (RFC 5987)."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = "attachment; filename*=UTF-8''%s" % urlquote(filename, safe="")
    return response
