"""Following: what a person wants to hear about.

Rooms name the kinds of subjects that can be followed (:func:`register_subject`) and say
which of them a person may see and how they are called; hub knows nothing else of them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest

from hub.models import Follow, User

SUBJECT = re.compile(r"^([a-z]{2,20}):([1-9][0-9]{0,17})$")

#: Of these ids, those the person may see: id → (title, address).
Resolver = Callable[[User, list[int]], Mapping[int, tuple[str, str]]]


@dataclass(frozen=True)
class Kind:
    code: str
    label: Any
    resolve: Resolver


@dataclass(frozen=True)
class Subject:
    """Something followed; without an address where it may no longer be seen."""

    key: str
    kind: Any
    title: str
    url: str


_kinds: dict[str, Kind] = {}


def register_subject(code: str, *, label: Any, resolve: Resolver) -> None:
    """Let subjects of a kind be followed: `register_subject("lab", label=_("Labs"), resolve=…)`."""
    _kinds[code] = Kind(code, label, resolve)


def register_model(code: str, model: Any, *, label: Any) -> None:
    """The same for a model with `visible_to`, `__str__` and `get_absolute_url`."""

    def resolve(user: User, ids: list[int]) -> Mapping[int, tuple[str, str]]:
        rows = model.objects.visible_to(user).filter(pk__in=ids)
        return {row.pk: (str(row), row.get_absolute_url()) for row in rows}

    register_subject(code, label=label, resolve=resolve)


def kinds() -> list[tuple[str, Any]]:
    """Code and name of every kind that can be followed."""
    return [(kind.code, kind.label) for kind in _kinds.values()]


def find(user: User, key: str) -> Subject | None:
    """The subject, if there is one of this key that the person may see."""
    found = named(user, [key])
    return found[0] if found and found[0].url else None


def named(user: User, keys: Iterable[str]) -> list[Subject]:
    """The subjects in the order of their keys; one question to a room per kind."""
    parsed = [(key, match) for key in keys if (match := SUBJECT.match(key))]
    wanted: dict[str, list[int]] = {}
    for _key, match in parsed:
        wanted.setdefault(match[1], []).append(int(match[2]))
    seen = {code: _kinds[code].resolve(user, ids) for code, ids in wanted.items() if code in _kinds}
    subjects = []
    for key, match in parsed:
        kind = _kinds.get(match[1])
        title, url = seen.get(match[1], {}).get(int(match[2]), ("", ""))
        subjects.append(Subject(key, kind.label if kind else match[1], title, url))
    return subjects


def followed_by(user: Any, code: str) -> Exists:
    """For a query of the things of that kind: whether the person hears of each."""
    subject = Concat(Value(f"{code}:"), Cast(OuterRef("pk"), TextField()))
    return Exists(Follow.objects.filter(user=user.pk, subject=subject))


def is_following(user: Any, key: str) -> bool:
    return bool(user.is_authenticated) and Follow.objects.filter(user=user, subject=key).exists()


def panel(request: HttpRequest, thing: Any) -> dict[str, Any] | None:
    """The button in the margin of a city, programme or group."""
    if not request.user.is_authenticated:
        return None
    return {
        "subject": thing.subject,
        "is_following": is_following(request.user, thing.subject),
    }


def follow(*, subject: str, by: User) -> None:
    Follow.objects.bulk_create([Follow(user=by, subject=subject)], ignore_conflicts=True)


def unfollow(*, subject: str, by: User) -> None:
    Follow.objects.filter(user=by, subject=subject).delete()
