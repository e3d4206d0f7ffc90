default_app_config = "ledger.core.apps.CoreConfig"
