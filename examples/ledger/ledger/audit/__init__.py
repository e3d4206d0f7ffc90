default_app_config = "ledger.audit.apps.AuditConfig"
