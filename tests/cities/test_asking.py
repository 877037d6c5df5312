"""Asking a person: relayed by mail, no address on either side, an end when one wants no more."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core import signing
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client

from cities.asking import actions, links, permissions
from cities.models import Inquiry, InquiryMessage, Profile, Refusal
from cities.profiles import actions as profiles
from hub.actions.people import disable_person
from hub.delivery.letters import Letter, Skip
from hub.delivery.letters import kind as kind_of_delivery
from hub.delivery.sweep import sweep
from hub.enums import Listing
from hub.models import Delivery, Notification, Report, User
from tests.conftest import Cast
from tests.smtp import Sink

SignIn = Callable[[User | None], Client]


def key(**sent: str) -> dict[str, str]:
    return {"_key": str(uuid.uuid4()), **sent}


def asked(cast: Cast, text: str = "Who laid the pipes?") -> Inquiry:
    return actions.ask(by=cast.mallory, person=cast.bob, text=text)


def letter_of(message: InquiryMessage) -> Letter | Skip:
    row = Delivery.objects.get(event=message.subject)
    return kind_of_delivery(row.kind).compose(row)


def test_a_question_arrives_with_a_name_and_no_address(
    cast: Cast, sign_in: SignIn, smtp_sink: Sink
) -> None:
    answer = sign_in(cast.mallory).post(
        f"/people/{cast.bob.pk}/question/", key(text="Who laid the pipes? <b>Really</b>")
    )
    inquiry = Inquiry.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, inquiry.get_absolute_url())
    sweep()

    [mail] = smtp_sink.messages
    assert mail.message["To"] == "Bob <bob@example.org>"
    assert mail.message["Reply-To"] is None
    parts = [mail.message.get_body((kind,)).get_content() for kind in ("plain", "html")]  # type: ignore[union-attr]
    assert "Who laid the pipes? <b>Really</b>" in parts[0]
    assert "mallory@" not in f"{dict(mail.message)} {parts}"


def test_neither_side_reads_the_others_address(cast: Cast, sign_in: SignIn) -> None:
    inquiry = asked(cast)
    actions.write(by=cast.bob, inquiry=inquiry, text="We did.")
    first, second = inquiry.messages.all()
    letters = [letter_of(first), letter_of(second)]
    assert all(isinstance(letter, Letter) for letter in letters)
    to_bob, to_mallory = [f"{x.subject} {x.text} {x.html} {x.headers}" for x in letters]  # type: ignore[union-attr]

    assert "Mallory asks you" in to_bob
    assert "mallory@" not in to_bob
    assert "Bob" in to_mallory
    assert "bob@" not in to_mallory
    for reader, other in ((cast.bob, "mallory@"), (cast.mallory, "bob@")):
        page = sign_in(reader).get(inquiry.get_absolute_url()).content.decode()
        assert "We did." in page
        assert other not in page


def test_the_mail_is_text_where_it_was_typed_as_markup(cast: Cast) -> None:
    letter = letter_of(asked(cast, "<script>alert(1)</script>").messages.get())

    assert isinstance(letter, Letter)
    assert "<script>" not in letter.html
    assert "<script>alert(1)</script>" in letter.text


def test_one_line_in_the_inbox_and_one_mail(cast: Cast) -> None:
    asked(cast)

    assert Notification.objects.filter(user=cast.bob).count() == 1
    assert [row.kind for row in Delivery.objects.all()] == ["inquiry"]


def test_the_answer_by_the_link_needs_no_sign_in_and_shows_that_message_only(
    cast: Cast, client: Client
) -> None:
    inquiry = asked(cast)
    actions.write(by=cast.bob, inquiry=inquiry, text="Earlier words")
    url = links.url_for(inquiry.messages.first())
    path = url[url.index("/people/") :]

    page = client.get(path).content.decode()
    assert "Who laid the pipes?" in page
    assert "Earlier words" not in page
    assert InquiryMessage.objects.count() == 2
    assert client.post(path, key(text="We did.")).status_code == 302
    last = inquiry.messages.last()
    assert (last.text, last.author) == ("We did.", cast.bob)


def test_links_of_others_and_forged_ones_open_nothing(cast: Cast, client: Client) -> None:
    message = asked(cast).messages.get()
    tokens = [
        signing.dumps([message.pk, cast.mallory.pk], salt=links.SALT),
        signing.dumps([message.pk, cast.alice.pk], salt=links.SALT),
        signing.dumps([message.pk, cast.bob.pk], salt="labs.answer"),
        "x",
    ]

    for token in tokens:
        assert client.get(f"/people/questions/by-mail/{token}/").status_code == 404
        sent = client.post(f"/people/questions/by-mail/{token}/", key(text="Hello"))
        assert sent.status_code == 404
    assert InquiryMessage.objects.count() == 1


def test_no_more_from_this_person_ends_it_both_ways(cast: Cast, sign_in: SignIn) -> None:
    inquiry = asked(cast)
    sign_in(cast.bob).post(f"/people/questions/{inquiry.pk}/refusal/", key())

    assert isinstance(letter_of(inquiry.messages.get()), Skip)
    client = sign_in(cast.mallory)
    assert client.get(f"/people/{cast.bob.pk}/question/").status_code == 403
    again = client.post(f"/people/questions/{inquiry.pk}/answer/", key(text="Please!"))
    assert again.status_code == 422
    assert InquiryMessage.objects.count() == 1
    # She reads the same as about somebody who takes no questions.
    assert "Ask this person" not in client.get(f"/people/{cast.bob.pk}/").content.decode()

    sign_in(cast.bob).post(f"/people/questions/{inquiry.pk}/return/", key())
    assert Refusal.objects.count() == 0
    assert sign_in(cast.mallory).get(f"/people/{cast.bob.pk}/question/").status_code == 200


def test_the_mail_can_say_no_more_without_signing_in(cast: Cast, client: Client) -> None:
    url = links.url_for(asked(cast).messages.get())
    client.post(url[url.index("/people/") :], key(refuse="1"))

    assert Refusal.objects.filter(person=cast.bob, refused=cast.mallory).count() == 1


@pytest.mark.parametrize("why", ["switched off", "unlisted", "closed", "oneself"])
def test_who_takes_no_questions_gets_none(cast: Cast, sign_in: SignIn, why: str) -> None:
    person, wanted = cast.bob, 404
    if why == "switched off":
        Profile.objects.create(user=person, takes_questions=False)
        wanted = 403
    elif why == "unlisted":
        profiles.set_listing(person=person, listing=Listing.UNLISTED)
    elif why == "closed":
        disable_person(person=person, by=cast.ada)
    else:
        person, wanted = cast.mallory, 403
    url = f"/people/{person.pk}/question/"

    assert sign_in(cast.mallory).get(url).status_code == wanted
    assert sign_in(cast.mallory).post(url, key(text="Hello?")).status_code == wanted
    assert Inquiry.objects.count() == 0


def test_a_day_has_room_for_so_many_questions(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "QUESTIONS_A_DAY", 2)
    people = (cast.bob, cast.alice, cast.rita)
    client = sign_in(cast.mallory)

    answers = [client.post(f"/people/{p.pk}/question/", key(text="Hi")) for p in people]

    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "tomorrow" in answers[2].content.decode()
    assert Inquiry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_many_at_once_do_not_pass_the_limit(
    monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """Negative control: without the turn all find the same room."""
    asker = User.objects.create(email="a@example.org", name="A")
    people = [User.objects.create(email=f"{n}@example.org", name=f"P{n}") for n in range(4)]
    monkeypatch.setattr(actions, "QUESTIONS_A_DAY", 1)
    if not is_locked:
        counted, send = Barrier(len(people)), actions._send
        monkeypatch.setattr(actions, "_take_turn", lambda by: None)
        monkeypatch.setattr(actions, "_send", lambda *a, **k: (counted.wait(30), send(*a, **k)))

    def ask(person: User) -> None:
        try:
            actions.ask(by=asker, person=person, text="Hi")
        except actions.TooMany:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(ask, people))

    assert Inquiry.objects.count() == (1 if is_locked else len(people))


def test_a_report_takes_the_message_and_its_mail_away(cast: Cast, sign_in: SignIn) -> None:
    message = asked(cast, "A rude word").messages.get()
    sent = key(kind="hurtful", why="Rude.")
    answer = sign_in(cast.bob).post(f"/reports/about/{message.subject}/", sent)
    report = Report.objects.get()
    assert answer.status_code == 302
    # Coordinators do not read what people write to each other.
    assert sign_in(cast.carol).get(report.get_absolute_url()).status_code == 404

    decided = key(decision="goes", reason="It is.")
    sign_in(cast.ada).post(f"/reports/{report.pk}/decision/", decided)

    assert isinstance(letter_of(message), Skip)
    page = sign_in(cast.bob).get(message.inquiry.get_absolute_url()).content.decode()
    assert "A rude word" not in page
    page = sign_in(cast.mallory).get(message.inquiry.get_absolute_url()).content.decode()
    assert "A rude word" in page
    assert "Taken down" in page


def test_a_closed_account_gets_and_sends_nothing_more(cast: Cast) -> None:
    inquiry = asked(cast)
    disable_person(person=cast.mallory, by=cast.ada)
    inquiry.refresh_from_db()

    assert isinstance(letter_of(inquiry.messages.get()), Skip)
    assert not permissions.can_write(cast.bob, inquiry)


def test_the_database_refuses_by_sql(cast: Cast) -> None:
    inquiry = asked(cast)
    refused = {
        "inquiry_between_two_people": lambda: Inquiry.objects.filter(pk=inquiry.pk).update(
            asked=cast.mallory
        ),
        "inquiry_message_says_something": lambda: inquiry.messages.update(text=""),
        "inquiry_message_removed_with_reason": lambda: inquiry.messages.update(
            removal_reason="Rude"
        ),
        "refusal_of_another_person": lambda: Refusal.objects.create(
            person=cast.bob, refused=cast.bob
        ),
        "refusal_once_each": lambda: [
            Refusal.objects.create(person=cast.bob, refused=cast.alice) for _ in range(2)
        ],
    }
    for name, break_it in refused.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            break_it()
    assert connection.is_usable()
