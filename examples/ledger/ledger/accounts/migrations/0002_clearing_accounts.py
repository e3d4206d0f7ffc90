from django.conf import settings
from django.db import migrations
from django.utils.six.moves import range


def create_clearing_accounts(apps, schema_editor):
    Account = apps.get_model("accounts", "Account")
    for index in range(len(settings.LEDGER_CURRENCIES)):
        currency = settings.LEDGER_CURRENCIES[index]
        Account.objects.get_or_create(
            number=settings.LEDGER_CLEARING_ACCOUNT.format(currency=currency),
            defaults={"name": "Clearing %s" % currency, "kind": "asset", "currency": currency},
        )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(create_clearing_accounts, migrations.RunPython.noop),
    ]
