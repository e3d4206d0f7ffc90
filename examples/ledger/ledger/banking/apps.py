from django.apps import AppConfig
from django.utils.translation import ugettext_lazy as _


class BankingConfig(AppConfig):
    name = "ledger.banking"
    verbose_name = _("Banks")

    def ready(self):
        # Registers the providers.
        from ledger.banking.providers import csvdrop, northbank  # noqa: F401
