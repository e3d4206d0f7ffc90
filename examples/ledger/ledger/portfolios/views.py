from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ugettext as _, ungettext
from django.views.decorators.http import require_http_methods

from ledger.accounts.services import BookingError
from ledger.portfolios import services
from ledger.portfolios.forms import TradeForm
from ledger.portfolios.models import Portfolio


@login_required
def portfolio_list(request):
    portfolios = [(p, services.value_portfolio(p)) for p in Portfolio.objects.filter(owner=request.user)]
    heading = ungettext("%d portfolio", "%d portfolios", len(portfolios)) % len(portfolios)
    return render(request, "portfolios/list.html", {"portfolios": portfolios, "heading": heading})


@login_required
def portfolio_detail(request, reference):
    portfolio = get_object_or_404(Portfolio, owner=request.user, reference=reference)
    valuation = services.value_portfolio(portfolio)
    if request.is_ajax() or request.GET.get("format") == "json":
        return JsonResponse(
            {"total": str(valuation.total), "missing": [instrument.isin for instrument in valuation.missing]}
        )
    context = {
        "portfolio": portfolio,
        "valuation": valuation,
        "allocation": services.allocation(valuation),
        "trades": portfolio.trades.select_related("instrument")[:10],
        "form": TradeForm(),
    }
    return render(request, "portfolios/detail.html", context)


@login_required
@require_http_methods(["POST"])
def trade(request, reference):
    portfolio = get_object_or_404(Portfolio, owner=request.user, reference=reference)
    form = TradeForm(request.POST)
    if form.is_valid():
        try:
            form.execute(portfolio, request.user)
            return redirect("portfolios:detail", reference=portfolio.reference)
        except (services.TradeError, BookingError) as error:
            form.add_error(None, str(error))
    valuation = services.value_portfolio(portfolio)
    context = {"portfolio": portfolio, "valuation": valuation, "form": form, "title": _("Trade")}
    return render(request, "portfolios/detail.html", context, status=422)
