"""Minutes: who writes and reads them, that two writers lose nothing, and what closing does."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hub.editing import Clashing, Written
from hub.models import Delivery, Event, SearchDocument, User
from labs import actions
from labs.forms.minutes import LONGEST
from labs.models import Addition, Lab, Minutes, MinutesPoint, Outcome
from labs.refusals import Refused
from tests.conftest import Cast
from tests.labs.conftest import a_plan, at, post
from tests.labs.minutes import begun, held, in_days, over, owe

MakeLab = Callable[..., Lab]
SignIn = Callable[[User | None], Client]


def form_of(minutes: Minutes, **notes: str) -> dict[str, str]:
    """The writing form as it was sent out, with some notes typed: `p1="…"` is the first point's."""
    data = {}
    for point in minutes.points.all():
        data[f"notes-{point.pk}"] = notes.get(f"p{point.position}", point.notes)
        data[f"version-{point.pk}"] = str(point.version)
        data[f"mark-{point.pk}"] = point.standing.mark
    return data


def edit_url(minutes: Minutes) -> str:
    return f"/labs/{minutes.lab.slug}/minutes/edit/"


def notes_of(minutes: Minutes) -> list[str]:
    return list(minutes.points.order_by("position").values_list("notes", flat=True))


def autosave(client: Client, minutes: Minutes, data: dict[str, str]) -> Any:
    return client.post(edit_url(minutes), {"_key": "k" * 12, **data}, headers={"X-Autosave": "1"})


def test_they_begin_from_the_agenda_and_keep_it(cast: Cast, make_lab: MakeLab) -> None:
    minutes = begun(make_lab)
    again = actions.begin_minutes(by=cast.alice, lab=minutes.lab)
    # The agenda is rewritten by every edit of the Lab; presenters leave it.
    actions.change(
        by=cast.carol,
        lab=minutes.lab,
        plan=a_plan(
            audience="cities",
            starts_at=minutes.lab.starts_at,
            ends_at=minutes.lab.ends_at,
            agenda=(),
        ),
        from_version=minutes.lab.version,
    )
    assert again == minutes
    points = minutes.points.values_list("position", "title", "presenter")
    assert list(points) == [(1, "Welcome", "Carol"), (2, "Pipes", "")]


def test_they_are_not_begun_before_the_lab(cast: Cast, make_lab: MakeLab) -> None:
    with pytest.raises(Refused, match="when the meeting has begun"):
        actions.begin_minutes(by=cast.carol, lab=make_lab())
    assert Minutes.objects.count() == 0


def test_the_team_writes_and_others_do_not_see_before_they_are_published(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab, audience="open")
    owe(minutes, "Ask the heat company", cast.bob, cast.lund)
    url = f"/labs/{minutes.lab.slug}/minutes/"

    def answers() -> dict[str, tuple[int, int]]:
        return {
            role: (sign_in(user).get(url).status_code, sign_in(user).get(f"{url}edit/").status_code)
            for role, user in cast.by_role().items()
        }

    assert answers() == {
        "visitor": (404, 302),
        "lead": (200, 200),
        "staff": (404, 403),
        "coordinator": (200, 200),
        "researcher": (200, 200),
        "foreign": (404, 403),
        "admin": (404, 403),
    }
    assert Outcome.objects.visible_to(cast.bob).count() == 0
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    assert {status for status, _edit in answers().values()} == {200}


def test_visitors_meet_no_names(cast: Cast, make_lab: MakeLab, sign_in: SignIn) -> None:
    minutes = begun(make_lab, audience="open")
    owe(minutes, "Ask the heat company", cast.bob, cast.lund)
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    actions.add_to_minutes(by=cast.rita, point=minutes.points.all()[1], text="One more thing")
    pages = [f"/labs/{minutes.lab.slug}/", f"/labs/{minutes.lab.slug}/minutes/"]
    for reader, sees_names in ((None, False), (cast.mallory, False), (cast.bob, True)):
        text = "".join(sign_in(reader).get(url).content.decode() for url in pages)
        assert "Ask the heat company" in text
        assert "Lund" in text
        assert ("Bob, Lund" in text, "Added later by Rita" in text) == (sees_names, sees_names)


def test_a_press_saves_every_point_that_was_touched(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    answer = post(
        sign_in(cast.rita),
        edit_url(minutes),
        form_of(minutes, p2="Pipes leak.\r\nMost of them.") | {"new_point": "Other things"},
    )
    assert answer.status_code == 302
    rows = MinutesPoint.objects.order_by("position").values_list(
        "title", "notes", "version", "changed_by__name"
    )
    assert list(rows) == [
        ("Welcome", "", 1, None),
        ("Pipes", "Pipes leak.\nMost of them.", 2, "Rita"),
        ("Other things", "", 1, "Rita"),
    ]


def test_autosave_keeps_and_hands_over_what_the_other_wrote(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    mine, theirs = form_of(minutes, p1="Mine"), form_of(minutes, p2="Theirs")
    assert autosave(sign_in(cast.alice), minutes, theirs).status_code == 200
    answer = autosave(sign_in(cast.rita), minutes, mine)
    assert notes_of(minutes) == ["Mine", "Theirs"]
    first, second = minutes.points.all()
    assert answer.json() == {
        "texts": [
            {
                "name": f"notes-{first.pk}",
                "stamp": {f"version-{first.pk}": "2", f"mark-{first.pk}": first.standing.mark},
            },
            {
                "name": f"notes-{second.pk}",
                "stamp": {f"version-{second.pk}": "2", f"mark-{second.pk}": second.standing.mark},
                "text": "Theirs",
            },
        ]
    }


def test_a_lost_answer_does_not_stop_the_one_who_writes(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    opened = form_of(minutes)
    client, first = sign_in(cast.rita), minutes.points.all()[0]
    for typed in ("Heat", "Heat pumps", "Heat pumps"):
        data = opened | {f"notes-{first.pk}": typed}
        assert autosave(client, minutes, data).status_code == 200
    assert notes_of(minutes) == ["Heat pumps", ""]


def test_of_two_at_one_point_the_second_sees_both_texts(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    theirs = form_of(minutes, p1="Alice heard this")
    mine = form_of(minutes, p1="Rita heard that", p2="Pipes")
    assert post(sign_in(cast.alice), edit_url(minutes), theirs).status_code == 302
    client = sign_in(cast.rita)
    stopped = autosave(client, minutes, mine)
    assert stopped.status_code == 409
    said = "Alice has also written under “Welcome”. Press Save to see both texts."
    assert stopped.json() == {"message": said}
    # The other point was kept all the same; the press then changes nothing until both are seen.
    assert notes_of(minutes) == ["Alice heard this", "Pipes"]
    refused = post(client, edit_url(minutes), mine)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Alice heard this" in page
    assert "Rita heard that" in page
    assert notes_of(minutes)[0] == "Alice heard this"
    form = refused.context["form"]
    again = {name: form[name].value() for name in form.fields if name != "new_point"}
    assert post(client, edit_url(minutes), again).status_code == 302
    assert notes_of(minutes) == ["Rita heard that", "Pipes"]


def test_a_refused_press_changes_nothing(cast: Cast, make_lab: MakeLab) -> None:
    minutes = begun(make_lab)
    first, second = minutes.points.all()
    actions.write_minutes(
        by=cast.alice, minutes=minutes, texts=[Written(str(first.pk), "Hers", 1, True)]
    )
    texts = [Written(str(second.pk), "Other", 1, True), Written(str(first.pk), "Mine", 1, True)]
    with pytest.raises(Clashing):
        actions.write_minutes(by=cast.rita, minutes=minutes, texts=texts)
    assert notes_of(minutes) == ["Hers", ""]


@pytest.mark.parametrize("lines", [10_000, 200_000])
def test_minutes_too_long_come_back_with_a_sentence(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn, lines: int
) -> None:
    minutes = begun(make_lab)
    client, text = sign_in(cast.carol), "A line of talk\n" * lines
    answer = post(client, edit_url(minutes), form_of(minutes, p1=text))
    if answer.status_code == 413:
        return
    assert answer.status_code == 422
    assert "a point takes at most 50000" in answer.content.decode().replace("\xa0", "")
    assert autosave(client, minutes, form_of(minutes, p1=text)).status_code == 409
    assert notes_of(minutes) == ["", ""]
    many = "Talk\n" * 9_000
    assert len(many) < LONGEST
    assert post(client, edit_url(minutes), form_of(minutes, p1=many)).status_code == 302
    assert client.get(f"/labs/{minutes.lab.slug}/minutes/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "x"},
        {"version": "-1"},
        {"version": "99999999999999999999"},
        {"mark": "é" * 500},
        {"notes": "a\x00b"},
        {"version": ""},
    ],
)
def test_forms_that_are_not_ours_break_nothing(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn, wrong: dict[str, str]
) -> None:
    minutes = begun(make_lab)
    first = minutes.points.all()[0]
    data = form_of(minutes, p1="Typed") | {f"{k}-{first.pk}": v for k, v in wrong.items()}
    assert post(sign_in(cast.carol), edit_url(minutes), data).status_code in (302, 400, 422)


def test_publishing_tells_the_registered_and_the_owners_once(cast: Cast, make_lab: MakeLab) -> None:
    lab = make_lab(audience="cities")
    for person in (cast.alice, cast.rita):
        actions.register(by=person, lab=lab, mode="online")
    Delivery.objects.all().delete()
    minutes = actions.begin_minutes(by=cast.carol, lab=over(lab))
    owe(minutes, "Ask the heat company", cast.bob, cast.lund)
    owe(minutes, "Draw the map", cast.alice, cast.lund)
    owe(minutes, "Find the money", None, cast.lund)
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    lab.refresh_from_db()
    assert lab.state == "held"
    now = Delivery.objects.filter(due_at__lte=timezone.now()).exclude(kind="lab.feedback")
    now = now.order_by("kind", "user__name")
    assert list(now.values_list("kind", "user__name", "state")) == [
        ("follow-up.given", "Bob", "pending"),
        ("lab.minutes", "Alice", "pending"),
        ("lab.minutes", "Rita", "pending"),
    ]
    event = Event.objects.get(verb="lab.minutes")
    assert event.url == f"/labs/{lab.slug}/minutes/"
    with pytest.raises(Refused, match="published"):
        actions.publish_minutes(by=cast.carol, minutes=minutes)


def test_empty_minutes_and_those_of_a_cancelled_lab_are_not_published(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    url = f"/labs/{minutes.lab.slug}/minutes/publication/"
    answer = post(sign_in(cast.carol), url)
    assert (answer.status_code, "no notes and no outcomes" in answer.content.decode()) == (
        422,
        True,
    )
    owe(minutes, "Ask", cast.bob)
    soon = timezone.now() + timedelta(hours=1)
    Lab.objects.filter(pk=minutes.lab_id).update(ends_at=soon)
    actions.cancel(by=cast.carol, lab=minutes.lab, reason="Fire alarm")
    with pytest.raises(Refused, match="cancelled"):
        actions.publish_minutes(by=cast.carol, minutes=minutes)


def test_only_coordinators_publish(cast: Cast, make_lab: MakeLab, sign_in: SignIn) -> None:
    minutes = begun(make_lab)
    owe(minutes, "Ask", cast.bob)
    url = f"/labs/{minutes.lab.slug}/minutes/publication/"
    assert post(sign_in(cast.rita), url).status_code == 403
    assert Minutes.objects.published().count() == 0


def test_after_closing_additions_are_signed_and_the_rest_stands(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = held(make_lab)
    client, first = sign_in(cast.rita), minutes.points.all()[0]
    before = notes_of(minutes)
    with pytest.raises(Refused):
        texts = [Written(str(first.pk), "Other", 2, True)]
        actions.write_minutes(by=cast.carol, minutes=minutes, texts=texts)
    assert client.get(edit_url(minutes)).status_code == 302
    assert autosave(client, minutes, {}).status_code == 409
    url = f"/labs/{minutes.lab.slug}/minutes/additions/"
    answer = post(client, url, {"point": first.pk, "text": "The figure was 14"})
    assert answer.status_code == 302
    added = Addition.objects.get()
    assert (added.text, added.added_by, notes_of(minutes)) == (
        "The figure was 14",
        cast.rita,
        before,
    )
    page = client.get(f"/labs/{minutes.lab.slug}/minutes/").content.decode()
    assert "Added later by Rita," in page
    assert Event.objects.filter(verb="lab.minutes-added", actor=cast.rita).count() == 1
    assert post(client, url, {"point": "999999", "text": "x"}).status_code == 422
    assert post(client, url, {"point": first.pk, "text": " "}).status_code == 422


def test_ten_thousand_lines_are_kept_in_the_form_and_never_cut(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = held(make_lab)
    client, first = sign_in(cast.rita), minutes.points.all()[0]
    url = f"/labs/{minutes.lab.slug}/minutes/additions/"
    # A browser would cut what is pasted into a field that names its longest text.
    assert "maxlength" not in re.findall(
        r"<textarea[^>]*>", client.get(url).content.decode()
    )[0]  # fmt: skip
    lines = "\n".join(f"row {n} of what was said" for n in range(10_000))
    refused = post(client, url, {"point": first.pk, "text": lines})
    assert (refused.status_code, Addition.objects.count()) == (422, 0)
    assert "row 9999 of what was said" in refused.content.decode()
    kept = lines[:49_000].rsplit("\n", 1)[0]
    assert post(client, url, {"point": first.pk, "text": kept}).status_code == 302
    assert Addition.objects.get().text == kept


def test_an_outcome_added_later_is_marked_and_told(cast: Cast, make_lab: MakeLab) -> None:
    minutes = held(make_lab)
    owe(minutes, "Measure again", cast.bob, cast.lund)
    late = Outcome.objects.get(text="Measure again")
    first = Outcome.objects.get(text="One tariff for all")
    assert (late.was_added_later, first.was_added_later) == (True, False)
    assert Delivery.objects.filter(kind="follow-up.given", user=cast.bob).count() == 1
    with pytest.raises(Refused, match="stays as it was written"):
        actions.remove_outcome(by=cast.carol, outcome=first)


def test_published_words_are_found_and_unpublished_are_not(cast: Cast, make_lab: MakeLab) -> None:
    minutes = begun(make_lab)
    first = minutes.points.all()[0]
    texts = [Written(str(first.pk), "Fjärrkyla", 1, True)]
    actions.write_minutes(by=cast.carol, minutes=minutes, texts=texts)
    owe(minutes, "Räkna på geotermi", cast.bob)
    lab = minutes.lab
    actions.change(
        by=cast.carol,
        lab=lab,
        plan=a_plan(audience="cities", starts_at=lab.starts_at, ends_at=lab.ends_at, summary="New"),
        from_version=lab.version,
    )
    words = SearchDocument.objects.get(key=lab.subject)
    assert ("Fjärrkyla" in words.text, "geotermi" in words.text) == (False, False)
    actions.publish_minutes(by=cast.carol, minutes=minutes)
    actions.add_to_minutes(by=cast.carol, point=first, text="Borrhål")
    words.refresh_from_db()
    assert [w in words.text for w in ("Fjärrkyla", "geotermi", "Borrhål")] == [True] * 3
    assert words.audience == [f"programme:{cast.syd.pk}"]


def test_outcomes_are_typed_changed_and_taken_away(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    minutes = begun(make_lab)
    url = f"/labs/{minutes.lab.slug}/minutes/outcomes/"
    client, point = sign_in(cast.rita), minutes.points.all()[0]
    data = {
        "kind": "follow-up",
        "text": "Ask the\nheat company",
        "owner": f"user:{cast.bob.pk}",
        "due_on": in_days(10).isoformat(),
        "point": point.pk,
    }
    assert post(client, url, data).status_code == 302
    made = Outcome.objects.get()
    assert (made.text, made.owner, made.city, made.point, made.state) == (
        "Ask the heat company",
        cast.bob,
        cast.lund,
        point,
        "open",
    )
    other = {"kind": "decision", "text": "One tariff", "owner": "user:0", "due_on": "1999-01-01"}
    assert post(client, f"{url}{made.pk}/", other | {"version": 1}).status_code == 302
    made.refresh_from_db()
    assert (made.kind, made.owner, made.due_on, made.version) == ("decision", None, None, 2)
    stale = post(client, f"{url}{made.pk}/", {"kind": "decision", "text": "Two", "version": 1})
    assert (stale.status_code, "One tariff" in stale.content.decode()) == (422, True)
    assert post(client, f"{url}{made.pk}/", {"remove": "1"}).status_code == 302
    assert Outcome.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"owner": "mallory"}, "does not belong to the programme"),
        ({"owner": ""}, "a follow-up without an owner is lost"),
        ({"owner": "city:leuven"}, "does not belong to the programme"),
        ({"due_on": "2020-01-01"}, "This day has passed"),
        ({"due_on": "2099-12-31"}, "more than five years away"),
        ({"due_on": ""}, "until when"),
        ({"due_on": "soon"}, "Write the day like"),
        ({"text": ""}, "Write down what came out"),
        ({"text": "x" * 1001}, "1000"),
        ({"kind": "wish"}, "wish"),
        ({"point": "12345678"}, "12345678"),
    ],
)
def test_wrong_outcomes_come_back_with_what_was_typed(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    minutes = begun(make_lab)
    names = {"mallory": f"user:{cast.mallory.pk}", "city:leuven": f"city:{cast.leuven.pk}"}
    data = {
        "kind": "follow-up",
        "text": "Ask the heat company",
        "owner": f"user:{cast.bob.pk}",
        "due_on": in_days(10).isoformat(),
    } | {name: names.get(value, value) for name, value in wrong.items()}
    answer = post(sign_in(cast.rita), f"/labs/{minutes.lab.slug}/minutes/outcomes/", data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ("Ask the heat company" in answer.content.decode()) or "text" in wrong
    assert Outcome.objects.count() == 0


def test_minutes_of_a_lab_in_the_future_are_not_written(
    cast: Cast, make_lab: MakeLab, sign_in: SignIn
) -> None:
    lab = make_lab(starts_at=at(3), ends_at=at(3, 16))
    client = sign_in(cast.carol)
    assert client.get(f"/labs/{lab.slug}/minutes/").status_code == 200
    assert post(client, f"/labs/{lab.slug}/minutes/").status_code == 302
    assert Minutes.objects.count() == 0
