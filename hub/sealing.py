"""Sealed facts: what a worker must read but nobody who reads the database may."""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(facts: dict[str, Any]) -> str:
    return _fernet().encrypt(json.dumps(facts).encode()).decode()


def unseal(sealed: str) -> dict[str, Any] | None:
    """What was sealed; None where SECRET_KEY has changed since, or it was tampered with."""
    try:
        found: dict[str, Any] = json.loads(_fernet().decrypt(sealed.encode()))
    except InvalidToken:
        return None
    return found


def _fernet() -> Fernet:
    key = hashlib.sha256(b"hub.sealing:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
