"""References, account numbers and secrets."""
from django.utils import crypto
from django.utils.crypto import get_random_string

# No vowels and nothing that looks like something else.
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"


def new_reference():
    """Twelve characters that can be read out on the phone."""
    return get_random_string(allowed_chars=ALPHABET)


def new_secret():
    return get_random_string()


def new_one_time_code():
    return crypto.get_random_string(6, "0123456789")


def new_request_id():
    return crypto.get_random_string().lower()


def check_digits(body):
    """ISO 7064 MOD 97-10, as in an IBAN."""
    digits = "".join(str(int(char, 36)) for char in body + "LG00")
    return "%02d" % (98 - int(digits) % 97)


def new_account_number():
    """``LG`` + two check digits + twelve digits."""
    body = get_random_string(length=12, allowed_chars="0123456789")
    return "LG%s%s" % (check_digits(body), body)


def is_account_number(text):
    text = text.replace(" ", "").upper()
    return len(text) == 16 and text.startswith("LG") and text[2:].isdigit() and text[2:4] == check_digits(text[4:])
