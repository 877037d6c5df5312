"""Answers by calendar: what they change, what they never change, and how they arrive."""

import base64
import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from hub.models import Delivery, User
from labs import actions, calendars, inbound
from labs.actions.forgetting import forget_replies
from labs.actions.replying import take_reply
from labs.calendars import Guest
from labs.models import CalendarReply, Lab, Registration, RegistrationStep
from tests.conftest import Cast
from tests.labs.replying import BASE, a_reply, stamp
from tests.labs.test_letters import letter_of
from tests.labs.test_models import refused

SECRET = "shared with the mail service"


@pytest.fixture(autouse=True)
def _an_address_is_read(settings: Any) -> None:
    settings.INBOUND_ADDRESS = BASE
    settings.INBOUND_SECRET = SECRET


def states() -> list[tuple[str, str]]:
    return list(Registration.objects.order_by("user__name").values_list("user__name", "state"))


def reasons() -> list[str]:
    return list(CalendarReply.objects.order_by("pk").values_list("reason", flat=True))


def everything() -> tuple[Any, ...]:
    """What no wrong answer may touch."""
    return (
        list(Lab.objects.order_by("pk").values()),
        list(Registration.objects.order_by("pk").values()),
        list(RegistrationStep.objects.order_by("pk").values()),
        list(Delivery.objects.order_by("pk").values()),
    )


def test_invitations_name_the_address_of_this_person_and_lab(lab: Lab, cast: Cast) -> None:
    letter = letter_of("lab.invitation", cast.alice)
    address = inbound.address_for(cast.alice.pk, lab.pk)
    event = Calendar.from_ical(letter.calendar or b"").walk("VEVENT")[0]
    assert str(event["ORGANIZER"]) == f"mailto:{address}"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert letter.headers == {"Reply-To": address}
    local, _at, host = address.rpartition("@")
    assert (len(local) <= 64, host, local) == (True, "hub.example.org", local.lower())
    assert address != inbound.address_for(cast.rita.pk, lab.pk)


def test_without_an_address_nobody_is_asked_to_reply(lab: Lab, cast: Cast, settings: Any) -> None:
    settings.INBOUND_ADDRESS = ""
    event = Calendar.from_ical(calendars.for_guest(lab, "REQUEST", Guest(cast.alice)))
    event = event.walk("VEVENT")[0]
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert "+" not in str(event["ORGANIZER"])


def test_yes_registers_and_no_gives_back(lab: Lab, cast: Cast) -> None:
    assert take_reply(raw=a_reply(lab, cast.alice)) is not None
    assert states() == [("Alice", "seated")]
    step = RegistrationStep.objects.get()
    assert (step.step, step.via, step.taken_by) == ("registered", "ical", cast.alice)
    assert Delivery.objects.filter(kind="lab.receipt", user=cast.alice).count() == 1
    later = stamp(timezone.now() + dt.timedelta(minutes=6))
    take_reply(raw=a_reply(lab, cast.alice, PARTSTAT="DECLINED", DTSTAMP=later))
    assert states() == [("Alice", "cancelled")]
    assert reasons() == ["", ""]


def test_no_of_who_never_registered_declines(lab: Lab, cast: Cast) -> None:
    take_reply(raw=a_reply(lab, cast.alice, PARTSTAT="DECLINED"))
    assert RegistrationStep.objects.get().step == "declined"


def test_a_full_lab_puts_the_answer_on_the_waitlist(
    make_lab: Callable[..., Lab], make_people: Callable[[int], list[User]]
) -> None:
    people = make_people(2)
    lab = make_lab(seats_onsite=1, seats_online=None)
    for user in people:
        take_reply(raw=a_reply(lab, user))
    assert states() == [("Team 000", "seated"), ("Team 001", "waiting")]


def test_a_seat_elsewhere_is_better_than_the_waitlist(
    make_lab: Callable[..., Lab], make_people: Callable[[int], list[User]]
) -> None:
    people = make_people(2)
    lab = make_lab(seats_onsite=1, seats_online=5)
    for user in people:
        take_reply(raw=a_reply(lab, user))
    assert [r.mode for r in Registration.objects.order_by("pk")] == ["onsite", "online"]


def test_yes_of_who_has_a_seat_keeps_it(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    take_reply(raw=a_reply(lab, cast.alice))
    assert (Registration.objects.get().mode, RegistrationStep.objects.count()) == ("online", 1)


def test_perhaps_is_noted_and_changes_nothing(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    before = everything()
    found = take_reply(raw=a_reply(lab, cast.alice, PARTSTAT="TENTATIVE"))
    assert found is not None
    assert (found.result, everything() == before) == ("noted", True)


def test_the_same_message_acts_once(lab: Lab, cast: Cast) -> None:
    raw = a_reply(lab, cast.alice, message_id="<one@calendar>")
    assert take_reply(raw=raw) is not None
    actions.cancel_registration(by=cast.alice, lab=lab)
    assert take_reply(raw=raw) is None
    assert (states(), CalendarReply.objects.count()) == ([("Alice", "cancelled")], 1)


def test_the_ledger_holds_each_message_once(lab: Lab, cast: Cast) -> None:
    found = take_reply(raw=a_reply(lab, cast.alice))
    assert found is not None
    columns = "lab_id, user_id, answer, answered_at, result, reason, received_at"
    refused(
        "calendar_reply_once",
        f"INSERT INTO labs_calendarreply (key, {columns})"
        f" SELECT key, {columns} FROM labs_calendarreply WHERE id = %s",
        found.pk,
    )
    refused(
        "calendar_reply_says_why_not",
        "UPDATE labs_calendarreply SET result = 'refused' WHERE id = %s",
        found.pk,
    )


def test_somebody_elses_message_id_blocks_nobody(lab: Lab, cast: Cast) -> None:
    take_reply(raw=a_reply(lab, cast.rita, message_id="<same@calendar>"))
    take_reply(raw=a_reply(lab, cast.alice, message_id="<same@calendar>"))
    assert states() == [("Alice", "seated"), ("Rita", "seated")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SEQUENCE": 1}, "It answers an earlier version of the invitation."),
        ({"SEQUENCE": 99}, "It answers a version that was never sent."),
        ({"UID": "another@example.org"}, "It answers another event."),
        (
            {"ATTENDEE": "mailto:rita@example.org"},
            "Somebody else answers than the one who was invited.",
        ),
        ({"METHOD": "REQUEST"}, "The calendar part is no answer to an invitation."),
        ({"PARTSTAT": "DELEGATED"}, "It says neither yes nor no."),
        ({"EXTRA": "RECURRENCE-ID:20270101T120000Z"},
         "The calendar part is no answer to an invitation."),
        ({"EXTRA": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:rita@example.org"},
         "It does not say who answers."),
        ({"DTSTAMP": "yesterday"}, "The answer could not be read."),
        ({"SEQUENCE": "many"}, "The answer could not be read."),
        ({"DTSTAMP": "29990101T000000Z"},
         "Its clock is wrong: it says that it was sent in the future."),
        ({"headers": "Auto-Submitted: auto-replied\r\n"},
         "It was sent by a machine, not by a person."),
        ({"headers": "Return-Path: <>\r\n"}, "It was sent by a machine, not by a person."),
    ],
)  # fmt: skip
def test_a_wrong_answer_changes_nothing_and_says_why(
    lab: Lab, cast: Cast, changes: dict[str, Any], reason: str
) -> None:
    Lab.objects.filter(pk=lab.pk).update(sequence=2)
    lab.refresh_from_db()
    actions.register(by=cast.alice, lab=lab, mode="online")
    before = everything()
    take_reply(raw=a_reply(lab, cast.alice, **({"PARTSTAT": "DECLINED"} | changes)))
    assert (reasons(), everything() == before) == ([reason], True)


def test_an_answer_to_a_lab_that_has_begun_changes_nothing(lab: Lab, cast: Cast) -> None:
    Lab.objects.filter(pk=lab.pk).update(starts_at=timezone.now() - dt.timedelta(minutes=1))
    take_reply(raw=a_reply(lab, cast.alice))
    assert (states(), reasons()) == ([], ["No answers are taken any more."])


def test_an_answer_after_registration_has_closed_changes_nothing(lab: Lab, cast: Cast) -> None:
    Lab.objects.filter(pk=lab.pk).update(registers_until=timezone.now() - dt.timedelta(hours=1))
    take_reply(raw=a_reply(lab, cast.alice))
    assert states() == []
    assert CalendarReply.objects.get().result == "refused"


def test_an_answer_overtaken_by_a_later_one_changes_nothing(lab: Lab, cast: Cast) -> None:
    now = timezone.now()
    take_reply(raw=a_reply(lab, cast.alice, DTSTAMP=stamp(now + dt.timedelta(minutes=9))))
    late = a_reply(lab, cast.alice, PARTSTAT="DECLINED", DTSTAMP=stamp(now))
    take_reply(raw=late)
    assert (states(), reasons()[1]) == ([("Alice", "seated")], "A later answer has come already.")


def test_an_answer_overtaken_on_the_site_changes_nothing(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    actions.cancel_registration(by=cast.alice, lab=lab)
    before = stamp(timezone.now() - dt.timedelta(hours=1))
    take_reply(raw=a_reply(lab, cast.alice, DTSTAMP=before))
    assert states() == [("Alice", "cancelled")]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_forged_token_opens_nothing(lab: Lab, cast: Cast, part: int) -> None:
    """Another person, another Lab, another signature."""
    local, _at, host = inbound.address_for(cast.alice.pk, lab.pk).rpartition("@")
    name, _plus, token = local.partition("+")
    pieces = token.split("-")
    pieces[part] = str(cast.rita.pk) if part < 2 else pieces[part][::-1]
    raw = a_reply(lab, cast.rita, to=f"{name}+{'-'.join(pieces)}@{host}")
    assert take_reply(raw=raw) is None
    assert (states(), CalendarReply.objects.count()) == ([], 0)


def test_who_may_no_longer_see_the_lab_is_not_registered(lab: Lab, cast: Cast) -> None:
    assert take_reply(raw=a_reply(lab, cast.mallory)) is None
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    assert take_reply(raw=a_reply(lab, cast.alice)) is None
    assert states() == []


def test_a_key_that_was_changed_still_reads_what_it_signed(
    lab: Lab, cast: Cast, settings: Any
) -> None:
    raw = a_reply(lab, cast.alice)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key " * 5
    assert take_reply(raw=raw) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert take_reply(raw=raw) is not None


def _broken(lab: Lab, user: User, rng: random.Random) -> bytes:
    """An answer with something wrong that keeps it from being a right one."""
    raw = a_reply(lab, user, message_id=f"<{rng.random()}@x>", PARTSTAT="DECLINED")
    start = raw.index(b"BEGIN:VCALENDAR")
    part = bytearray(raw[start:])
    kind = rng.randrange(9)
    if kind == 0:
        return raw[: rng.randrange(start)]
    if kind == 1:
        cut = rng.randrange(1, part.index(b"END:VEVENT"))
        return raw[:start] + bytes(part[:cut])
    if kind == 2:
        for _n in range(60):
            part[rng.randrange(len(part))] = rng.randrange(256)
        return raw[:start] + part.replace(b"UID:", b"UID:x")
    if kind == 3:
        return raw[:start] + base64.b64encode(part) + b"\r\n--b--\r\n"
    if kind == 4:
        return raw.replace(
            b"charset=utf-8", rng.choice([b"charset=utf-99", b"charset=\xff"])
        ).replace(b"METHOD:REPLY", b"METHOD:" + bytes(rng.randrange(1, 256) for _n in range(9)))
    if kind == 5:
        return raw.replace(b"UID:", b"UID:" + b"9" * rng.randrange(1, 90_000))
    if kind == 6:
        return raw.replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\n" * rng.randrange(2, 400))
    if kind == 7:
        line = rng.choice([b"SEQUENCE:", b"DTSTAMP:", b"PARTSTAT="])
        return raw.replace(line, line + rng.choice([b"-9", b"9e99", b"\x00", "٣".encode(), b"%s"]))
    return bytes(rng.randrange(256) for _n in range(rng.randrange(2000)))


def test_two_hundred_broken_answers_lose_and_change_nothing(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    before = everything()
    rng = random.Random(20261122)
    for _n in range(200):
        take_reply(raw=_broken(lab, cast.alice, rng))
    assert everything() == before
    assert "" not in reasons()
    # The negative control: the one from which they are made is right.
    take_reply(raw=a_reply(lab, cast.alice, PARTSTAT="DECLINED"))
    assert states() == [("Alice", "cancelled")]


def test_the_coordinator_sees_why_an_answer_changed_nothing(
    lab: Lab, cast: Cast, sign_in: Callable[[User | None], Client]
) -> None:
    take_reply(raw=a_reply(lab, cast.alice, SEQUENCE=99))
    page = sign_in(cast.carol).get(f"{lab.get_absolute_url()}messages/").content.decode()
    assert "It answers a version that was never sent." in page


def test_replies_are_forgotten(lab: Lab, cast: Cast) -> None:
    take_reply(raw=a_reply(lab, cast.alice))
    CalendarReply.objects.update(received_at=timezone.now() - dt.timedelta(days=91))
    assert (forget_replies(), states()) == (1, [("Alice", "seated")])
