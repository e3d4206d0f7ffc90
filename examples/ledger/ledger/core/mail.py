"""Mails: a text template each, subject in the first line."""
from django.conf import settings
from django.contrib.sites.models import Site
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import encoding, translation


def send_templated_mail(template, user, context=None, attachments=()):
    """
    Render ``mail/<template>.txt`` in the language of the user and send it.

    Returns the number of messages sent: 0 if the user has no address.
    """
    if not user.email:
        return 0
    values = {
        "user": user,
        "site": Site.objects.get_current(),
        "reset_days": settings.PASSWORD_RESET_TIMEOUT_DAYS,
    }
    values.update(context or {})
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = render_to_string("mail/%s.txt" % template, values)
    subject, _, body = text.partition("\n")
    message = EmailMessage(
        subject=settings.EMAIL_SUBJECT_PREFIX + encoding.force_text(subject).strip(),
        body=body.lstrip("\n"),
        to=[user.email],
    )
    for name, content, content_type in attachments:
        message.attach(name, encoding.smart_text(content), content_type)
    return message.send()
