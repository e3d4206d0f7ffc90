"""Base classes of our admin pages."""
from django.contrib import admin
from django.contrib.admin.templatetags.admin_static import static
from django.utils.html import format_html


class BackOfficeAdmin(admin.ModelAdmin):
    """Newest first, and with our styles."""

    list_per_page = 50
    save_on_top = True

    class Media:
        css = {"all": ("css/admin.css",)}


class ReadOnlyInline(admin.TabularInline):
    """Rows that are shown but never changed: what is booked is booked."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.opts.local_fields if not field.primary_key]


def flag_icon(value):
    """An icon for yes, no and not decided."""
    name = {True: "yes", False: "no", None: "unknown"}[value]
    return format_html('<img src="{}" alt="{}">', static("admin/img/icon-%s.svg" % name), value)
