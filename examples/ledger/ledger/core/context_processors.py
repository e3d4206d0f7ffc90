from django.conf import settings
from django.contrib.staticfiles.templatetags.staticfiles import static


def branding(request):
    return {"brand": settings.LEDGER_BRAND, "brand_logo": static("img/logo.svg")}
