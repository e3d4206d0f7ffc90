import pytz
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin


class UserTimezoneMiddleware(MiddlewareMixin):
    """Show times in the time zone of the user."""

    def process_request(self, request):
        if request.user.is_authenticated:
            timezone.activate(pytz.timezone(request.user.time_zone))
        else:
            timezone.deactivate()

    def process_response(self, request, response):
        timezone.deactivate()
        return response
