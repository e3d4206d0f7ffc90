from django import forms
from django.utils.translation import ugettext_lazy

from ledger.portfolios.models import Instrument, Trade
from ledger.portfolios.services import buy, sell


class TradeForm(forms.Form):
    instrument = forms.ModelChoiceField(
        label=ugettext_lazy("Instrument"), queryset=Instrument.objects.all(), to_field_name="isin"
    )
    direction = forms.ChoiceField(label=ugettext_lazy("Direction"), choices=Trade.DIRECTIONS)
    quantity = forms.DecimalField(label=ugettext_lazy("Quantity"), max_digits=18, decimal_places=4, min_value=0)
    price = forms.DecimalField(label=ugettext_lazy("Price"), max_digits=18, decimal_places=4, min_value=0)

    def execute(self, portfolio, user):
        data = self.cleaned_data
        action = buy if data["direction"] == Trade.BUY else sell
        return action(portfolio, data["instrument"], data["quantity"], data["price"], user=user)


class InstrumentFilterForm(forms.Form):
    kinds = forms.MultipleChoiceField(choices=Instrument.KINDS, required=False)
    sustainable = forms.NullBooleanField(required=False)
    instruments = forms.ModelMultipleChoiceField(
        Instrument.objects.all(), required=False, error_messages={"list": ugettext_lazy("Send a list of instruments.")}
    )

    def apply(self, queryset):
        data = self.cleaned_data
        if data["kinds"]:
            queryset = queryset.filter(kind__in=data["kinds"])
        if data["sustainable"] is not None:
            queryset = queryset.filter(sustainable=data["sustainable"])
        if data["instruments"]:
            queryset = queryset.filter(pk__in=[instrument.pk for instrument in data["instruments"]])
        return queryset
