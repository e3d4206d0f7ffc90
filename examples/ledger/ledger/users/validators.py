from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.deconstruct import deconstructible
from django.utils.translation import ugettext_lazy as _

# Branches have machines without a public domain.
validate_contact_email = EmailValidator(message=_("Enter a contact address."), whitelist=["localhost", "branch"])


@deconstructible
class StaffEmailValidator(EmailValidator):
    message = _("Enter an address of the company.")
    domain_whitelist = ["intranet"]
    ours = {"ledger.example", "intranet"}

    def __call__(self, value):
        super().__call__(value)
        if value.rsplit("@", 1)[1] not in self.ours:
            raise ValidationError(self.message, code=self.code)
