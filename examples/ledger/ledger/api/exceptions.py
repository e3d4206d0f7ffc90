from django.utils.encoding import force_text
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from ledger.accounts.services import BookingError
from ledger.core.money import AmountError
from ledger.portfolios.services import TradeError


def exception_handler(exc, context):
    """What the business refuses is a 409 with a message that the app can show."""
    if isinstance(exc, (BookingError, TradeError)):
        return Response({"detail": force_text(exc), "code": "refused"}, status=status.HTTP_409_CONFLICT)
    if isinstance(exc, AmountError):
        return Response({"detail": force_text(exc), "code": "amount"}, status=status.HTTP_400_BAD_REQUEST)
    return default_handler(exc, context)
