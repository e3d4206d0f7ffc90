import uuid

from django.conf import settings
from django.db import models
from django.utils import encoding
from django.utils.translation import ugettext_lazy as _

from ledger.accounts.models import Account, Transaction
from ledger.core.fields import MoneyField
from ledger.core.models import ReferencedModel, TimeStampedModel
from ledger.portfolios.fields import TagListField


@encoding.python_2_unicode_compatible
class Instrument(TimeStampedModel):
    SHARE, FUND, BOND = "share", "fund", "bond"
    KINDS = [(SHARE, _("share")), (FUND, _("fund")), (BOND, _("bond"))]

    isin = models.CharField("ISIN", max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default=SHARE)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    tags = TagListField(_("tags"), blank=True, default=list)
    sustainable = models.NullBooleanField(_("sustainable"), null=True, help_text=_("Unknown until it is rated."))

    class Meta(TimeStampedModel.Meta):
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["name"]

    def __str__(self):
        return "%s (%s)" % (self.name, self.isin)

    def latest_price(self, until=None):
        """The newest quote up to a moment; raises PriceQuote.DoesNotExist."""
        quotes = self.quotes.all()
        if until is not None:
            quotes = quotes.filter(as_of__lte=until)
        return quotes.latest(field_name="as_of")


@encoding.python_2_unicode_compatible
class PriceQuote(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, related_name="quotes", on_delete=models.CASCADE)
    as_of = models.DateTimeField(_("as of"))
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=4)

    class Meta:
        unique_together = [("instrument", "as_of")]
        ordering = ["-as_of"]

    def __str__(self):
        return "%s %s" % (self.instrument.isin, self.price)


@encoding.python_2_unicode_compatible
class Portfolio(ReferencedModel):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="portfolios", on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    cash_account = models.OneToOneField(Account, related_name="portfolio", on_delete=models.PROTECT)

    class Meta(ReferencedModel.Meta):
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        ordering = ["name"]

    def __str__(self):
        return self.name


class HoldingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(quantity__gt=0)

    def rated(self):
        return self.filter(instrument__sustainable__isnull=0)

    def unrated(self):
        return self.filter(**{"instrument__sustainable__isnull": True})


@encoding.python_2_unicode_compatible
class Holding(TimeStampedModel):
    portfolio = models.ForeignKey(Portfolio, related_name="holdings", on_delete=models.CASCADE)
    instrument = models.ForeignKey(Instrument, related_name="holdings", on_delete=models.PROTECT)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4, default=0)
    cost = MoneyField(_("cost"), default=0, help_text=_("What was paid for the pieces that are left."))

    objects = HoldingQuerySet.as_manager()

    class Meta(TimeStampedModel.Meta):
        unique_together = [("portfolio", "instrument")]
        ordering = ["instrument__name"]

    def __str__(self):
        return "%s × %s" % (self.quantity, self.instrument)


@encoding.python_2_unicode_compatible
class Trade(ReferencedModel):
    BUY, SELL = "buy", "sell"
    DIRECTIONS = [(BUY, _("buy")), (SELL, _("sell"))]

    portfolio = models.ForeignKey(Portfolio, related_name="trades", on_delete=models.PROTECT)
    instrument = models.ForeignKey(Instrument, related_name="+", on_delete=models.PROTECT)
    direction = models.CharField(_("direction"), max_length=4, choices=DIRECTIONS)
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4)
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=4)
    gain = MoneyField(_("realised gain"), null=True, blank=True)
    transaction = models.OneToOneField(Transaction, related_name="trade", on_delete=models.PROTECT)

    class Meta(ReferencedModel.Meta):
        verbose_name = _("trade")
        verbose_name_plural = _("trades")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return "%s %s %s" % (self.get_direction_display(), self.quantity, self.instrument.isin)
