from django.utils.decorators import method_decorator
from django.utils.translation import ugettext as _
from django.views.decorators.cache import never_cache
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.generics import RetrieveUpdateAPIView
from rest_framework.response import Response

from ledger.accounts.models import Account, Transaction
from ledger.accounts.services import close_account, movements, reverse_transaction
from ledger.api import filters, serializers
from ledger.api.permissions import IsBackOffice
from ledger.audit.models import Event
from ledger.core.caching import currency_digits
from ledger.portfolios.models import Instrument, Portfolio
from ledger.portfolios.services import open_portfolio, value_portfolio


@method_decorator(never_cache, name="dispatch")
class MeView(RetrieveUpdateAPIView):
    serializer_class = serializers.UserSerializer

    def get_object(self):
        return self.request.user


class AccountViewSet(
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet,
):
    serializer_class = serializers.AccountSerializer
    filterset_class = filters.AccountFilter
    lookup_field = "number"

    def get_queryset(self):
        return Account.objects.of(self.request.user)

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)

    @action(detail=True, methods=["get"])
    def statement(self, request, number=None):
        from ledger.accounts.forms import PeriodForm

        account = self.get_object()
        form = PeriodForm(request.user, request.query_params)
        if not form.is_valid():
            return Response(form.errors, status=status.HTTP_400_BAD_REQUEST)
        opening, rows = movements(account, form.cleaned_data["start"], form.cleaned_data["end"])
        return Response(
            {
                "opening": str(opening),
                "digits": currency_digits(account.currency),
                "movements": [
                    {
                        "reference": row.entry.transaction.reference,
                        "description": row.entry.transaction.description,
                        "change": str(row.change),
                        "balance": str(row.balance),
                    }
                    for row in rows
                ],
            }
        )

    @action(detail=True, methods=["post"])
    def close(self, request, number=None):
        account = self.get_object()
        close_account(account)
        return Response(self.get_serializer(account).data)


class TransactionViewSet(mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    serializer_class = serializers.TransactionSerializer
    filterset_class = filters.TransactionFilter
    lookup_field = "reference"

    def get_queryset(self):
        own = Transaction.objects.filter(entries__account__owner=self.request.user).distinct()
        return own.prefetch_related("entries__account")

    def create(self, request):
        serializer = serializers.TransferSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        booked = serializer.save()
        return Response(self.get_serializer(booked).data, status=status.HTTP_201_CREATED)


class BackOfficeTransactionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    permission_classes = [IsBackOffice]
    serializer_class = serializers.TransactionSerializer
    filterset_class = filters.TransactionFilter
    queryset = Transaction.objects.prefetch_related("entries__account")
    lookup_field = "reference"

    @action(detail=True, methods=["post"])
    def reverse(self, request, reference=None):
        mirror = reverse_transaction(self.get_object(), user=request.user, reason=request.data.get("reason", ""))
        return Response(self.get_serializer(mirror).data, status=status.HTTP_201_CREATED)


class EventViewSet(viewsets.ReadOnlyModelViewSet):
    permission_classes = [IsBackOffice]
    serializer_class = serializers.EventSerializer
    filterset_class = filters.EventFilter
    queryset = Event.objects.select_related("actor")


class InstrumentViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = serializers.InstrumentSerializer
    queryset = Instrument.objects.all()
    lookup_field = "isin"
    filterset_fields = ["kind", "currency"]


class PortfolioViewSet(
    mixins.CreateModelMixin, mixins.RetrieveModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet
):
    serializer_class = serializers.PortfolioSerializer
    lookup_field = "reference"

    def get_queryset(self):
        return Portfolio.objects.filter(owner=self.request.user).select_related("cash_account")

    def perform_create(self, serializer):
        serializer.instance = open_portfolio(self.request.user, serializer.validated_data["name"])

    @action(detail=True, methods=["get"])
    def valuation(self, request, reference=None):
        valuation = value_portfolio(self.get_object())
        return Response(
            {
                "cash": str(valuation.cash),
                "total": str(valuation.total),
                "note": _("Some prices are missing.") if valuation.missing else "",
                "positions": [
                    {
                        "isin": position.holding.instrument.isin,
                        "quantity": str(position.holding.quantity),
                        "value": str(position.value),
                        "gain": str(position.gain),
                    }
                    for position in valuation.positions
                ],
            }
        )

    @action(detail=True, methods=["get", "post"])
    def trades(self, request, reference=None):
        portfolio = self.get_object()
        if request.method == "GET":
            trades = portfolio.trades.select_related("instrument")
            page = self.paginate_queryset(trades)
            data = serializers.TradeSerializer(page, many=True, context=self.get_serializer_context()).data
            return self.get_paginated_response(data)
        serializer = serializers.TradeSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        serializer.save(portfolio=portfolio)
        return Response(serializer.data, status=status.HTTP_201_CREATED)
