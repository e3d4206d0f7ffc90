from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.encoding import python_2_unicode_compatible
from django.utils.translation import ugettext_lazy as _

from ledger.core.fields import JSONTextField


class EventQuerySet(models.QuerySet):
    def about(self, obj):
        return self.filter(content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk))

    def anonymous(self):
        return self.filter(actor__isnull=1)

    def older_than(self, moment):
        return self.filter(happened_at__lt=moment)


@python_2_unicode_compatible
class Event(models.Model):
    """Something that was done. Never changed, and deleted only by archiving it."""

    happened_at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", null=True, blank=True, on_delete=models.SET_NULL
    )
    action = models.CharField(_("action"), max_length=60, db_index=True)
    content_type = models.ForeignKey(ContentType, null=True, blank=True, related_name="+", on_delete=models.PROTECT)
    object_id = models.CharField(max_length=40, blank=True)
    subject = GenericForeignKey()
    details = JSONTextField(_("details"), default=dict, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-happened_at", "-pk"]
        get_latest_by = "happened_at"

    def __str__(self):
        return "%s %s" % (self.action, self.object_id)


@python_2_unicode_compatible
class ArchivedEvent(models.Model):
    """A copy without relations, in the archive database."""

    original_id = models.IntegerField(unique=True)
    happened_at = models.DateTimeField(_("when"), db_index=True)
    actor_name = models.CharField(_("actor"), max_length=150, blank=True)
    action = models.CharField(_("action"), max_length=60)
    subject_label = models.CharField(_("subject"), max_length=80, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    details = JSONTextField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("archived event")
        verbose_name_plural = _("archived events")
        ordering = ["happened_at", "original_id"]

    def __str__(self):
        return "%s %s" % (self.action, self.object_id)
