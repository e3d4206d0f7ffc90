from django.apps import AppConfig
from django.utils.translation import ugettext_lazy as _


class PortfoliosConfig(AppConfig):
    name = "ledger.portfolios"
    verbose_name = _("Portfolios")
