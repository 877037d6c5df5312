"""Calendars to subscribe to: composed once for all who ask while they would say the same.

Programs ask each hour whether anything is new. One query reads a fingerprint of the very rows
and columns that a calendar is written from; while that stands, the kept bytes do. Nothing has
to be thrown away when a Lab changes: it then has another fingerprint, and so another key.
"""

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import JSONBAgg
from django.core.cache import cache
from django.db.models import BinaryField, F, Func, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from redis.exceptions import RedisError

from hub.models import User
from labs import calendars, subscriptions
from labs.models.labs import LabQuerySet
from labs.subscriptions import OwnLab

log = logging.getLogger("labs.feeds")

#: Columns of a Lab that its calendar entry is written from.
SHOWN = (
    "uid", "slug", "title", "summary", "place", "address", "state", "sequence",
    "starts_at", "ends_at", "time_zone", "is_all_day",
)  # fmt: skip
#: In one's own calendar also what one has answered, and the link near the time.
SHOWN_TO_ONESELF = (*SHOWN, "join_link", "answer", "mode", "is_hosted")
#: So long a new version of the hub may still be answered with what the old one has written.
KEPT = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Stream:
    """A calendar as it is sent, with its ETag, and the moment until which it holds."""

    content: bytes
    tag: str
    until: dt.datetime


def of_labs(labs: LabQuerySet, *, name: str) -> Stream:
    """A public calendar: the Labs in the query, in its order."""
    key = _key("labs", fingerprint(labs, SHOWN), name)
    return _kept(key, lambda: (calendars.feed(labs, name=name), None))


def of_person(reader: User, labs: LabQuerySet, *, name: str) -> Stream:
    """One's own calendar, of a query by `subscriptions`, in the active language."""
    key = _key("own", fingerprint(labs, SHOWN_TO_ONESELF), name, reader.pk, reader.language)

    def compose() -> tuple[bytes, dt.datetime | None]:
        own = subscriptions.answered(labs)
        return calendars.own_feed(own, name=name), _next_turn(own)

    return _kept(key, compose)


def fingerprint(labs: LabQuerySet, columns: Iterable[str]) -> str:
    """Of what these Labs show now; one query, and as many bytes for one as for a thousand."""
    row = JSONObject(**{name: F(name) for name in columns})
    rows = Cast(JSONBAgg(row, order_by=("starts_at", "pk")), TextField())
    text = Func(rows, Value("UTF8"), function="convert_to", output_field=BinaryField())
    digest = Func(text, function="sha256", output_field=BinaryField())
    encoded = Func(digest, Value("hex"), function="encode", output_field=TextField())
    found = labs.select_related(None).order_by().aggregate(print=encoded)["print"]
    return str(found or "")


def _next_turn(labs: Iterable[OwnLab]) -> dt.datetime | None:
    """When the clock alone will change what stands there: a link to join appears or goes."""
    now = timezone.now()
    online = [own.lab for own in labs if own.shows_link_in_time]
    turns = [moment for lab in online for moment in (lab.join_opens_at, lab.ends_at)]
    return min((moment for moment in turns if moment > now), default=None)


def _kept(key: str, compose: Callable[[], tuple[bytes, dt.datetime | None]]) -> Stream:
    now = timezone.now()
    stream: Stream | None = _tried(lambda: cache.get(key))
    if stream is not None and now < stream.until:
        return stream
    content, turn = compose()
    until = min(turn or now + KEPT, now + KEPT)
    made = Stream(content, calendars.tag_of(content), until)
    _tried(lambda: cache.set(key, made, KEPT.total_seconds()))
    return made


def _tried(ask: Callable[[], Any]) -> Any:
    """Without its cache the hub is slower, and nothing else."""
    try:
        return ask()
    except RedisError as error:
        log.warning("The cache does not answer: %s", error)
        return None


def _key(*parts: Any) -> str:
    """Texts of any length as one key; with what the settings put into every calendar."""
    frame = (settings.BASE_URL, settings.HUB_NAME, settings.DEFAULT_FROM_EMAIL)
    written = json.dumps([*parts, *frame], ensure_ascii=False)
    return f"labs.feed:{hashlib.sha256(written.encode()).hexdigest()}"
