from celery import shared_task
from django.utils import timezone

from ledger.users.models import OneTimeCode, User
from ledger.users.services import CODE_LIFETIME, send_password_reset


@shared_task
def mail_password_reset(user_id):
    return send_password_reset(User.objects.get(pk=user_id))


@shared_task
def forget_old_codes():
    deleted, _ = OneTimeCode.objects.filter(created_at__lt=timezone.now() - CODE_LIFETIME).delete()
    return deleted
