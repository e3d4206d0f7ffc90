from django.db import connections
from django.http import JsonResponse
from django.shortcuts import render_to_response
from django.views.decorators.cache import cache_control

ROBOTS_DISALLOW = ["/admin/", "/api/", "/bank/"]


@cache_control(public=True, max_age=86400)
def robots(request):
    return render_to_response("robots.txt", {"disallow": ROBOTS_DISALLOW}, content_type="text/plain")


def health(request):
    """For the load balancer: 200 when the database answers."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})
