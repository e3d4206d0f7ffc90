import django.conf.urls

from ledger.banking import views

app_name = "banking"

urlpatterns = [
    django.conf.urls.url(r"^northbank/webhook/$", views.northbank_webhook, name="northbank-webhook"),
    django.conf.urls.url(r"^connections/$", views.connections, name="connections"),
    django.conf.urls.url(r"^connections/(?P<pk>\d+)/sync/$", views.synchronise, name="synchronise"),
]
