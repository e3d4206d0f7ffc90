from django.conf import urls

from ledger.accounts import views

app_name = "accounts"

urlpatterns = [
    urls.url(r"^$", views.Dashboard.as_view(), name="dashboard"),
    urls.url(r"^accounts/(?P<number>[A-Z0-9-]+)/$", views.account_detail, name="detail"),
    urls.url(
        r"^accounts/(?P<number>[A-Z0-9-]+)/statement\.(?P<suffix>csv|html)$",
        views.statement,
        name="statement",
    ),
    urls.url(r"^transfer/$", views.new_transfer, name="transfer"),
    urls.url(r"^trial-balance/$", view=views.trial_balance, name="trial-balance"),
]
