#!/bin/sh
# Started by the container; hands over to the command when the database is ready.
set -e

python manage.py migrate --noinput
python manage.py migrate --noinput --database=archive

exec "$@"
