"""The address to which calendars answer: one for each person and Lab.

A part after a plus sign says whose answer it is. It is signed, so that an answer can change
nothing but that person's own registration, and it is written in few lower-case letters: some
mail servers fold the case, and 64 characters are all that stand before the @.
"""

import base64
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "labs.inbound"
#: 80 bits: nobody guesses that against a server that answers nothing.
SIGNATURE = 16
#: Person, Lab, signature.
TOKEN = re.compile(rf"([0-9]{{1,10}})-([0-9]{{1,10}})-([a-z2-7]{{{SIGNATURE}}})")


@dataclass(frozen=True)
class Addressee:
    user_id: int
    lab_id: int


def base() -> str:
    """The address that is read, without a part after a plus sign; empty where none is."""
    if settings.INBOUND_ADDRESS:
        return str(settings.INBOUND_ADDRESS)
    user = unquote(urlsplit(settings.INBOUND_URL).username or "")
    return user if "@" in user else ""


def address_for(user_id: int, lab_id: int) -> str:
    """Where this person's calendar answers for this Lab; empty where no address is read."""
    local, at, host = base().rpartition("@")
    facts = f"{user_id}-{lab_id}"
    return f"{local}+{facts}-{_signature(facts, settings.SECRET_KEY)}@{host}" if at else ""


def read(address: str) -> Addressee | None:
    """Whose answer an address takes; None where it is another address, or forged."""
    local, at, host = base().lower().rpartition("@")
    given, _at, given_host = address.strip().lower().rpartition("@")
    name, plus, token = given.partition("+")
    if not at or not plus or (name, given_host) != (local, host):
        return None
    found = TOKEN.fullmatch(token)
    if found is None:
        return None
    user_id, lab_id, signature = found.groups()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    # All are tried, so that the time taken says nothing.
    right = [
        constant_time_compare(signature, _signature(f"{user_id}-{lab_id}", key)) for key in keys
    ]
    return Addressee(int(user_id), int(lab_id)) if any(right) else None


def _signature(facts: str, key: str) -> str:
    digest = salted_hmac(SALT, facts, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:SIGNATURE]
