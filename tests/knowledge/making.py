"""Short ways to the things that knowledge's tests stand on."""

from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cities.models import Domain
from knowledge.actions import articles
from knowledge.actions.articles import Entry
from knowledge.models import Article
from tests.conftest import Cast


def domain(code: str = "mobility") -> Domain:
    found, _ = Domain.objects.get_or_create(
        code=code, defaults={"name_en": code.title(), "name_sv": code.title()}
    )
    return found


def entry(cast: Cast, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "title": "Electric excavators on Brunnshög",
        "fields": {"tried": "We rented two machines.", "setback": "Charging took all night."},
        "language": "en",
        "visibility": "public",
        "city": cast.lund,
        "programme": cast.syd,
        "domains": [domain()],
    }
    return Entry(**values | changes)


def experience(cast: Cast, *, publish: bool = True, by: Any = None, **changes: Any) -> Article:
    made = entry(cast, **changes)
    return articles.create(by=by or cast.bob, kind="experience", entry=made, publish=publish)


def case_note(cast: Cast, *, publish: bool = True, by: Any = None, **changes: Any) -> Article:
    values = {"title": "Heat from the sewer", "fields": {"summary": "Warm water is used twice."}}
    made = entry(cast, **values | changes)
    return articles.create(by=by or cast.carol, kind="case-note", entry=made, publish=publish)


def form(**changes: Any) -> dict[str, Any]:
    """What a browser sends for a new experience of Lund."""
    domain()
    return {
        "_key": uuid4().hex,
        "draft": str(uuid4()),
        "kind": "experience",
        "base": "0",
        "action": "publish",
        "title": "Cargo bikes for the home care",
        "city": "lund",
        "domains": ["mobility"],
        "tried": "Ten bikes for a year.",
        "setback": "Hills in rain.",
        "language": "en",
        "visibility": "public",
    } | changes


def send(client: Client, path: str, data: dict[str, Any], **headers: str) -> Any:
    """As from a form just opened: with a key of its own."""
    return client.post(path, data | {"_key": uuid4().hex}, headers=headers)


def picture(
    name: str = "bike.jpg", kind: str = "JPEG", size: tuple[int, int] = (40, 30), **save: Any
) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, (10, 92, 89)).save(out, kind, **save)
    return SimpleUploadedFile(name, out.getvalue())
