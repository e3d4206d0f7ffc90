from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.utils.translation import ugettext, ugettext_lazy as _

from ledger.users.validators import StaffEmailValidator, validate_contact_email


class EmailLoginForm(auth_forms.AuthenticationForm):
    username = forms.EmailField(label=_("Email address"), widget=forms.EmailInput(attrs={"autofocus": True}))

    error_messages = {
        "invalid_login": _("This address and password do not go together."),
        "inactive": _("This account is closed."),
    }


class CustomerCreationForm(auth_forms.UserCreationForm):
    class Meta:
        model = get_user_model()
        fields = ("username", "email", "language")


class CustomerChangeForm(forms.ModelForm):
    """The back office may change everything but the password."""

    password = ReadOnlyPasswordHashField(label=_("Password"))

    class Meta:
        model = get_user_model()
        fields = "__all__"

    def clean_password(self):
        return self.initial["password"]

    def clean(self):
        data = super().clean()
        if data.get("is_staff") and data.get("email"):
            StaffEmailValidator()(data["email"])
        return data


class ProfileForm(forms.ModelForm):
    contact = forms.CharField(label=_("Contact address"), required=False, validators=[validate_contact_email])

    class Meta:
        model = get_user_model()
        fields = ("first_name", "last_name", "phone", "language", "time_zone", "marketing_opt_in")

    def clean_phone(self):
        phone = self.cleaned_data["phone"].replace(" ", "")
        if phone and not phone.lstrip("+").isdigit():
            raise forms.ValidationError(ugettext("Only digits, please."))
        return phone

    def clean_time_zone(self):
        import pytz

        name = self.cleaned_data["time_zone"]
        if name not in pytz.all_timezones_set:
            raise forms.ValidationError(ugettext("There is no time zone %s.") % name)
        return name
