default_app_config = "ledger.banking.apps.BankingConfig"
