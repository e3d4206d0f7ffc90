from django.contrib import admin
from django.utils.translation import ugettext_lazy as _

from ledger.core.admin import BackOfficeAdmin, ReadOnlyInline, flag_icon
from ledger.portfolios.models import Holding, Instrument, Portfolio, PriceQuote, Trade


class PriceQuoteInline(admin.TabularInline):
    """The last prices; new ones come from the feed, in a pinch a superuser may type one."""

    model = PriceQuote
    extra = 1
    max_num = 20

    def has_add_permission(self, request):
        if not request.user.is_superuser:
            return False
        return super(PriceQuoteInline, self).has_add_permission(request)


class HoldingInline(ReadOnlyInline):
    model = Holding


@admin.register(Instrument)
class InstrumentAdmin(BackOfficeAdmin):
    list_display = ("isin", "name", "kind", "currency", "rated")
    list_filter = ("kind", "currency", "sustainable")
    search_fields = ("isin", "name")
    inlines = [PriceQuoteInline]

    def rated(self, obj):
        return flag_icon(obj.sustainable)

    rated.short_description = _("sustainable")


@admin.register(Portfolio)
class PortfolioAdmin(BackOfficeAdmin):
    list_display = ("reference", "name", "owner")
    raw_id_fields = ("owner", "cash_account")
    inlines = [HoldingInline]


@admin.register(Trade)
class TradeAdmin(BackOfficeAdmin):
    list_display = ("reference", "portfolio", "instrument", "direction", "quantity", "price", "gain")
    list_filter = ("direction",)

    def has_add_permission(self, request):
        return False
