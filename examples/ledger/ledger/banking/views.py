import json

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.encoding import force_text
from django.utils.translation import ugettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ledger.banking import services, tasks
from ledger.banking.models import BankConnection
from ledger.banking.providers import northbank
from ledger.core.decorators import ajax_required


@csrf_exempt
@require_POST
def northbank_webhook(request):
    """Northbank calls this; it tries again until it gets a 2xx, so a known event is a success."""
    if not northbank.verify(request.body, request.META.get("HTTP_X_NORTHBANK_SIGNATURE")):
        return HttpResponseForbidden("bad signature")
    try:
        event = json.loads(force_text(request.body))
        delivery, created = services.receive({"id": event["id"], "type": event["type"], "data": event.get("data", {})})
    except (ValueError, KeyError, TypeError):
        return HttpResponseBadRequest("not an event")
    if created:
        tasks.process_webhook.delay(delivery.pk)
    return HttpResponse(status=202 if created else 200)


@login_required
def connections(request):
    own = BankConnection.objects.filter(account__owner=request.user).select_related("account")
    rows = [(connection, services.last_movement(connection)) for connection in own]
    return render(request, "banking/connections.html", {"rows": rows})


@login_required
@require_POST
@ajax_required
def synchronise(request, pk):
    connection = get_object_or_404(BankConnection.objects.active(), account__owner=request.user, pk=pk)
    count = tasks.import_statements.delay(connection.pk).get()
    return JsonResponse({"statements": count, "message": _("%d statements imported.") % count})
