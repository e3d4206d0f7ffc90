# Custody and trading.
default_app_config = 'ledger.portfolios.apps.PortfoliosConfig'
