"""What a bank integration has to offer."""
import abc
import collections

from django.utils import six
from django.utils.translation import ugettext as _

#: One movement as every provider reports it: ``amount`` is signed, as seen from the customer.
BankLine = collections.namedtuple("BankLine", "external_id booked_at amount currency counterparty purpose")

#: ``problems`` are lines that could not be read, as texts.
BankStatement = collections.namedtuple("BankStatement", "source checksum lines problems")

_registry = {}


class ProviderError(Exception):
    """The bank could not be reached or said something we do not understand."""


class Provider(six.with_metaclass(abc.ABCMeta)):
    def __init__(self, connection):
        self.connection = connection

    @abc.abstractmethod
    def statements(self):
        """Yield the BankStatements that are new."""

    def done(self, statement):
        """Called when a statement was imported; the provider may tidy up."""


def register(name):
    def decorator(cls):
        _registry[name] = cls
        return cls

    return decorator


def provider_for(connection):
    try:
        cls = _registry[connection.provider]
    except KeyError:
        raise ProviderError(_("There is no provider %s.") % connection.provider)
    return cls(connection)


def provider_names():
    return sorted(name for name, cls in six.iteritems(_registry))
