from django.conf.urls import url
from django.contrib.auth import views as auth_views

from ledger.users import views

app_name = "users"

urlpatterns = [
    url(r"^login/$", views.LoginView.as_view(), name="login"),
    url(r"^logout/$", auth_views.LogoutView.as_view(), name="logout"),
    url(r"^profile/$", views.profile, name="profile"),
    url(r"^code/$", views.request_code, name="request-code"),
    url(r"^forgot/$", views.forgot_password, name="forgot-password"),
    url(
        r"^reset/(?P<uid>[0-9A-Za-z_\-]+)/(?P<token>[0-9A-Za-z]{1,13}-[0-9A-Za-z]{1,40})/$",
        views.reset_password,
        name="reset-password",
    ),
]
