"""The sample hub: people, Labs and posts that show what the hub is for.

Each room registers what it brings and takes away again. Facts that are true
everywhere (cities, programmes, pairings) are no samples: see hub.reference.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from hub import reference
from hub.models import Event, Follow, Report, SearchDocument, User

DOMAIN = "example.org"
WORDS = [
    "harbour",
    "spruce",
    "lantern",
    "bicycle",
    "meadow",
    "granite",
    "teapot",
    "willow",
    "anchor",
    "saffron",
    "lighthouse",
    "birch",
    "compass",
    "heather",
    "ferry",
    "orchard",
    "pebble",
    "thimble",
    "juniper",
    "kettle",
    "window",
    "marble",
    "clover",
    "hammock",
    "sparrow",
    "cinnamon",
    "paddle",
    "thistle",
    "velvet",
    "barley",
]


class Refused(Exception):
    """The sample hub may not be loaded or removed here; the text says why."""


@dataclass(frozen=True)
class Sample:
    name: str
    load: Callable[[], None]
    remove: Callable[[], None]
    order: int


_samples: dict[str, Sample] = {}


def register(
    name: str, *, load: Callable[[], None], remove: Callable[[], None], order: int = 50
) -> None:
    """Add a room's samples; `load` runs in ascending order, `remove` in descending.

    `load` must do nothing where its things are there already. `remove` takes
    away what it brought *and* what sample people wrote afterwards, so that the
    accounts can go last.
    """
    _samples[name] = Sample(name, load, remove, order)


def person(name: str) -> User:
    """A sample person by the first part of the address, e.g. `person("lead.lund")`."""
    found: User = User.objects.get(email=f"{name}@{DOMAIN}", is_sample=True)
    return found


def people() -> QuerySet[User]:
    """All of them, for filters: `Wish.objects.filter(stated_by__in=samples.people())`."""
    found: QuerySet[User] = User.objects.filter(is_sample=True)
    return found


def accounts_path() -> Path:
    return Path(settings.VAR_DIR) / "sample-accounts.json"


@transaction.atomic
def load() -> None:
    """Reference data, then every room's samples; safe to run again."""
    if not settings.SAMPLE_HUB:
        raise Refused(
            "Sample people and Labs belong in a hub for trying out. Set SAMPLE_HUB=1 if this "
            "database is one; the embedded servers of `make run` set it themselves."
        )
    reference.load()
    for sample in _in_order():
        sample.load()


@transaction.atomic
def remove() -> None:
    """Take away every sample thing, people last; cities and programmes stay."""
    for sample in reversed(_in_order()):
        sample.remove()
    theirs = people()
    _forget_reports(theirs)
    Event.objects.filter(actor__in=theirs).delete()
    try:
        theirs.delete()
    except ProtectedError as error:
        kept = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
        raise Refused(
            f"Sample people are still named in: {', '.join(kept)}. Remove or reassign these first."
        ) from error
    transaction.on_commit(lambda: accounts_path().unlink(missing_ok=True))


def forget(*subjects: str) -> None:
    """Remove what hub knows of things that go: their news, follows, search, reports."""
    Event.objects.filter(subjects__overlap=list(subjects)).delete()
    Follow.objects.filter(subject__in=subjects).delete()
    SearchDocument.objects.filter(pk__in=subjects).delete()
    Report.objects.filter(subject__in=subjects).delete()


def _forget_reports(theirs: QuerySet[User]) -> None:
    """Those they made, decided or appealed; what they took down is their rooms' to bring back."""
    named = ("reported_by", "decided_by", "appealed_by", "appeal_decided_by")
    theirs_too = Q(authors__overlap=list(theirs.values_list("pk", flat=True)))
    for name in named:
        theirs_too |= Q(**{f"{name}__in": theirs})
    reports = Report.objects.filter(theirs_too)
    Event.objects.filter(subjects__overlap=[report.key for report in reports]).delete()
    reports.delete()


def passwords_for(users: Iterable[User]) -> None:
    """Give each person a password of this installation; written down after commit.

    Known ones are kept, so that loading twice locks nobody out.
    """
    known = _known_passwords()
    written = {}
    for user in users:
        password = known.get(user.email)
        if password is None or not user.check_password(password):
            password = _new_password()
            user.set_password(password)
            user.save(update_fields=["password"])
        written[user.email] = password
    transaction.on_commit(lambda: _write_down(written))


def _in_order() -> list[Sample]:
    return sorted(_samples.values(), key=lambda sample: (sample.order, sample.name))


def _known_passwords() -> dict[str, str]:
    try:
        found = json.loads(accounts_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _new_password() -> str:
    """Four words and a number: some 7 thousand million, and easy to copy by hand."""
    words = "-".join(secrets.choice(WORDS) for _ in range(4))
    return f"{words}-{secrets.randbelow(9000) + 1000}"


def _write_down(passwords: dict[str, str]) -> None:
    path = accounts_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(passwords, file, ensure_ascii=False, indent=2)
    fresh.replace(path)
