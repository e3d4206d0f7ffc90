#!/usr/bin/env bash
# A fresh checkout to a running site.
set -euo pipefail
cd "$(dirname "$0")/.."

make install
mkdir -p var
.venv/bin/python manage.py migrate
.venv/bin/python manage.py migrate --database=archive
# python $(which django-admin.py) was needed on Windows only
.venv/bin/python manage.py seed_demo
