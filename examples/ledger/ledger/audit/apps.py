from django.apps import AppConfig
from django.utils.translation import ugettext_lazy as _


class AuditConfig(AppConfig):
    name = "ledger.audit"
    verbose_name = _("Audit trail")

    def ready(self):
        from ledger.audit import receivers

        receivers.connect()


class SilentAuditConfig(AppConfig):
    """For bulk migrations of old data: the tables without the recording."""

    name = "ledger.audit"
    verbose_name = _("Audit trail (silent)")
