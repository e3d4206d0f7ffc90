from django.conf import settings
from django.db import migrations
from django.utils.encoding import force_text


def name_site(apps, schema_editor):
    """Mails carry links, so the site needs its real name."""
    Site = apps.get_model("sites", "Site")
    Site.objects.update_or_create(
        pk=int(settings.SITE_ID), defaults={"domain": "ledger.example", "name": force_text(settings.LEDGER_BRAND)}
    )


class Migration(migrations.Migration):

    dependencies = [
        ("users", "0001_initial"),
        ("sites", "0002_alter_domain_unique"),
    ]

    operations = [
        migrations.RunPython(name_site, migrations.RunPython.noop),
    ]
