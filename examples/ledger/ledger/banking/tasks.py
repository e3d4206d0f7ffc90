import logging

from celery import shared_task

from ledger.banking.models import BankConnection, WebhookDelivery
from ledger.banking.providers.base import ProviderError
from ledger.banking.services import process_delivery, retry_unmatched, synchronise

logger = logging.getLogger(__name__)


@shared_task
def import_statements(connection_id):
    connection = BankConnection.objects.get(pk=connection_id)
    try:
        return len(synchronise(connection))
    except ProviderError as error:
        logger.warning("%s: %s", connection, error)
        return 0


@shared_task
def import_all_statements():
    ids = BankConnection.objects.active().order_by("pk").values_list("pk", flat=True)
    return {str(pk): import_statements.delay(pk).get(disable_sync_subtasks=False) for pk in ids}


@shared_task
def process_webhook(delivery_id):
    statement = process_delivery(WebhookDelivery.objects.get(pk=delivery_id))
    return statement.pk if statement else None


@shared_task
def retry_lines():
    return sum(retry_unmatched(connection) for connection in BankConnection.objects.active())
