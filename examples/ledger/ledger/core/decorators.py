from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest
from django.utils.decorators import available_attrs
from django.utils.translation import ugettext as _


def ajax_required(view):
    """Refuse everything but XMLHttpRequests."""

    @wraps(view, assigned=available_attrs(view))
    def inner(request, *args, **kwargs):
        if not request.is_ajax():
            return HttpResponseBadRequest(_("This address is for scripts only."))
        return view(request, *args, **kwargs)

    return inner


def back_office_required(view):
    """Only for staff; customers get a 403, not a login form."""

    @wraps(view, assigned=available_attrs(view))
    def inner(request, *args, **kwargs):
        if not request.user.is_authenticated or not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner
