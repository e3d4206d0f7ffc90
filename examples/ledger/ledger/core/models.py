from django.db import models
from django.utils.encoding import python_2_unicode_compatible
from django.utils.translation import ugettext_lazy as _

from ledger.core.references import new_reference


class TimeStampedModel(models.Model):
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True
        get_latest_by = "created_at"


@python_2_unicode_compatible
class ReferencedModel(TimeStampedModel):
    """Something a customer may call us about: it has a reference short enough to read on the phone."""

    reference = models.CharField(_("reference"), max_length=16, unique=True, default=new_reference, editable=False)

    class Meta(TimeStampedModel.Meta):
        abstract = True

    def __str__(self):
        return self.reference
