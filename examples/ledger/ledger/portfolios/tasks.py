from celery import shared_task

from ledger.portfolios.models import Portfolio
from ledger.portfolios.services import value_portfolio


@shared_task
def portfolios_without_prices():
    """References of the portfolios that cannot be valued in full; the back office looks at them in the morning."""
    portfolios = Portfolio.objects.order_by("reference")
    return [portfolio.reference for portfolio in portfolios if value_portfolio(portfolio).missing]
