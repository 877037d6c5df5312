"""Each invariant is broken by plain SQL, past all our own code."""

import pytest
from django.db import IntegrityError, connection, transaction

from labs import actions
from labs.models import Lab, Registration, RegistrationStep
from tests.conftest import Cast


def refused(constraint: str, sql: str, *values: object) -> None:
    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


def insert_registration(lab: Lab, user_id: int, mode: str, state: str, number: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO labs_registration"
            " (lab_id, user_id, mode, state, waitlist_number, created_at, changed_at)"
            " VALUES (%s, %s, %s, %s, %s, now(), now())",
            [lab.pk, user_id, mode, state, number],
        )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("lab_starts_before_end", "ends_at = starts_at"),
        ("lab_all_day_is_whole_days", "is_all_day = true"),
        ("lab_has_title_and_slug", "title = ''"),
        ("lab_offers_a_mode", "seats_onsite = NULL, seats_online = NULL"),
        ("lab_seats_positive", "seats_onsite = 0"),
        ("lab_published_at_with_by", "published_by_id = NULL"),
        ("lab_cancelled_at_with_by", "cancelled_at = now()"),
        ("lab_held_at_with_by", "held_at = now()"),
        ("lab_state_as_its_dates_say", "state = 'draft'"),
        ("lab_state_as_its_dates_say", "state = 'held'"),
    ],
)
def test_lab_constraints(lab: Lab, constraint: str, change: str) -> None:
    refused(constraint, f"UPDATE labs_lab SET {change} WHERE id = %s", lab.pk)


def test_uid_and_slug_are_unique(lab: Lab, make_lab: object) -> None:
    other = make_lab()  # type: ignore[operator]
    assert other.slug == f"{lab.slug}-2"
    refused("labs_lab_slug", "UPDATE labs_lab SET slug = %s WHERE id = %s", lab.slug, other.pk)
    refused("labs_lab_uid", "UPDATE labs_lab SET uid = %s WHERE id = %s", lab.uid, other.pk)


def test_agenda_constraints(lab: Lab) -> None:
    table = "UPDATE labs_agendaitem SET {} WHERE lab_id = %s"
    refused("agenda_item_one_per_position", table.format("position = 1"), lab.pk)
    refused("agenda_item_has_length", table.format("minutes = 0"), lab.pk)
    refused("agenda_item_has_title", table.format("title = ''"), lab.pk)


def test_reminder_rules_are_distinct(lab: Lab) -> None:
    table = "UPDATE labs_reminderrule SET days = {} WHERE lab_id = %s"
    refused("reminder_rule_once_per_day", table.format(3), lab.pk)
    refused("reminder_rule_of_known_kind", table.format("days, kind = 'never'"), lab.pk)
    refused("reminder_rule_within_a_year", table.format("days + 400"), lab.pk)


def test_a_person_registers_once(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    with pytest.raises(IntegrityError, match="registration_one_per_person"), transaction.atomic():
        insert_registration(lab, cast.alice.pk, "onsite", "seated", None)


def test_waiting_needs_a_number_of_its_own(lab: Lab, cast: Cast) -> None:
    with (
        pytest.raises(IntegrityError, match="registration_waits_with_number"),
        transaction.atomic(),
    ):
        insert_registration(lab, cast.alice.pk, "onsite", "waiting", None)
    insert_registration(lab, cast.alice.pk, "onsite", "waiting", 1)
    with pytest.raises(IntegrityError, match="registration_waitlist_total"), transaction.atomic():
        insert_registration(lab, cast.rita.pk, "online", "waiting", 1)


def test_mode_and_state_are_known(lab: Lab, cast: Cast) -> None:
    with (
        pytest.raises(IntegrityError, match="registration_known_mode_and_state"),
        transaction.atomic(),
    ):
        insert_registration(lab, cast.alice.pk, "astral", "seated", None)


def test_raw_sql_cannot_overfill_a_lab(make_lab: object, cast: Cast) -> None:
    lab = make_lab(seats_onsite=1, seats_online=None)  # type: ignore[operator]
    insert_registration(lab, cast.alice.pk, "onsite", "seated", None)
    for mode in ("onsite", "online"):
        with pytest.raises(IntegrityError, match="lab_seated_within_seats"), transaction.atomic():
            insert_registration(lab, cast.rita.pk, mode, "seated", None)
    insert_registration(lab, cast.rita.pk, "onsite", "waiting", 1)
    refused(
        "lab_seated_within_seats",
        "UPDATE labs_registration SET state = 'seated', waitlist_number = NULL WHERE lab_id = %s",
        lab.pk,
    )
    lab.refresh_from_db()
    assert (lab.seated_onsite, lab.seated_online, lab.waiting) == (1, 0, 1)


def test_capacity_cannot_fall_below_those_seated(lab: Lab, cast: Cast) -> None:
    insert_registration(lab, cast.alice.pk, "onsite", "seated", None)
    insert_registration(lab, cast.rita.pk, "onsite", "seated", None)
    refused("lab_seated_within_seats", "UPDATE labs_lab SET seats_onsite = 1 WHERE id = %s", lab.pk)
    refused(
        "lab_seated_within_seats", "UPDATE labs_lab SET seats_onsite = NULL WHERE id = %s", lab.pk
    )


def test_counters_follow_every_change(lab: Lab, make_lab: object, cast: Cast) -> None:
    other = make_lab()  # type: ignore[operator]
    insert_registration(lab, cast.alice.pk, "onsite", "seated", None)
    steps = [
        ("mode = 'online'", (0, 1, 0), (0, 0, 0)),
        ("state = 'waiting', waitlist_number = 1", (0, 0, 1), (0, 0, 0)),
        (f"lab_id = {other.pk}", (0, 0, 0), (0, 0, 1)),
        ("state = 'seated', waitlist_number = NULL", (0, 0, 0), (0, 1, 0)),
        ("state = 'cancelled'", (0, 0, 0), (0, 0, 0)),
        ("state = 'seated', mode = 'onsite'", (0, 0, 0), (1, 0, 0)),
    ]
    for change, here, there in steps:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE labs_registration SET {change}")
        assert _counters(lab) == here, change
        assert _counters(other) == there, change
    Registration.objects.all().delete()
    assert _counters(other) == (0, 0, 0)


def test_the_history_of_a_registration_is_never_changed(lab: Lab, cast: Cast) -> None:
    actions.register(by=cast.alice, lab=lab, mode="online")
    step = RegistrationStep.objects.get()
    refused(
        "never changed",
        "UPDATE labs_registrationstep SET state = 'waiting' WHERE id = %s",
        step.pk,
    )


def _counters(lab: Lab) -> tuple[int, int, int]:
    lab.refresh_from_db()
    return lab.seated_onsite, lab.seated_online, lab.waiting
