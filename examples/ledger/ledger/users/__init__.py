default_app_config = "ledger.users.apps.UsersConfig"
