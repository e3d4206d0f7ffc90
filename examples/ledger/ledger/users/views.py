from django.contrib import messages
from django.contrib.auth import login, views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import ugettext as _
from django.views.decorators.http import require_POST

from ledger.core.decorators import ajax_required
from ledger.core.http import redirect_next
from ledger.users.forms import EmailLoginForm, ProfileForm
from ledger.users.models import User
from ledger.users.services import send_code, user_for_reset
from ledger.users.tasks import mail_password_reset


class LoginView(auth_views.LoginView):
    template_name = "registration/login.html"
    authentication_form = EmailLoginForm
    redirect_authenticated_user = True


@login_required
def profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile was saved."))
        return redirect_next(request, "users:profile")
    return render(request, "users/profile.html", {"form": form})


@require_POST
@login_required
@ajax_required
def request_code(request):
    code = send_code(request.user, request.POST.get("purpose", "transfer"))
    return JsonResponse({"sent_to": request.user.email, "id": code.pk})


def forgot_password(request):
    if request.method == "POST":
        user = User.objects.filter(email__iexact=request.POST.get("email", ""), is_active=True).first()
        if user is not None:
            mail_password_reset.delay(user.pk)
        # The same answer for everybody, so that nobody can probe for addresses.
        messages.info(request, _("If we know this address, a mail is on its way."))
        return redirect("users:login")
    return render(request, "registration/forgot_password.html")


def reset_password(request, uid, token):
    user = user_for_reset(uid, token)
    if user is None:
        raise Http404(_("This link is too old."))
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        login(request, user, backend="ledger.users.backends.EmailBackend")
        return redirect("accounts:dashboard")
    return render(request, "registration/reset_password.html", {"form": form})
