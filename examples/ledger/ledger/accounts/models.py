"""
Double-entry accounts.

A transaction has entries on two or more accounts; per currency its debits equal its credits. Entries are
never changed or deleted, mistakes are corrected by a reversing transaction.
"""
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.encoding import python_2_unicode_compatible
from django.utils.translation import (
    pgettext_lazy,
    ugettext,
    ugettext_lazy as _,  # the usual alias
)

from ledger.core.fields import JSONTextField, MoneyField, MoneySum
from ledger.core.models import ReferencedModel, TimeStampedModel
from ledger.core.money import CENT
from ledger.core.references import new_account_number


class AccountQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=1)

    def closed(self):
        return self.exclude(closed_at__isnull=1)

    def of(self, user):
        return self.filter(owner=user)

    def internal(self):
        """Our own accounts: clearing, fees."""
        return self.filter(owner__isnull=True)

    def with_sides(self):
        """Each account with the sums of its two sides, as ``debits`` and ``credits``."""
        debits = MoneySum("entries__amount", filter=Q(entries__side=Entry.DEBIT))
        credits = MoneySum("entries__amount", filter=Q(entries__side=Entry.CREDIT))
        return self.annotate(debits=debits, credits=credits)


@python_2_unicode_compatible
class Account(TimeStampedModel):
    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"
    KINDS = [
        (ASSET, pgettext_lazy("bookkeeping", "Asset")),
        (LIABILITY, pgettext_lazy("bookkeeping", "Liability")),
        (INCOME, pgettext_lazy("bookkeeping", "Income")),
        (EXPENSE, pgettext_lazy("bookkeeping", "Expense")),
    ]

    number = models.CharField(_("number"), max_length=34, unique=True, default=new_account_number)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="accounts", null=True, blank=True, on_delete=models.PROTECT
    )
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default=LIABILITY)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    overdraft_allowed = models.NullBooleanField(
        verbose_name=_("overdraft allowed"),
        default=None,
        help_text=_("Unknown: the risk department has not decided yet, which means no."),
    )
    overdraft_limit = MoneyField(_("overdraft limit"), default=0)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    last_activity_at = models.DateTimeField(_("last activity"), null=True, blank=True, editable=False)
    metadata = JSONTextField(_("metadata"), default=dict, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta(TimeStampedModel.Meta):
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["number"]
        index_together = [("owner", "currency")]

    def __str__(self):
        return "%s %s" % (self.number, self.name)

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("accounts:detail", kwargs={"number": self.number})

    def clean(self):
        if self.currency not in settings.LEDGER_CURRENCIES:
            raise ValidationError({"currency": ugettext("We do not keep accounts in %s.") % self.currency})

    @property
    def is_open(self):
        return self.closed_at is None

    @property
    def debit_is_positive(self):
        return self.kind in (self.ASSET, self.EXPENSE)

    @property
    def floor(self):
        """The lowest balance a booking may leave behind."""
        return -self.overdraft_limit if self.overdraft_allowed else 0


@python_2_unicode_compatible
class Transaction(ReferencedModel):
    description = models.CharField(_("description"), max_length=140)
    occurred_on = models.DateField(_("value date"), default=timezone.localdate)
    posted_at = models.DateTimeField(_("posted"), default=timezone.now, db_index=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", null=True, blank=True, on_delete=models.SET_NULL
    )
    reverses = models.OneToOneField(
        "self", related_name="reversed_by", null=True, blank=True, on_delete=models.PROTECT
    )
    idempotency_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    class Meta(ReferencedModel.Meta):
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")
        ordering = ["-posted_at", "-pk"]
        get_latest_by = "posted_at"

    def __str__(self):
        return "%s %s" % (self.reference, self.description)

    @property
    def is_reversed(self):
        return Transaction.objects.filter(reverses=self).exists()


class EntryQuerySet(models.QuerySet):
    def until(self, day):
        return self.filter(transaction__occurred_on__lte=day)

    def between(self, start, end):
        return self.filter(transaction__occurred_on__range=(start, end))

    def signed(self):
        """Each entry with ``signed_amount``: debits positive, credits negative."""
        return self.annotate(
            signed_amount=Case(
                When(side=Entry.DEBIT, then=F("amount")),
                default=-F("amount"),
                output_field=models.DecimalField(max_digits=18, decimal_places=2),
            )
        )

    def chronological(self):
        return self.order_by("transaction__occurred_on", "pk")


@python_2_unicode_compatible
class Entry(models.Model):
    DEBIT = "D"
    CREDIT = "C"
    SIDES = [(DEBIT, _("debit")), (CREDIT, _("credit"))]

    transaction = models.ForeignKey(Transaction, related_name="entries", on_delete=models.PROTECT)
    account = models.ForeignKey(Account, related_name="entries", on_delete=models.PROTECT)
    side = models.CharField(_("side"), max_length=1, choices=SIDES)
    amount = MoneyField(_("amount"), validators=[MinValueValidator(CENT)])

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]

    def __str__(self):
        return "%s %s %s" % (self.get_side_display(), self.amount, self.account.number)

    @property
    def change(self):
        """What this entry did to the balance of its account."""
        positive = (self.side == self.DEBIT) == self.account.debit_is_positive
        return self.amount if positive else -self.amount
