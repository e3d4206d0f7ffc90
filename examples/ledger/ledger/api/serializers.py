from django.utils.translation import ugettext_lazy as _
from rest_framework import serializers

from ledger.accounts.models import Account, Entry, Transaction
from ledger.accounts.services import get_balance, transfer
from ledger.audit.models import Event
from ledger.core.fields import JSONTextField
from ledger.core.money import AmountError, parse_amount
from ledger.portfolios.models import Instrument, Portfolio, Trade
from ledger.portfolios.services import buy, sell
from ledger.users.models import User


class ModelSerializer(serializers.ModelSerializer):
    """Knows our JSON fields."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping.copy()
    serializer_field_mapping[JSONTextField] = serializers.JSONField


class UserSerializer(ModelSerializer):
    class Meta:
        model = User
        fields = ("id", "email", "first_name", "last_name", "phone", "language", "time_zone", "marketing_opt_in")
        read_only_fields = ("email",)


class AccountSerializer(ModelSerializer):
    balance = serializers.SerializerMethodField()

    class Meta:
        model = Account
        fields = ("number", "name", "kind", "currency", "overdraft_allowed", "is_open", "balance", "metadata")
        read_only_fields = ("number", "kind", "overdraft_allowed", "is_open")
        extra_kwargs = {"metadata": {"required": False}}

    def get_balance(self, account):
        return str(get_balance(account))

    def validate_currency(self, value):
        from django.conf import settings

        if value not in settings.LEDGER_CURRENCIES:
            raise serializers.ValidationError(_("We do not keep accounts in this currency."))
        return value


class EntrySerializer(ModelSerializer):
    account = serializers.CharField(source="account.number")

    class Meta:
        model = Entry
        fields = ("account", "side", "amount")


class TransactionSerializer(ModelSerializer):
    entries = EntrySerializer(many=True)
    is_reversed = serializers.BooleanField()

    class Meta:
        model = Transaction
        fields = ("reference", "description", "occurred_on", "posted_at", "is_reversed", "entries")


class TransferSerializer(serializers.Serializer):
    source = serializers.SlugRelatedField(slug_field="number", queryset=Account.objects.open())
    target = serializers.SlugRelatedField(slug_field="number", queryset=Account.objects.open())
    amount = serializers.CharField()
    description = serializers.CharField(max_length=140, required=False, default="")
    idempotency_key = serializers.CharField(max_length=64, required=False)

    def validate_source(self, account):
        if account.owner_id != self.context["request"].user.pk:
            raise serializers.ValidationError(_("This is not your account."))
        return account

    def validate_amount(self, value):
        try:
            return parse_amount(value)
        except AmountError as error:
            raise serializers.ValidationError(str(error))

    def create(self, data):
        return transfer(
            data["source"],
            data["target"],
            data["amount"],
            data["description"],
            user=self.context["request"].user,
            idempotency_key=data.get("idempotency_key"),
        )


class InstrumentSerializer(ModelSerializer):
    class Meta:
        model = Instrument
        fields = ("isin", "name", "kind", "currency", "tags", "sustainable")
        extra_kwargs = {"tags": {"read_only": True}}


class PortfolioSerializer(ModelSerializer):
    cash_account = serializers.SlugRelatedField(slug_field="number", read_only=True)

    class Meta:
        model = Portfolio
        fields = ("reference", "name", "cash_account")
        read_only_fields = ("reference",)


class TradeSerializer(ModelSerializer):
    instrument = serializers.SlugRelatedField(slug_field="isin", queryset=Instrument.objects.all())

    class Meta:
        model = Trade
        fields = ("reference", "instrument", "direction", "quantity", "price", "gain", "created_at")
        read_only_fields = ("reference", "gain", "created_at")

    def create(self, data):
        action = buy if data["direction"] == Trade.BUY else sell
        return action(
            data["portfolio"], data["instrument"], data["quantity"], data["price"], user=self.context["request"].user
        )


class EventSerializer(ModelSerializer):
    actor = serializers.SlugRelatedField(slug_field="email", read_only=True)

    class Meta:
        model = Event
        fields = ("happened_at", "actor", "action", "object_id", "details", "request_id")
        extra_kwargs = {"details": {"read_only": True}}
