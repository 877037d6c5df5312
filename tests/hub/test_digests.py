"""How soon news come by mail: at once, in a digest at the reader's hour, or never."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from hub import events, fanout, inbox, rhythms
from hub.actions import mailing
from hub.delivery.sweep import sweep
from hub.enums import MailChoice
from hub.models import Delivery, Event, Follow, MailWish, Notification, User
from hub.rhythms import Wishes, next_digest
from tests.conftest import Cast
from tests.labs.conftest import post
from tests.smtp import Sink

SignIn = Callable[[User | None], Client]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
#: A Wednesday.
NOW = dt.datetime(2027, 3, 24, 12, 0, tzinfo=STOCKHOLM)


@pytest.fixture
def verb() -> Iterator[None]:
    events.register("test.said", "{actor} said {title}")
    yield
    del events._sentences["test.said"]


@pytest.fixture
def clock(verb: None, db: None) -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def said(
    cast: Cast, title: str, *, about: str = "", to: User | None = None, url: str = "/"
) -> Event:
    event = events.record(
        verb="test.said", by=cast.carol, title=title, text=f"All of {title}.", url=url,
        audience=["signed-in"], subjects=[about or cast.lund.subject], direct=[to] if to else [],
    )  # fmt: skip
    fanout.fan_out(event.pk)
    return event


def choose(person: User, rhythm: str, *, hour: int = 7, weekday: int = 1, **kinds: str) -> None:
    mailing.choose(
        by=person, mail_notes=rhythm, digest_hour=hour, digest_weekday=weekday, wishes=kinds
    )


def owed(person: User) -> list[tuple[str, dt.datetime]]:
    rows = Delivery.objects.filter(user=person).order_by("due_at")
    return [(kind, due.astimezone(STOCKHOLM)) for kind, due in rows.values_list("kind", "due_at")]


def due(person: User) -> None:
    """As if the hour had come: the ledger goes by the database's clock."""
    Delivery.objects.filter(user=person).update(
        due_at=dt.datetime.now(dt.UTC), try_at="2020-01-01T00:00Z", expires_at="2100-01-01T00:00Z"
    )
    sweep()


@pytest.mark.parametrize(
    ("wishes", "is_direct", "expected"),
    [
        (Wishes("never"), True, "never"),
        (Wishes("daily"), True, "daily"),
        (Wishes("weekly", {"direct": "at-once"}), True, "at-once"),
        (Wishes("weekly", {"direct": "at-once"}, {"city:1": ""}), False, "weekly"),
        (Wishes("never", {"lab": "daily"}, {"lab:7": ""}), False, "daily"),
        (Wishes("never", {"lab": "daily"}, {"lab:7": "", "city:1": ""}), False, "daily"),
        # The Lab itself is muted: that the city is followed does not bring it back.
        (Wishes("at-once", {}, {"lab:7": "never", "city:1": ""}), False, "never"),
        (Wishes("at-once", {}, {"lab:7": "never", "city:1": "weekly"}), False, "weekly"),
        # What is addressed to a person comes in any case.
        (Wishes("at-once", {}, {"lab:7": "never"}), True, "at-once"),
    ],
)
def test_the_nearest_choice_counts(wishes: Wishes, is_direct: bool, expected: str) -> None:
    assert wishes.rhythm(["city:1", "lab:7"], is_direct=is_direct) == expected


@pytest.mark.parametrize(
    ("rhythm", "now", "hour", "expected"),
    [
        ("daily", "2027-03-24T06:00", 7, "2027-03-24T07:00"),
        ("daily", "2027-03-24T07:00", 7, "2027-03-25T07:00"),
        # Too near: what is written now might come after the digest has been put together.
        ("daily", "2027-03-24T06:57", 7, "2027-03-25T07:00"),
        ("daily", "2027-03-24T23:58", 0, "2027-03-26T00:00"),
        ("weekly", "2027-03-24T06:00", 7, "2027-03-29T07:00"),
        ("weekly", "2027-03-29T06:00", 7, "2027-03-29T07:00"),
        ("weekly", "2027-03-29T07:00", 7, "2027-04-05T07:00"),
        # On 28 March clocks skip the hour after two, and in October they show it twice.
        ("daily", "2027-03-27T12:00", 2, "2027-03-28T03:00"),
        ("daily", "2027-10-30T12:00", 2, "2027-10-31T02:00"),
    ],
)
def test_a_digest_leaves_at_the_readers_hour(
    rhythm: str, now: str, hour: int, expected: str
) -> None:
    begun = dt.datetime.fromisoformat(now).replace(tzinfo=STOCKHOLM)
    on, when = next_digest(
        MailChoice(rhythm), now=begun, zone="Europe/Stockholm", hour=hour, weekday=1
    )
    local = when.astimezone(STOCKHOLM)
    assert local.replace(tzinfo=None) == dt.datetime.fromisoformat(expected)
    assert (on, local.fold) == (local.date(), 0)


def test_one_mail_tells_of_all_that_came(cast: Cast, clock: Any, smtp_sink: Sink) -> None:
    choose(cast.bob, "daily", hour=16)
    Follow.objects.create(user=cast.bob, subject=cast.lund.subject)
    said(cast, "Heat", url="/labs/heat/")
    said(cast, "Wood", url="/labs/wood/#minutes")
    said(cast, "Heat again", url="/labs/heat/#more")
    said(cast, "For you", to=cast.bob, about="city:0")
    assert owed(cast.bob) == [("digest", NOW.replace(hour=16))]
    due(cast.bob)
    (mail,) = smtp_sink.messages
    plain, html = (part for part in mail.message.walk() if not part.is_multipart())
    said_in = [
        plain.get_content().index(f"said {t}\r\n")
        for t in ("For you", "Heat", "Heat again", "Wood")
    ]
    assert said_in == sorted(said_in)
    assert mail.subject == "4 pieces of news from Learning Hub"
    assert 'href="http://localhost:8000/labs/wood/#minutes"' in html.get_content()
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_daily_and_weekly_of_one_day_are_one_mail(cast: Cast, clock: Any) -> None:
    choose(cast.bob, "weekly", weekday=4, direct="daily")
    Follow.objects.create(user=cast.bob, subject=cast.lund.subject)
    said(cast, "Heat")
    said(cast, "For you", to=cast.bob, about="city:0")
    assert owed(cast.bob) == [("digest", NOW.replace(day=25, hour=7))]
    assert set(Notification.objects.values_list("digest_on", flat=True)) == {dt.date(2027, 3, 25)}


@pytest.mark.parametrize("change", ["read", "closed", "never", "muted"])
def test_what_is_not_new_any_more_is_left_out(
    cast: Cast, clock: Any, smtp_sink: Sink, change: str
) -> None:
    choose(cast.bob, "daily")
    Follow.objects.create(user=cast.bob, subject=cast.lund.subject)
    said(cast, "Heat")
    if change == "read":
        inbox.read(by=cast.bob)
    elif change == "closed":
        Event.objects.update(audience=["user:0"])
    elif change == "never":
        choose(cast.bob, "never")
    else:
        mailing.choose_for(by=cast.bob, subject=cast.lund.subject, rhythm="never")
    due(cast.bob)
    row = Delivery.objects.get()
    assert (row.state, row.reason) == ("skipped", "Nothing of it is new any more.")
    assert smtp_sink.messages == []


def test_a_digest_that_was_stopped_stays_away(cast: Cast, clock: Any, smtp_sink: Sink) -> None:
    choose(cast.bob, "daily")
    said(cast, "For you", to=cast.bob)
    due(cast.bob)
    link = smtp_sink.messages[0].message["List-Unsubscribe"].strip("<>")
    Client().post(link.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"})
    clock.shift(dt.timedelta(days=1))
    said(cast, "More", to=cast.bob)
    due(cast.bob)
    assert len(smtp_sink.messages) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["sent", "skipped"]


def test_what_waits_moves_with_the_hour_and_the_zone(
    cast: Cast, clock: Any, sign_in: SignIn
) -> None:
    choose(cast.bob, "daily")
    said(cast, "For you", to=cast.bob)
    choose(cast.bob, "daily", hour=17)
    assert owed(cast.bob) == [("digest", NOW.replace(day=25, hour=17))]
    data = {"name": "Bob", "language": "en", "time_zone": "Europe/Athens", "theme": "system"}
    sign_in(cast.bob).post("/settings/", {**data, "_key": "to-athens"})
    assert owed(cast.bob) == [("digest", NOW.replace(day=25, hour=16))]


def test_more_than_a_mail_holds_is_counted(
    cast: Cast, clock: Any, smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.delivery.digests.MOST", 2)
    choose(cast.bob, "daily")
    for title in ("One", "Two", "Three"):
        said(cast, title, to=cast.bob, url=f"/{title}")
    due(cast.bob)
    text = smtp_sink.messages[0].message.get_body(("plain",)).get_content()
    assert "said Two" in text
    assert "said Three" not in text
    assert "One more is in your inbox." in text


def test_choices_are_made_on_their_page(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.bob)
    data = {"mail_notes": "weekly", "digest_hour": "18", "digest_weekday": "5"}
    data |= {"kind-direct": "at-once", "kind-lab": ""}
    assert post(client, "/settings/mail/", data).status_code == 302
    bob = User.objects.get(pk=cast.bob.pk)
    assert (bob.mail_notes, bob.digest_hour, bob.digest_weekday) == ("weekly", 18, 5)
    assert list(MailWish.objects.values_list("kind", "rhythm")) == [("direct", "at-once")]
    page = client.get("/settings/mail/").content.decode()
    assert '<option value="18" selected>18:00</option>' in page
    for field, wrong in (("mail_notes", "hourly"), ("digest_hour", "24"), ("kind-lab", "often")):
        refused = post(client, "/settings/mail/", data | {field: wrong})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, [field])
    assert User.objects.get(pk=cast.bob.pk).mail_notes == "weekly"


def test_one_thing_has_a_choice_of_its_own(cast: Cast, sign_in: SignIn, clock: Any) -> None:
    Follow.objects.create(user=cast.bob, subject=cast.lund.subject)
    client = sign_in(cast.bob)
    sent = {"subject": cast.lund.subject, "rhythm": "weekly"}
    assert post(client, "/following/mail/", sent)["Location"] == "/following/"
    assert '<option value="weekly" selected>' in client.get("/following/").content.decode()
    said(cast, "Heat")
    assert owed(cast.bob) == [("digest", NOW.replace(day=29, hour=7))]
    for wrong in ({"subject": cast.malmo.subject}, {"rhythm": "often"}):
        assert post(client, "/following/mail/", {**sent, **wrong}).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_a_digest_do_not_grow(
    cast: Cast, clock: Any, number: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    choose(cast.bob, "daily")
    for n in range(number):
        said(cast, f"News {n}", to=cast.bob, about=f"lab:{n + 1}")
    row = Delivery.objects.get(user=cast.bob)
    row.user = User.objects.with_keys().get(pk=cast.bob.pk)
    from hub.delivery.digests import compose

    with django_assert_num_queries(3):
        assert not hasattr(compose(row), "reason")


@pytest.mark.parametrize(("field", "value"), [("digest_hour", 24), ("digest_weekday", 0)])
def test_the_database_holds_the_hour_and_the_day(cast: Cast, field: str, value: int) -> None:
    with pytest.raises(IntegrityError, match=f"user_{field}_of_a"), transaction.atomic():
        User.objects.filter(pk=cast.bob.pk).update(**{field: value})


def test_a_kind_has_one_choice(cast: Cast) -> None:
    MailWish.objects.create(user=cast.bob, kind="lab", rhythm="daily")
    with pytest.raises(IntegrityError, match="mail_wish_once_per_kind"), transaction.atomic():
        MailWish.objects.create(user=cast.bob, kind="lab", rhythm="never")
    assert rhythms.wishes_of({cast.bob.pk: "never"}, [])[cast.bob.pk].kinds == {"lab": "daily"}
