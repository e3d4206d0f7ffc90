from django.utils.deprecation import MiddlewareMixin

from ledger.audit import context


class AuditMiddleware(MiddlewareMixin):
    def __init__(self, get_response=None):
        super().__init__(get_response)

    def process_request(self, request):
        user = request.user if request.user.is_authenticated else None
        context.set_actor(user, getattr(request, "request_id", ""))

    def process_response(self, request, response):
        context.clear()
        return response

    def process_exception(self, request, exception):
        context.clear()
