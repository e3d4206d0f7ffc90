#!/usr/bin/env bash
# Build and check what goes to the servers.
set -euo pipefail
cd "$(dirname "$0")/.."

export PYTHONPATH=. DJANGO_SETTINGS_MODULE=config.settings.dev

django-admin.py check --deploy
(cd ledger && django-admin.py compilemessages)
django-admin.py collectstatic --noinput
python manage.py check_balances
tar --exclude=var -czf "ledger-$(git rev-parse --short HEAD).tar.gz" config ledger manage.py requirements
