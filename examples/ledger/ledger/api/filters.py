import django_filters
from django.utils.translation import ugettext_lazy as _

from ledger.accounts.models import Account, Transaction
from ledger.audit.models import Event


class AccountFilter(django_filters.FilterSet):
    open = django_filters.BooleanFilter(label=_("open"), method="filter_open")

    class Meta:
        model = Account
        fields = ["currency", "kind"]

    def filter_open(self, queryset, name, value):
        return queryset.filter(closed_at__isnull=value)


class TransactionFilter(django_filters.FilterSet):
    account = django_filters.CharFilter(label=_("account"), field_name="entries__account__number")
    since = django_filters.DateFilter(label=_("since"), field_name="occurred_on", lookup_expr="gte")
    until = django_filters.DateFilter(label=_("until"), field_name="occurred_on", lookup_expr="lte")
    text = django_filters.CharFilter(label=_("text"), field_name="description", lookup_expr="icontains")

    class Meta:
        model = Transaction
        fields = ["account", "since", "until", "text"]


class EventFilter(django_filters.FilterSet):
    class Meta:
        model = Event
        fields = {"action": ["exact", "startswith"], "happened_at": ["gte", "lt"]}
