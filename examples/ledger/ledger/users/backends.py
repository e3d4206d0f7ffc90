from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend, RemoteUserBackend


class EmailBackend(ModelBackend):
    """Customers log in with their address, whatever its case."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        User = get_user_model()
        email = username or kwargs.get("email")
        if email is None or password is None:
            return None
        try:
            user = User.objects.get(email__iexact=email)
        except User.DoesNotExist:
            # Takes as long as a wrong password, so that nobody can probe for addresses.
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


class GatewayUserBackend(RemoteUserBackend):
    """Staff behind the company gateway, which authenticates them and passes ``DOMAIN\\name``."""

    domain = "ledger.example"

    def clean_username(self, username):
        return username.rsplit("\\", 1)[-1].lower()

    def configure_user(self, user):
        user.email = "%s@%s" % (user.username, self.domain)
        user.is_staff = True
        user.set_unusable_password()
        user.save()
        return user
