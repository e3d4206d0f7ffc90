from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from ledger.accounts.models import Account
from ledger.accounts.services import ensure_clearing_account, transfer


class Command(BaseCommand):
    help = "Makes a demo customer with two accounts and some money."
    requires_system_checks = False

    def add_arguments(self, parser):
        parser.add_argument("--email", default="demo@ledger.example")
        parser.add_argument("--password", default="demo-password")

    def handle(self, *args, **options):
        User = get_user_model()
        if User.objects.filter(email=options["email"]).exists():
            raise CommandError("There is a user %s already." % options["email"])
        user = User.objects.create_user(
            username=options["email"].split("@")[0], email=options["email"], password=options["password"]
        )
        current = Account.objects.create(owner=user, name="Current account", currency="EUR")
        savings = Account.objects.create(owner=user, name="Savings", currency="EUR")
        transfer(ensure_clearing_account("EUR"), current, "2500.00", "Opening balance", user=user)
        transfer(current, savings, "1000.00", "First savings", user=user)
        self.stdout.write(self.style.SUCCESS("Log in as %s" % user.email))
