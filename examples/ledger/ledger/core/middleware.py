from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin

from ledger.core.references import new_request_id


class RequestIdMiddleware(MiddlewareMixin):
    """Give each request an id that appears in the logs, the audit trail and the response."""

    header = "X-Request-ID"

    def __init__(self, get_response=None):
        super().__init__(get_response)
        self.trusted_length = 64

    def process_request(self, request):
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        if given and len(given) <= self.trusted_length and given.replace("-", "").isalnum():
            request.request_id = given
        else:
            request.request_id = new_request_id()

    def process_response(self, request, response):
        if not response.has_header(self.header):
            response[self.header] = getattr(request, "request_id", "-")
        return response


class NoStoreMiddleware(MiddlewareMixin):
    """Pages with balances must not stay in a shared cache; files and robots.txt may."""

    public_types = ("text/plain", "text/css", "application/javascript")

    def process_response(self, request, response):
        if "cache-control" in response._headers:
            return response
        content_type = response._headers["content-type"][1]
        if not content_type.startswith(self.public_types):
            patch_cache_control(response, private=True, no_store=True)
        return response
