import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import ugettext as _
from django.views.generic import ListView
from django.views.generic.base import TemplateView

from ledger.accounts import exports, services
from ledger.accounts.forms import PeriodForm, TransferForm
from ledger.accounts.models import Account
from ledger.core.decorators import back_office_required
from ledger.core.http import attachment
from ledger.core.pagination import page_of


@method_decorator(login_required, name="dispatch")
class Dashboard(ListView):
    template_name = "accounts/dashboard.html"
    context_object_name = "accounts"

    def get_queryset(self):
        return Account.objects.of(self.request.user).order_by(models.F("closed_at").asc(nulls_first=True), "number")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["rows"] = [(account, services.get_balance(account)) for account in context["accounts"]]
        return context

    def render_to_response(self, context, **response_kwargs):
        if self.request.is_ajax():
            return JsonResponse({account.number: str(balance) for account, balance in context["rows"]})
        return super().render_to_response(context, **response_kwargs)


@login_required
def account_detail(request, number):
    account = get_object_or_404(Account.objects.of(request.user), number=number)
    entries = account.entries.select_related("transaction").order_by("-transaction__occurred_on", "-pk")
    page = page_of(entries, request.GET.get("page", 1))
    context = {
        "account": account,
        "balance": services.get_balance(account),
        "first": services.first_booking(account),
        "page": page,
    }
    if request.is_ajax() and "page" in request.GET:
        return render(request, "accounts/_entries.html", context)
    return render(request, "accounts/detail.html", context)


@login_required
def new_transfer(request):
    form = TransferForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        booked = form.book()
        if booked is not None:
            messages.success(request, _("Your transfer %s is done.") % booked.reference)
            return redirect(form.cleaned_data["source"])
    status = 422 if request.method == "POST" and not request.is_ajax() and form.errors else 200
    return render(request, "accounts/transfer.html", {"form": form}, status=status)


@login_required
def statement(request, number, suffix):
    account = get_object_or_404(Account.objects.of(request.user), number=number)
    today = timezone.localdate()
    form = PeriodForm(
        request.user,
        {
            "start": request.GET.get("start", today - datetime.timedelta(days=30)),
            "end": request.GET.get("end", today),
        },
    )
    if not form.is_valid():
        return HttpResponseBadRequest(_("This is no period."))
    start, end = form.cleaned_data["start"], form.cleaned_data["end"]
    if suffix == "html":
        return HttpResponse(exports.statement_html(account, start, end))
    filename = exports.statement_filename(account, start, end)
    return attachment(exports.statement_csv(account, start, end), filename, "text/csv; charset=utf-8")


class TrialBalance(TemplateView):
    template_name = "accounts/trial_balance.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(sums=sorted(services.trial_balance().items()), **kwargs)


trial_balance = back_office_required(TrialBalance.as_view())
