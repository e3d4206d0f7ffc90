from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import ugettext_lazy as _

from ledger.banking.models import BankConnection, Statement, StatementLine, WebhookDelivery
from ledger.banking.tasks import process_webhook
from ledger.core.admin import BackOfficeAdmin, ReadOnlyInline, flag_icon


class StatementLineInline(ReadOnlyInline):
    model = StatementLine

    def has_add_permission(self, request):
        # Corrections are typed by the head of the department.
        return request.user.has_perm("banking.correct_statement") or super().has_add_permission(request)


@admin.register(BankConnection)
class BankConnectionAdmin(BackOfficeAdmin):
    list_display = ("provider", "iban", "account", "is_active", "notifies")
    list_filter = ("provider", "is_active", "notify")
    raw_id_fields = ("account",)

    def notifies(self, obj):
        return flag_icon(obj.notify)

    notifies.short_description = _("mail on import")


@admin.register(Statement)
class StatementAdmin(BackOfficeAdmin):
    list_display = ("source", "connection", "created_at")
    readonly_fields = ("problem_list",)
    exclude = ("problems",)
    inlines = [StatementLineInline]

    def problem_list(self, obj):
        return format_html_join("", "<p>{}</p>", ((problem,) for problem in obj.problems or ()))

    problem_list.short_description = _("problems")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(BackOfficeAdmin):
    list_display = ("event_id", "kind", "received_at", "processed_at")
    actions = ["process_again"]

    def process_again(self, request, queryset):
        for delivery in queryset.filter(processed_at__isnull=1):
            process_webhook.delay(delivery.pk)

    process_again.short_description = _("Process the selected deliveries again")
