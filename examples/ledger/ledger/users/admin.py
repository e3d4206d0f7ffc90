from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import ugettext_lazy as _

from ledger.core.admin import BackOfficeAdmin, ReadOnlyInline, flag_icon
from ledger.users.forms import CustomerChangeForm, CustomerCreationForm
from ledger.users.models import OneTimeCode, User


class OneTimeCodeInline(ReadOnlyInline):
    model = OneTimeCode
    exclude = ("code",)

    def get_readonly_fields(self, request, obj=None):
        return ("purpose", "used_at")


@admin.register(User)
class CustomerAdmin(BackOfficeAdmin, UserAdmin):
    form = CustomerChangeForm
    add_form = CustomerCreationForm
    list_display = ("email", "first_name", "last_name", "marketing", "is_staff")
    list_filter = ("is_staff", "is_active", "marketing_opt_in", "language")
    search_fields = ("email", "first_name", "last_name", "phone")
    ordering = ("email",)
    inlines = [OneTimeCodeInline]
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "email", "language", "password1", "password2")}),
    )
    fieldsets = UserAdmin.fieldsets + (
        (_("Customer"), {"fields": ("phone", "language", "time_zone", "marketing_opt_in")}),
    )

    def marketing(self, obj):
        return flag_icon(obj.marketing_opt_in)

    marketing.short_description = _("marketing mail")
    marketing.admin_order_field = "marketing_opt_in"
