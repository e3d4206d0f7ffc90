from django.contrib import admin, messages
from django.utils.translation import ugettext_lazy as _, ungettext

from ledger.accounts.models import Account, Entry, Transaction
from ledger.accounts.services import BookingError, close_account, reverse_transaction
from ledger.core.admin import BackOfficeAdmin, ReadOnlyInline, flag_icon


class EntryInline(ReadOnlyInline):
    model = Entry
    fk_name = "transaction"


class OwnAccountInline(admin.StackedInline):
    """On the page of a user; only managers may open accounts from there."""

    model = Account
    extra = 0
    fields = ("number", "name", "currency")

    def has_add_permission(self, request):
        return request.user.is_superuser and super().has_add_permission(request)


@admin.register(Account)
class AccountAdmin(BackOfficeAdmin):
    list_display = ("number", "name", "owner", "kind", "currency", "overdraft")
    list_filter = ("kind", "currency", "overdraft_allowed")
    search_fields = ("number", "name", "owner__email")
    raw_id_fields = ("owner",)
    actions = ["close"]

    def overdraft(self, obj):
        return flag_icon(obj.overdraft_allowed)

    overdraft.short_description = _("overdraft")

    def close(self, request, queryset):
        selected = request.POST.getlist(admin.ACTION_CHECKBOX_NAME)
        closed = 0
        for account in queryset.open():
            try:
                close_account(account)
                closed += 1
            except BookingError as error:
                self.message_user(request, "%s: %s" % (account.number, error), messages.WARNING)
        text = ungettext("%(closed)d of %(count)d account closed.", "%(closed)d of %(count)d accounts closed.", closed)
        self.message_user(request, text % {"closed": closed, "count": len(selected)})

    close.short_description = _("Close the selected accounts")


@admin.register(Transaction)
class TransactionAdmin(BackOfficeAdmin):
    list_display = ("reference", "description", "occurred_on", "posted_by")
    date_hierarchy = "occurred_on"
    search_fields = ("reference", "description")
    inlines = [EntryInline]
    actions = ["reverse"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return obj is None or request.method in ("GET", "HEAD")

    def has_delete_permission(self, request, obj=None):
        return False

    def reverse(self, request, queryset):
        for transaction in queryset:
            try:
                reverse_transaction(transaction, user=request.user)
            except BookingError as error:
                self.message_user(request, str(error), messages.ERROR)

    reverse.short_description = _("Reverse the selected transactions")
