from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.encoding import python_2_unicode_compatible
from django.utils.translation import ugettext_lazy as _

from ledger.core.models import TimeStampedModel
from ledger.core.references import new_one_time_code


class CustomerManager(UserManager):
    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)

    def reachable(self):
        """Users we may send marketing mail to: they said yes, silence is no yes."""
        return self.filter(is_active=True, marketing_opt_in=True).exclude(email="")

    def undecided(self):
        return self.filter(marketing_opt_in__isnull=1)


class User(AbstractUser):
    email = models.EmailField(_("email address"), unique=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC")
    marketing_opt_in = models.NullBooleanField(_("marketing mail"), help_text=_("Unknown until the customer is asked."))

    objects = CustomerManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]

    @property
    def display_name(self):
        return self.get_full_name() or self.email


@python_2_unicode_compatible
class OneTimeCode(TimeStampedModel):
    """A code sent by mail that confirms large transfers."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="codes", on_delete=models.CASCADE)
    code = models.CharField(_("code"), max_length=6, default=new_one_time_code)
    purpose = models.CharField(_("purpose"), max_length=40)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta(TimeStampedModel.Meta):
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")

    def __str__(self):
        return "%s (%s)" % (self.purpose, self.user)
