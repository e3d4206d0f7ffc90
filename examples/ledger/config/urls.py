"""The URLs of the whole site."""
from django.conf import settings
from django.conf.urls import include, url
from django.conf.urls.static import static
from django.contrib import admin
from django.utils.translation import ugettext_lazy as _

from ledger.core import views as core_views

admin.site.site_header = _("Ledger back office")
admin.site.site_title = _("Ledger")

urlpatterns = [
    url(r"^robots\.txt$", core_views.robots, name="robots"),
    url(r"^healthz/$", core_views.health, name="health"),
    url(r"^api/v1/", include("ledger.api.urls", namespace="api")),
    url(r"^bank/", include("ledger.banking.urls", namespace="banking")),
    url(r"^users/", include("ledger.users.urls", namespace="users")),
    url(r"^portfolios/", include("ledger.portfolios.urls", namespace="portfolios")),
    url(r"^admin/", admin.site.urls),
    url(r"^", include("ledger.accounts.urls", namespace="accounts")),
]

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
