from django.contrib import admin

from ledger.audit.models import Event
from ledger.core.admin import BackOfficeAdmin


@admin.register(Event)
class EventAdmin(BackOfficeAdmin):
    list_display = ("happened_at", "actor", "action", "content_type", "object_id")
    list_filter = ("action",)
    date_hierarchy = "happened_at"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return obj is None or request.method in ("GET", "HEAD")

    def has_delete_permission(self, request, obj=None):
        return False
