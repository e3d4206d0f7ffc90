from django.utils.translation import ugettext_lazy as _
from rest_framework.permissions import BasePermission


class IsBackOffice(BasePermission):
    message = _("Only for the back office.")

    def has_permission(self, request, view):
        return bool(request.user and request.user.is_staff)
