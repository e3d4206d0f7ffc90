"""What our management commands share."""
import logging
import time

from django.core.management.base import BaseCommand
from django.utils.translation import ungettext


class LoggedCommand(BaseCommand):
    """
    A command for cron: says how long it took and how much it did.

    Subclasses implement ``run()`` and return the number of things done.
    """

    # The checks ran when the container started.
    requires_system_checks = False

    def handle(self, *args, **options):
        logger = logging.getLogger("ledger.commands.%s" % type(self).__module__.rsplit(".", 1)[-1])
        started = time.monotonic()
        count = self.run(*args, **options) or 0
        logger.info("%d done in %.1f s", count, time.monotonic() - started)
        if options["verbosity"] > 0:
            self.stdout.write(ungettext("%d item done", "%d items done", count) % count)

    def run(self, *args, **options):
        raise NotImplementedError("subclasses of LoggedCommand must provide a run() method")
