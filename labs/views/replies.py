"""Answers by calendar, handed over by a mail service or by a mail server's own script."""

import base64
import binascii
import hashlib
import hmac
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hub.middleware.once import repeatable
from labs import actions
from labs.replies import MOST_BYTES

#: A message grows by a third and some in a form or in JSON.
MOST_SENT = 2 * MOST_BYTES
#: Where mail services put the message as it came: SendGrid, Mailgun; Postmark.
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
FORM_FIELDS = ("email", "body-mime")
JSON_FIELD = "RawEmail"


# Public: a mail service has no account; the shared secret says that it is ours.
@login_not_required
# A mail service sends no cookies, and its secret is no browser's to send along.
@csrf_exempt
# Each message has a key of its own: sent twice it acts once.
@repeatable
@require_POST
def lab_replies(request: HttpRequest) -> HttpResponse:
    if not settings.INBOUND_SECRET:
        raise Http404
    # Before the body is read: what is too long is not even looked at.
    if not _length(request) <= MOST_SENT:
        return HttpResponse("too long\n", status=413, content_type="text/plain")
    # A form has been read by now, and what it was read from is gone: nothing is left to sign.
    body = None if request.content_type in FORMS else request.body
    if not (_knows_the_secret(request) or (body is not None and _is_signed(request, body))):
        return HttpResponse("wrong secret\n", status=403, content_type="text/plain")
    actions.take_reply(raw=_form(request) if body is None else _message(request, body))
    # Also for what was left aside: sending it again would change nothing.
    return HttpResponse(status=204)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise BadRequest("Content-Length is no number.") from error


def _is_signed(request: HttpRequest, body: bytes) -> bool:
    """`X-Inbound-Signature`: HMAC-SHA256 of the body under the secret, in hexadecimal."""
    given = request.headers.get("X-Inbound-Signature", "").removeprefix("sha256=")
    right = hmac.new(settings.INBOUND_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return constant_time_compare(given.lower(), right)


def _knows_the_secret(request: HttpRequest) -> bool:
    """As the password of basic authentication: what services take in the address they call."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        _user, _colon, password = base64.b64decode(given, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return False
    return constant_time_compare(password, settings.INBOUND_SECRET.encode())


def _form(request: HttpRequest) -> bytes:
    found = next((request.POST[name] for name in FORM_FIELDS if name in request.POST), "")
    return found.encode("utf-8", "replace")


def _message(request: HttpRequest, body: bytes) -> bytes:
    """The message as it came by SMTP, out of whatever it was sent in; empty where it is in none."""
    if request.content_type != "application/json":
        return body
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is no JSON.") from error
    text = sent.get(JSON_FIELD) if isinstance(sent, dict) else None
    return text.encode("utf-8", "replace") if isinstance(text, str) else b""
