from django import forms
from django.utils.encoding import smart_text
from django.utils.translation import ugettext_lazy as _

from ledger.accounts.models import Account
from ledger.accounts.services import BookingError, transfer
from ledger.core.money import AmountError, format_money, parse_amount
from ledger.core.references import is_account_number

# Above this a code from a mail is needed.
CODE_LIMIT = 5000


class AccountChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, account):
        return smart_text(account.name) + " (%s)" % account.number[-4:]


class MoneyInput(forms.CharField):
    """Accepts what people type: 1'000, 1,000.50."""

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return None
        try:
            return parse_amount(value)
        except AmountError as error:
            raise forms.ValidationError(smart_text(error), code="invalid")


class TransferForm(forms.Form):
    source = AccountChoiceField(label=_("From"), queryset=Account.objects.none())
    target = forms.CharField(label=_("To account"), max_length=34)
    amount = MoneyInput(label=_("Amount"))
    description = forms.CharField(label=_("Description"), max_length=140, required=False)
    code = forms.CharField(label=_("Code"), max_length=6, required=False)

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["source"].queryset = Account.objects.of(user).open()

    def clean_target(self):
        number = self.cleaned_data["target"].replace(" ", "").upper()
        if not is_account_number(number):
            raise forms.ValidationError(_("This is no account number of ours."))
        try:
            return Account.objects.open().get(number=number)
        except Account.DoesNotExist:
            raise forms.ValidationError(_("There is no open account with this number."))

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError(_("The amount must be positive."))
        return amount

    def clean(self):
        from ledger.users.services import redeem_code

        data = super().clean()
        if not self.errors and data["amount"] > CODE_LIMIT:
            if not redeem_code(self.user, "transfer", data.get("code", "")):
                limit = format_money(CODE_LIMIT, data["source"].currency)
                self.add_error("code", _("Transfers over %s need a code.") % limit)
        return data

    def book(self):
        """Make the transfer; returns None and adds an error to the form if it must not be."""
        data = self.cleaned_data
        try:
            description = data["description"] or str(_("Transfer"))
            return transfer(data["source"], data["target"], data["amount"], description, user=self.user)
        except BookingError as error:
            self.add_error(None, str(error))
            return None


class PeriodForm(forms.Form):
    start = forms.DateField(label=_("From"))
    end = forms.DateField(label=_("To"))
    accounts = forms.ModelMultipleChoiceField(
        label=_("Accounts"),
        queryset=Account.objects.none(),
        required=False,
        error_messages={"list": _("Pick accounts from the list."), "required": _("Pick an account.")},
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["accounts"].queryset = Account.objects.of(user)

    def clean(self):
        data = super().clean()
        if data.get("start") and data.get("end") and data["start"] > data["end"]:
            raise forms.ValidationError(_("The period ends before it starts."))
        return data
