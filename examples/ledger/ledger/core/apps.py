from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ledger.core"
    label = "ledger_core"
