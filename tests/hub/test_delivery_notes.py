"""Events to inboxes and mails: who hears of what, and who does not."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cities.models import Membership
from hub import events, fanout, inbox
from hub.delivery.sweep import sweep
from hub.enums import MailChoice
from hub.models import Delivery, Event, Follow, Notification, User
from tests.conftest import Cast
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def verb() -> Iterator[None]:
    events.register("test.said", "{actor} said {title}")
    yield
    del events._sentences["test.said"]


def said(cast: Cast, *, to: list[str], direct: list[User] | None = None, about: str = "") -> Event:
    event = events.record(
        verb="test.said",
        by=cast.carol,
        title="Heat <from> sewage",
        text="The plan stands.",
        url="/cities/lund/",
        audience=to,
        subjects=[about or f"city:{cast.lund.pk}"],
        direct=direct or [],
    )
    fanout.fan_out(event.pk)
    return event


def told(event: Event) -> set[str]:
    return set(event.notifications.values_list("user__email", flat=True))


def follow(user: User, subject: str) -> None:
    Follow.objects.create(user=user, subject=subject)


def test_followers_hear_of_it_and_others_do_not(cast: Cast) -> None:
    for person in (cast.alice, cast.bob, cast.carol):
        follow(person, f"city:{cast.lund.pk}")
    follow(cast.rita, f"city:{cast.malmo.pk}")
    assert told(said(cast, to=["public"])) == {"alice@example.org", "bob@example.org"}


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("public", {"alice", "mallory"}),
        ("signed-in", {"alice", "mallory"}),
        ("programme", {"alice"}),
        ("nobody", set()),
    ],
)
def test_only_those_who_may_see_it_hear_of_it(
    cast: Cast, audience: str, expected: set[str]
) -> None:
    for person in (cast.alice, cast.mallory):
        follow(person, f"city:{cast.lund.pk}")
    keys = {"programme": f"programme:{cast.syd.pk}", "nobody": "user:0"}
    event = said(cast, to=[keys.get(audience, audience)])
    assert told(event) == {f"{name}@example.org" for name in expected}


def test_person_addressed_hears_of_it_without_following(cast: Cast) -> None:
    event = said(cast, to=[f"programme:{cast.syd.pk}"], direct=[cast.rita, cast.mallory])
    assert told(event) == {"rita@example.org"}
    assert event.notifications.get().is_direct


def test_closed_account_hears_nothing(cast: Cast) -> None:
    User.objects.filter(pk=cast.rita.pk).update(is_active=False)
    assert told(said(cast, to=["public"], direct=[cast.rita])) == set()


def test_fan_out_twice_tells_once(cast: Cast) -> None:
    event = said(cast, to=["public"], direct=[cast.rita])
    Event.objects.update(fanned_out_at=None)
    fanout.fan_out(event.pk)
    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 1)


def test_fan_out_that_was_cut_short_is_finished_by_the_sweep(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "CHUNK", 2)
    for person in (cast.alice, cast.bob, cast.rita, cast.mallory, cast.ada):
        follow(person, f"city:{cast.lund.pk}")
    event = said(cast, to=["public"])
    last = event.notifications.order_by("pk").last()
    assert last is not None
    last.delete()
    Event.objects.update(fanned_out_at=None, created_at=timezone.now() - timedelta(minutes=1))
    assert (fanout.sweep(), event.notifications.count()) == (1, 5)
    assert (fanout.sweep(), Event.objects.filter(fanned_out_at=None).count()) == (0, 0)


@pytest.mark.parametrize("number", [1, 30])
def test_queries_of_a_fan_out_do_not_grow(
    cast: Cast, number: int, django_assert_num_queries: Callable[..., object]
) -> None:
    people = User.objects.bulk_create(User(email=f"p{n}@example.org") for n in range(number))
    event = events.record(
        verb="test.said", by=None, title="x", url="/", audience=["public"],
        subjects=["city:1"], direct=people,
    )  # fmt: skip
    # The event, one chunk with its savepoint, two of wishes, notes and deliveries, the empty
    # chunk, the mark.
    with django_assert_num_queries(10):  # type: ignore[attr-defined]
        assert fanout.fan_out(event.pk) == number


def test_mail_tells_what_the_inbox_tells(cast: Cast, smtp_sink: Sink) -> None:
    said(cast, to=["public"], direct=[cast.rita])
    sweep()
    (mail,) = smtp_sink.messages
    assert mail.recipients == ("rita@example.org",)
    assert mail.subject == "Carol said Heat <from> sewage"
    plain, html = (part for part in mail.message.walk() if not part.is_multipart())
    assert "http://localhost:8000/cities/lund/" in plain.get_content()
    assert "The plan stands." in plain.get_content()
    assert "Heat &lt;from&gt; sewage" in html.get_content()
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_title_with_line_breaks_is_no_header(cast: Cast, smtp_sink: Sink) -> None:
    event = said(cast, to=["public"], direct=[cast.rita])
    Event.objects.filter(pk=event.pk).update(title="Hej\r\nBcc: all@example.org")
    sweep()
    (mail,) = smtp_sink.messages
    assert (mail.message["Bcc"], mail.recipients) == (None, ("rita@example.org",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("never", "The person wants no mail about news."),
        ("read", "The person has already read it here."),
        ("closed", "The person may no longer see it."),
        ("revoked", "The person may no longer see it."),
    ],
)
def test_mail_is_not_sent_any_more(cast: Cast, smtp_sink: Sink, change: str, reason: str) -> None:
    event = said(cast, to=[f"programme:{cast.syd.pk}"], direct=[cast.rita])
    if change == "never":
        User.objects.filter(pk=cast.rita.pk).update(mail_notes=MailChoice.NEVER)
    elif change == "read":
        inbox.read(by=cast.rita)
    elif change == "closed":
        Event.objects.filter(pk=event.pk).update(audience=[f"user:{cast.carol.pk}"])
    else:
        Membership.objects.filter(user=cast.rita).update(
            ended_at=timezone.now(), ended_by=cast.carol
        )
    sweep()
    row = Delivery.objects.get()
    assert (row.state, row.reason, smtp_sink.messages) == ("skipped", reason, [])


def test_person_who_wants_no_mail_is_owed_none(cast: Cast) -> None:
    User.objects.filter(pk=cast.rita.pk).update(mail_notes=MailChoice.NEVER)
    said(cast, to=["public"], direct=[cast.rita])
    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 0)


def test_revoked_role_takes_the_note_out_of_the_inbox(
    cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    said(cast, to=[f"programme:{cast.syd.pk}"], direct=[cast.rita])
    client = sign_in(cast.rita)
    before = client.get("/inbox/")
    assert before.context["unread_count"] == 1
    assert "Heat &lt;from&gt; sewage" in before.content.decode()
    Membership.objects.filter(user=cast.rita).update(ended_at=timezone.now(), ended_by=cast.carol)
    after = client.get("/inbox/")
    assert after.context["unread_count"] == 0
    assert "Heat" not in after.content.decode()


def test_inbox_shows_unread_first_and_reading_is_ones_own(
    cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    older = said(cast, to=["public"], direct=[cast.rita, cast.bob])
    newer = said(cast, to=["public"], direct=[cast.rita])
    client = sign_in(cast.rita)
    note = Notification.objects.get(user=cast.rita, event=newer)
    foreign = Notification.objects.get(user=cast.bob)
    sent = {"note": note.pk, "_key": "form-key-1"}
    assert client.post("/inbox/reading/", sent).status_code == 303
    parts = client.get("/inbox/").context["parts"]
    shown = [
        (part.is_unread, [e.note.event_id for day in part.days for e in day.entries])
        for part in parts
    ]
    assert shown == [(True, [older.pk]), (False, [newer.pk])]
    client.post("/inbox/reading/", {"note": foreign.pk, "_key": "form-key-2"})
    assert Notification.objects.unread().filter(user=cast.bob).count() == 1
    client.post("/inbox/reading/", {"up_to": note.pk, "_key": "form-key-3"})
    assert Notification.objects.unread().filter(user=cast.rita).count() == 0


def test_what_came_while_the_page_was_open_stays_unread(
    cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    said(cast, to=["public"], direct=[cast.rita])
    client = sign_in(cast.rita)
    newest = client.get("/inbox/").context["newest"]
    said(cast, to=["public"], direct=[cast.rita])
    answer = client.post(
        "/inbox/reading/",
        {"up_to": newest, "_key": "form-key-1"},
        headers={"HX-Request": "true"},
    )
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "inbox-changed")
    assert Notification.objects.unread().count() == 1


@pytest.mark.parametrize("bad", [{}, {"note": "x"}, {"note": "-1"}, {"up_to": 2**63}])
def test_reading_of_nonsense_changes_nothing(
    cast: Cast, sign_in: Callable[[User | None], Client], bad: dict[str, object]
) -> None:
    said(cast, to=["public"], direct=[cast.rita])
    answer = sign_in(cast.rita).post("/inbox/reading/", {**bad, "_key": "form-key-1"})
    assert (answer.status_code, Notification.objects.unread().count()) == (404, 1)
