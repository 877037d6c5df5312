"""A coordinator schedules: the form, its sentences, moving, publishing, cancelling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from hub.models import Delivery, Event
from labs import actions
from labs.models import AgendaItem, Lab
from labs.plans import Point
from labs.refusals import Outdated, Refused
from labs.timetables import timetable
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, form_data, post

CLOCK = "2026-11-21T12:00:00Z"


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


@pytest.fixture
def carol(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    return sign_in(cast.carol)


def test_a_lab_is_scheduled_and_published_in_the_browser(carol: Client, cast: Cast) -> None:
    response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk))
    lab = Lab.objects.get()
    year = lab.local_start.year
    assert (response.status_code, response.url) == (302, f"/labs/heat-pumps-for-all-{year}/")
    assert (lab.starts_at, lab.ends_at) == (at(100, 13), at(100, 16))
    assert (lab.state, lab.seats_onsite, lab.seats_online) == ("draft", 25, 15)
    assert list(lab.agenda.values_list("position", "title", "minutes", "presenter")) == [
        (1, "Welcome", 20, ""),
        (2, "Pipes", 60, "Rita"),
    ]
    assert [rule.days for rule in lab.reminder_rules.all()] == [7, 1]

    preview = carol.get(f"{lab.get_absolute_url()}publication/")
    assert preview.context["by_place"] == [("Lund", 1), ("Lund University", 1)]
    shown = preview.content.decode()
    assert "Publish the Lab and invite 2 people" in shown
    post(carol, f"{lab.get_absolute_url()}publication/")
    lab.refresh_from_db()
    assert (lab.state, lab.published_by) == ("published", cast.carol)
    invited = Delivery.objects.filter(kind="lab.invitation").values_list("user__email", flat=True)
    assert sorted(invited) == ["alice@example.org", "rita@example.org"]
    assert Event.objects.get().verb == "lab.published"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"title": "x" * 161}, "title", "Ensure this value has at most 160 characters (it has 161)."),
        ({"summary": "x" * 3001}, "summary", "Ensure this value has at most 3000 characters (it has 3001)."),
        ({"ends": "12:00"}, "ends", "It must end after it begins."),
        ({"ends": "13:00"}, "ends", "It must end after it begins."),
        ({"date": "2020-01-01"}, "date", "This time has already passed. Choose a later one."),
        ({"date": "9 mars"}, "date", "Write the date like 2027-03-09."),
        ({"begins": "25:99"}, "begins", "Write the hour like 13:00."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "“Mars/Olympus” is no time zone that we know."),
        ({"seats_onsite": "0"}, "seats_onsite", "Give at least one seat, or leave it empty where nobody can come."),
        ({"seats_onsite": "-3"}, "seats_onsite", "Give at least one seat, or leave it empty where nobody can come."),
        ({"seats_onsite": "", "seats_online": ""}, "seats_onsite", "Give seats on site, online, or both."),
        ({"place": ""}, "place", "Say where those on site are to come."),
        ({"join_link": "javascript:alert(1)"}, "join_link", "Write a whole address, like https://…"),
        ({"audience": "moon"}, "audience", "Select a valid choice. moon is not one of the available choices."),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_changes_nothing(
    carol: Client, cast: Cast, changes: dict[str, str], field: str, sentence: str
) -> None:
    data = form_data(programme=cast.syd.pk, **changes)
    response = post(carol, "/labs/new/", data)
    assert response.status_code == 422
    assert errors_of(response)[field] == [sentence]
    assert Lab.objects.count() == 0
    page = response.content.decode()
    assert 'value="Welcome"' in page
    if field != "place":
        assert 'value="Stadshuset"' in page


def test_an_hour_that_is_skipped_is_refused_with_its_neighbours(carol: Client, cast: Cast) -> None:
    with time_machine.travel(CLOCK):
        data = form_data(programme=cast.syd.pk, date="2027-03-28", begins="02:30", ends="05:00")
        response = post(carol, "/labs/new/", data)
    assert errors_of(response) == {
        "begins": [
            (
                "Clocks in Stockholm are set forward on this day and never show 02:30. "
                "The nearest hours that exist are 01:30 and 03:30."
            )
        ]
    }
    assert Lab.objects.count() == 0


def test_an_hour_that_comes_twice_is_asked_for(carol: Client, cast: Cast) -> None:
    changes = {"date": "2027-10-31", "begins": "02:30", "ends": "05:00"}
    with time_machine.travel(CLOCK):
        response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **changes))
        assert response.status_code == 422
        assert list(errors_of(response)) == ["begins_fold"]
        assert 'name="begins_fold"' in response.content.decode()
        chosen = form_data(programme=cast.syd.pk, **changes, begins_fold="1")
        assert post(carol, "/labs/new/", chosen).status_code == 302
    assert Lab.objects.get().starts_at.isoformat() == "2027-10-31T01:30:00+00:00"


def test_a_foreign_programme_is_refused(carol: Client, cast: Cast) -> None:
    response = post(carol, "/labs/new/", form_data(programme=cast.twinning.pk))
    assert list(errors_of(response)) == ["programme"]
    assert Lab.objects.count() == 0


def test_a_nul_byte_is_a_bad_request(carol: Client, cast: Cast) -> None:
    response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, title="a\x00b"))
    assert (response.status_code, Lab.objects.count()) == (400, 0)


def test_control_characters_become_spaces(carol: Client, cast: Cast) -> None:
    post(carol, "/labs/new/", form_data(programme=cast.syd.pk, title="Heat\r\nBcc: x\x07 y"))
    assert Lab.objects.get().title == "Heat Bcc: x y"


def test_the_same_form_sent_twice_makes_one_lab(carol: Client, cast: Cast) -> None:
    data = form_data(programme=cast.syd.pk)
    first = post(carol, "/labs/new/", data, key="one-key-for-both")
    second = post(carol, "/labs/new/", data, key="one-key-for-both")
    assert first.url == second.url
    assert Lab.objects.count() == 1


@pytest.mark.parametrize(
    ("button", "titles"),
    [
        ("add", ["Welcome", "Pipes", "", ""]),
        ("up-1", ["Pipes", "Welcome", ""]),
        ("remove-0", ["Pipes", ""]),
        ("remove-99", ["Welcome", "Pipes", ""]),
    ],
)
def test_buttons_of_the_agenda_keep_what_was_typed(
    carol: Client, cast: Cast, button: str, titles: list[str]
) -> None:
    data = form_data(programme=cast.syd.pk, agenda_button=button, title="Half wri")
    response = post(carol, "/labs/new/", data)
    rows = response.context["agenda"]
    assert response.status_code == 200
    assert [row["title"].value() or "" for row in rows] == titles
    assert 'value="Half wri"' in response.content.decode()
    assert Lab.objects.count() == 0


def test_an_agenda_row_without_its_minutes_is_refused(carol: Client, cast: Cast) -> None:
    data = form_data(programme=cast.syd.pk, **{"agenda-1-minutes": ""})
    response = post(carol, "/labs/new/", data)
    assert response.status_code == 422
    assert response.context["agenda"].errors == [{}, {"minutes": ["This field is required."]}, {}]
    assert AgendaItem.objects.count() == 0


def edit(client: Client, lab: Lab, **changes: Any) -> Any:
    lab.refresh_from_db()
    data = {"title": lab.title, "language": "en", "version": lab.version, "remind": ["7", "1"]}
    return post(client, f"{lab.get_absolute_url()}edit/", form_data(**(data | changes)))


def test_a_move_shows_who_is_told_before_it_is_made(carol: Client, lab: Lab) -> None:
    later = timezone.localdate() + timedelta(days=107)
    response = edit(carol, lab, date=later.isoformat())
    assert response.status_code == 200
    assert "Move it and tell 2 people" in response.content.decode()
    lab.refresh_from_db()
    assert (lab.starts_at, lab.sequence) == (at(100), 0)

    assert edit(carol, lab, date=later.isoformat(), confirmed="1").status_code == 302
    lab.refresh_from_db()
    assert (lab.starts_at, lab.sequence, lab.schedule_version) == (at(107), 1, 2)
    assert Event.objects.filter(verb="lab.moved").count() == 1


def test_going_back_from_the_confirmation_keeps_what_was_typed(carol: Client, lab: Lab) -> None:
    response = edit(carol, lab, place="Malmö Live", back="1")
    assert (response.status_code, response.templates[0].name) == (200, "labs/edit.html")
    assert 'value="Malmö Live"' in response.content.decode()


@pytest.mark.parametrize("day", ["9999-12-31", "2200-01-01", "0001-01-01"])
def test_a_day_at_the_end_of_the_calendar_is_refused(carol: Client, cast: Cast, day: str) -> None:
    response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, date=day))
    assert errors_of(response)["date"] == ["Give a day between the years 1900 and 2199."]
    assert Lab.objects.count() == 0


def test_a_lab_is_planned_within_five_years(carol: Client, cast: Cast) -> None:
    response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, date="2199-12-31"))
    assert errors_of(response)["date"] == ["A Lab is planned at most five years ahead."]


@pytest.mark.parametrize(
    ("column", "value"), [("ends_at", "9999-12-31"), ("starts_at", "0002-01-01")]
)
def test_no_lab_lies_beyond_the_calendar(lab: Lab, column: str, value: str) -> None:
    with pytest.raises(IntegrityError, match="lab_within_calendar"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE labs_lab SET {column} = %s", [value])


def test_a_lab_is_not_moved_into_the_past(carol: Client, lab: Lab, cast: Cast) -> None:
    response = edit(carol, lab, date="2024-01-01", confirmed="1")
    assert errors_of(response)["date"] == ["This time has already passed. Choose a later one."]
    with pytest.raises(Refused, match="already passed"):
        actions.change(
            by=cast.carol,
            lab=lab,
            plan=a_plan(starts_at=at(-3), ends_at=at(-3, 16)),
            from_version=lab.version,
        )
    lab.refresh_from_db()
    assert lab.starts_at == at(100)


def test_seats_are_not_lowered_below_those_taken(carol: Client, lab: Lab, cast: Cast) -> None:
    for person in (cast.alice, cast.rita):
        actions.register(by=person, lab=lab, mode="onsite")
    response = edit(carol, lab, seats_onsite="1", confirmed="1")
    assert response.status_code == 422
    assert errors_of(response) == {
        "seats_onsite": ["2 people already have a seat here; the number cannot be lower."]
    }
    lab.refresh_from_db()
    assert lab.seats_onsite == 20


def test_an_edit_from_an_old_version_is_refused_with_both_shown(
    carol: Client, make_lab: Callable[..., Lab], cast: Cast
) -> None:
    lab = make_lab("draft")
    actions.change(by=cast.carol, lab=lab, plan=a_plan(title="Written by another"), from_version=1)
    response = edit(carol, lab, title="Written by me", version=1)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Somebody else has changed the page since you opened it." in page
    assert "Written by another" in page
    assert "Written by me" in page
    lab.refresh_from_db()
    assert (lab.title, lab.version) == ("Written by another", 2)
    # Having seen both, the editor may decide.
    again = edit(
        carol, lab, title="Written by me", version=response.context["form"]["version"].value()
    )
    assert again.status_code == 302
    lab.refresh_from_db()
    assert lab.title == "Written by me"


def test_an_old_move_is_refused_before_it_is_to_be_confirmed(
    carol: Client, lab: Lab, cast: Cast
) -> None:
    plan = a_plan(place="Written by another")
    actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    later = timezone.localdate() + timedelta(days=107)
    response = edit(carol, lab, date=later.isoformat(), version=lab.version - 1)
    assert response.status_code == 422
    assert "Somebody else has changed the page since you opened it." in response.content.decode()


def test_an_error_in_a_point_of_the_agenda_stands_in_the_summary(carol: Client, cast: Cast) -> None:
    data = form_data(programme=cast.syd.pk) | {"agenda-1-title": "Tram", "agenda-1-minutes": "soon"}
    page = post(carol, "/labs/new/", data).content.decode()
    assert "<title>Error:" in page
    assert '<a href="#id_agenda-1-minutes">2. Minutes: Enter a whole number.</a>' in page


def test_the_action_refuses_an_old_version(lab: Lab, cast: Cast) -> None:
    with pytest.raises(Outdated):
        actions.change(by=cast.carol, lab=lab, plan=a_plan(), from_version=0)


def test_a_published_audience_only_becomes_wider(make_lab: Callable[..., Lab], cast: Cast) -> None:
    lab = make_lab(audience="cities")
    with pytest.raises(Refused, match="only become wider"):
        actions.change(by=cast.carol, lab=lab, plan=a_plan(), from_version=lab.version)
    plan = a_plan(audience="open")
    assert actions.change(by=cast.carol, lab=lab, plan=plan, from_version=lab.version)
    assert Delivery.objects.filter(kind="lab.invitation").count() == 3


def test_cancelling_needs_a_reason_and_tells_it(carol: Client, lab: Lab) -> None:
    url = f"{lab.get_absolute_url()}cancellation/"
    assert post(carol, url, {"reason": ""}).status_code == 422
    assert post(carol, url, {"reason": "Storm"}).status_code == 302
    lab.refresh_from_db()
    assert (lab.state, lab.cancellation_reason, lab.sequence) == ("cancelled", "Storm", 1)
    assert Event.objects.filter(verb="lab.cancelled").count() == 1
    with pytest.raises(Refused):
        actions.cancel(by=lab.cancelled_by, lab=lab, reason="Again")  # type: ignore[arg-type]


def test_a_draft_is_thrown_away(carol: Client, make_lab: Callable[..., Lab]) -> None:
    lab = make_lab("draft")
    post(carol, f"{lab.get_absolute_url()}cancellation/")
    assert Lab.objects.count() == 0


def test_a_lab_is_held_after_it_began(carol: Client, lab: Lab, cast: Cast) -> None:
    url = f"{lab.get_absolute_url()}held/"
    assert post(carol, url).status_code == 422
    actions.register(by=cast.alice, lab=lab, mode="online")
    Lab.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    assert post(carol, url).status_code == 302
    lab.refresh_from_db()
    assert (lab.state, lab.held_by) == ("held", cast.carol)
    # Only the question how it was is still owed.
    waiting = Delivery.objects.exclude(state="superseded")
    assert list(waiting.values_list("kind", flat=True)) == ["lab.feedback"]


def test_a_draft_in_the_past_is_not_published(carol: Client, make_lab: Callable[..., Lab]) -> None:
    lab = make_lab("draft")
    Lab.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    response = post(carol, f"{lab.get_absolute_url()}publication/")
    assert response.status_code == 422
    assert "It begins in the past." in response.content.decode()
    assert Delivery.objects.count() == 0


def test_a_lab_may_go_on_for_several_days(carol: Client, cast: Cast) -> None:
    start = timezone.localdate() + timedelta(days=100)
    last = start + timedelta(days=2)
    data = form_data(programme=cast.syd.pk, last_day=last.isoformat(), begins="13:00", ends="11:30")
    assert post(carol, "/labs/new/", data).status_code == 302
    lab = Lab.objects.get()
    assert (lab.starts_at, lab.ends_at) == (at(100, 13), at(102, 11) + timedelta(minutes=30))
    page = carol.get(lab.get_absolute_url()).content.decode()
    assert f"{start:%-d %B %Y}, 13:00 – " in page
    assert f"{last:%-d %B %Y}, 11:30, Stockholm" in page
    form = carol.get(f"{lab.get_absolute_url()}edit/").content.decode()
    assert f'value="{last.isoformat()}"' in form


def test_one_day_needs_no_last_day(carol: Client, make_lab: Callable[..., Lab]) -> None:
    lab = make_lab("draft")
    form = carol.get(f"{lab.get_absolute_url()}edit/").context["form"]
    assert form["last_day"].value() is None


@pytest.mark.parametrize(
    ("after", "field", "sentence"),
    [
        (-1, "last_day", "The last day is before the first one."),
        (31, "last_day", "It lasts at most 31 days. Look at the year."),
        (0, "ends", "It must end after it begins."),
    ],
)
def test_a_last_day_that_cannot_be_is_refused(
    carol: Client, cast: Cast, after: int, field: str, sentence: str
) -> None:
    last = timezone.localdate() + timedelta(days=100 + after)
    data = form_data(programme=cast.syd.pk, last_day=last.isoformat(), ends="12:00")
    response = post(carol, "/labs/new/", data)
    assert (response.status_code, errors_of(response)) == (422, {field: [sentence]})
    assert Lab.objects.count() == 0


def test_an_end_in_the_doubled_hour_of_the_last_day_is_asked_for(carol: Client, cast: Cast) -> None:
    changes = {"date": "2027-10-30", "last_day": "2027-10-31", "begins": "13:00", "ends": "02:30"}
    with time_machine.travel(CLOCK):
        response = post(carol, "/labs/new/", form_data(programme=cast.syd.pk, **changes))
        assert list(errors_of(response)) == ["ends_fold"]
        chosen = form_data(programme=cast.syd.pk, **changes, ends_fold="1")
        assert post(carol, "/labs/new/", chosen).status_code == 302
    assert Lab.objects.get().ends_at.isoformat() == "2027-10-31T01:30:00+00:00"


def test_the_timetable_names_each_new_day(make_lab: Callable[..., Lab]) -> None:
    points = (Point("Evening", 600), Point("Night", 300), Point("Morning", 60))
    lab = make_lab(ends_at=at(101, 16), agenda=points)
    days = [slot.new_day for slot in timetable(lab)]
    assert [bool(day) for day in days] == [False, False, True]
    assert days[2].endswith(f"{at(101):%-d %B %Y}")
