import datetime

from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes, force_text
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from ledger.core.mail import send_templated_mail
from ledger.users.models import OneTimeCode, User

CODE_LIFETIME = datetime.timedelta(minutes=10)


def send_code(user, purpose):
    code = OneTimeCode.objects.create(user=user, purpose=purpose)
    send_templated_mail("one_time_code", user, {"code": code})
    return code


def redeem_code(user, purpose, text):
    """Use up the newest code for this purpose; False if it is not that one, too old or used."""
    codes = OneTimeCode.objects.filter(user=user, purpose=purpose, used_at__isnull=1)
    try:
        newest = codes.latest(field_name="created_at")
    except OneTimeCode.DoesNotExist:
        return False
    if newest.code != text or timezone.now() - newest.created_at > CODE_LIFETIME:
        return False
    newest.used_at = timezone.now()
    newest.save(update_fields=["used_at", "updated_at"])
    return True


def send_password_reset(user):
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return send_templated_mail("password_reset", user, {"uid": uid, "token": token})


def user_for_reset(uid, token):
    """The user of a reset link, None if the link is broken or too old."""
    try:
        user = User.objects.get(pk=force_text(urlsafe_base64_decode(uid)))
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if default_token_generator.check_token(user, token) else None
