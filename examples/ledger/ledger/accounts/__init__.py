default_app_config = "ledger.accounts.apps.AccountsConfig"
