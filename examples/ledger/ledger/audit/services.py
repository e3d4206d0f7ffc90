import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import six, timezone
from django.utils.encoding import force_text

from ledger.audit import context
from ledger.audit.models import ArchivedEvent, Event


def record(action, subject=None, actor=None, **details):
    """Write an event; without an ``actor`` it is whoever makes the current request."""
    event = Event(
        action=action,
        actor=actor or context.current_actor(),
        details={key: plain(value) for key, value in six.iteritems(details)},
        request_id=context.current_request_id(),
    )
    if subject is not None:
        event.content_type = ContentType.objects.get_for_model(subject)
        event.object_id = force_text(subject.pk)
    event.save()
    return event


def plain(value):
    """A value that JSON can hold and people can read."""
    if value is None or isinstance(value, six.integer_types + six.string_types + (bool,)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return force_text(value)


def history(obj, limit=50):
    return list(Event.objects.about(obj).select_related("actor")[:limit])


def last_event(action):
    """The newest event of a kind; raises Event.DoesNotExist."""
    return Event.objects.filter(action=action).latest(field_name="happened_at")


def archive_events(days=None, batch=500):
    """Move events older than ``days`` to the archive database; returns how many."""
    days = settings.AUDIT_RETENTION_DAYS if days is None else days
    limit = timezone.now() - datetime.timedelta(days=days)
    moved = 0
    while True:
        events = list(Event.objects.older_than(limit).select_related("actor", "content_type").order_by("pk")[:batch])
        if not events:
            return moved
        for event in events:
            # Twice the same copy is fine, losing an event is not: first write, then delete.
            ArchivedEvent.objects.update_or_create(
                original_id=event.pk,
                defaults={
                    "happened_at": event.happened_at,
                    "actor_name": event.actor.get_username() if event.actor else "",
                    "action": event.action,
                    "subject_label": event.content_type.model if event.content_type else "",
                    "object_id": event.object_id,
                    "details": event.details,
                },
            )
        with transaction.atomic():
            Event.objects.filter(pk__in=[event.pk for event in events]).delete()
        moved += len(events)
