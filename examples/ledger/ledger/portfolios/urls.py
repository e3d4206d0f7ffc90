from django.conf.urls import url
from django.urls import path

from ledger.portfolios import views

app_name = "portfolios"

urlpatterns = [
    path("", views.portfolio_list, name="list"),
    url(r"^(?P<reference>[A-Z0-9]{12})/$", views.portfolio_detail, name="detail"),
    url(regex=r"^(?P<reference>[A-Z0-9]{12})/trade/$", view=views.trade, name="trade"),
]
