from django.db import models
from django.utils import timezone
from django.utils.encoding import python_2_unicode_compatible
from django.utils.six import text_type
from django.utils.translation import ugettext_lazy as _

from ledger.accounts.models import Account, Transaction
from ledger.core.fields import JSONTextField, MoneyField
from ledger.core.models import TimeStampedModel
from ledger.core.references import new_secret
from ledger.users.validators import validate_contact_email


class ConnectionQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True, account__closed_at__isnull=True)


@python_2_unicode_compatible
class BankConnection(TimeStampedModel):
    """An account at another bank, mirrored by one of ours."""

    CSVDROP, NORTHBANK = "csvdrop", "northbank"
    PROVIDERS = [(CSVDROP, _("Files (SFTP)")), (NORTHBANK, "Northbank")]

    provider = models.CharField(_("provider"), max_length=20, choices=PROVIDERS)
    account = models.ForeignKey(Account, related_name="connections", on_delete=models.PROTECT)
    iban = models.CharField("IBAN", max_length=34)
    secret = models.CharField(_("secret"), max_length=64, default=new_secret, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    contact = models.CharField(
        _("contact at the bank"), max_length=120, blank=True, validators=[validate_contact_email]
    )
    notify = models.NullBooleanField(_("mail on import"), default=None)
    options = JSONTextField(_("options"), default=dict, blank=True)
    last_import_at = models.DateTimeField(_("last import"), null=True, blank=True, editable=False)

    objects = ConnectionQuerySet.as_manager()

    class Meta(TimeStampedModel.Meta):
        verbose_name = _("bank connection")
        verbose_name_plural = _("bank connections")
        unique_together = [("provider", "iban")]

    def __str__(self):
        return "%s %s" % (self.get_provider_display(), text_type(self.iban))


@python_2_unicode_compatible
class Statement(TimeStampedModel):
    connection = models.ForeignKey(BankConnection, related_name="statements", on_delete=models.PROTECT)
    source = models.CharField(_("source"), max_length=200)
    checksum = models.CharField(_("checksum"), max_length=64)
    problems = JSONTextField(_("problems"), default=list, blank=True)

    class Meta(TimeStampedModel.Meta):
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        unique_together = [("connection", "checksum")]

    def __str__(self):
        return self.source


class StatementLineQuerySet(models.QuerySet):
    def unmatched(self):
        return self.filter(transaction__isnull=1)

    def matched(self):
        return self.filter(transaction__isnull=0)


@python_2_unicode_compatible
class StatementLine(models.Model):
    statement = models.ForeignKey(Statement, related_name="lines", on_delete=models.CASCADE)
    external_id = models.CharField(_("id at the bank"), max_length=80)
    booked_at = models.DateTimeField(_("booked"))
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    counterparty = models.CharField(_("counterparty"), max_length=140, blank=True)
    purpose = models.CharField(_("purpose"), max_length=280, blank=True)
    transaction = models.OneToOneField(
        Transaction, related_name="statement_line", null=True, blank=True, on_delete=models.PROTECT
    )

    objects = StatementLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement line")
        verbose_name_plural = _("statement lines")
        unique_together = [("statement", "external_id")]
        ordering = ["booked_at", "pk"]
        get_latest_by = "booked_at"

    def __str__(self):
        return "%s %s %s" % (self.external_id, self.amount, self.currency)


@python_2_unicode_compatible
class WebhookDelivery(models.Model):
    """What a bank sent us, kept as it came, before anything is done with it."""

    event_id = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    payload = JSONTextField()
    received_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-received_at"]

    def __str__(self):
        return "%s %s" % (self.kind, self.event_id)
