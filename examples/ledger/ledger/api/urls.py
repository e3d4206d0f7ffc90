from django.conf.urls import include, url as re_url
from rest_framework.routers import SimpleRouter
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

from ledger.api import views

app_name = "api"

router = SimpleRouter()
router.register(r"accounts", views.AccountViewSet, basename="account")
router.register(r"transactions", views.TransactionViewSet, basename="transaction")
router.register(r"portfolios", views.PortfolioViewSet, basename="portfolio")
router.register(r"instruments", views.InstrumentViewSet, basename="instrument")
router.register(r"back-office/transactions", views.BackOfficeTransactionViewSet, basename="back-office-transaction")
router.register(r"back-office/events", views.EventViewSet, basename="event")

urlpatterns = [
    re_url(r"^token/$", TokenObtainPairView.as_view(), name="token"),
    re_url(r"^token/refresh/$", TokenRefreshView.as_view(), name="token-refresh"),
    re_url(r"^me/$", views.MeView.as_view(), name="me"),
    re_url(r"^", include(router.urls)),
]
