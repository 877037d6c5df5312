"""The code on the door of a Lab, and the hours in which it marks presence."""

import re
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from labs.models import Lab

LENGTH = 6
#: Without what is taken for something else when read aloud or from afar.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
OPENS = timedelta(hours=2)
CLOSES = timedelta(hours=24)


def code_of(lab: Lab) -> str:
    """Six letters and figures that only this installation can tell from the Lab."""
    digest = salted_hmac("labs.door", lab.uid, algorithm="sha256").digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])


def fits(lab: Lab, typed: str) -> bool:
    """Whether it is the code, however it was typed: small, with spaces, a 1 for an L."""
    code = re.sub(r"[\W_]", "", typed).upper().replace("1", "L").replace("I", "L")
    return constant_time_compare(code, code_of(lab))


def is_open(lab: Lab) -> bool:
    """When people at the Lab mark themselves present."""
    return has_opened(lab) and timezone.now() < lab.ends_at + CLOSES


def has_closed(lab: Lab) -> bool:
    """From when on the code marks nobody any more."""
    return lab.ends_at + CLOSES <= timezone.now()


def has_opened(lab: Lab) -> bool:
    """From when on coordinators keep the list."""
    is_told = lab.is_published or lab.state == "held"
    # Whole days are not told when on the first of them people come.
    opens = lab.starts_at if lab.is_all_day else lab.starts_at - OPENS
    return is_told and opens <= timezone.now()


def url_of(lab: Lab) -> str:
    """What the QR code on the door opens."""
    path = reverse("lab-attendance", args=[lab.slug])
    return f"{settings.BASE_URL}{path}?code={code_of(lab)}"


def qr_path(text: str) -> tuple[int, str]:
    """A QR code as the `d` of an SVG path on a square grid, and the grid's side."""
    # Here, since only this page draws one.
    import qrcode

    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on]
    return len(rows), "".join(squares)
