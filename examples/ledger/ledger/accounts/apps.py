from django.apps import AppConfig
from django.utils.translation import ugettext_lazy as _


class AccountsConfig(AppConfig):
    name = "ledger.accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from ledger.accounts import receivers  # noqa: F401
