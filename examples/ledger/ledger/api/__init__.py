default_app_config = "ledger.api.apps.ApiConfig"
