"""A year of four Labs from plan to case note, in both languages, with every real part running.

Twelve people are asked for a date and three of them reminded, the winner becomes the first Lab,
forty register for 25 and 15 seats, six give theirs back, the Lab is moved and held, and what came
out of it stands on the next Lab's agenda until it is done.
"""

import datetime as dt
import re
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.journey import (
    Journey,
    begin,
    calendar_of,
    calendar_part,
    fill,
    languages,
    link_in,
    press,
    read_by_another,
    settle,
    text_of,
    until,
)
from tests.browser.site import Site
from tests.smtp import Delivered, Sink

pytestmark = pytest.mark.browser

BEGINS = dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC)
THEME = {"sv": "Bygglogistik i trånga lägen", "en": "Building logistics where space is short"}
#: The rest of the year: month, day, theme.
LATER = {
    "sv": ((5, 20, "Solel på skoltak"), (9, 16, "Återbrukat tegel"), (11, 18, "Cykelgods")),
    "en": ((5, 20, "Solar power on schools"), (9, 16, "Reused bricks"), (11, 18, "Cargo bikes")),
}
DAYS = ("2027-02-09", "2027-02-10", "2027-02-16", "2027-02-18")
WINNER = 2
FIRST = dt.datetime(2027, 2, 16, 12, 0, tzinfo=dt.UTC)  # 13:00 in Stockholm
MOVED = FIRST + dt.timedelta(days=7)
LENGTH = dt.timedelta(hours=3)
#: What each of nine voters says to the four dates.
VOTES = [
    *[("no", "yes", "yes", "if-need-be")] * 4,
    *[("yes", "no", "yes", "no")] * 4,
    ("no", "no", "if-need-be", "yes"),
]
VOTERS = [f"voter{n:02}@example.org" for n in range(1, 12)] + ["staff.hoor@example.org"]
GUESTS = [f"guest{n:02}@example.org" for n in range(1, 29)]
ONSITE, ONLINE, WAITING = 25, 15, 6
#: Kind, what came out, and who does it; the first two follow-ups are done before the next Lab.
OUTCOMES = (
    ("information", "The depot takes pallets from May", ""),
    ("decision", "Deliveries come before seven in the morning", ""),
    ("follow-up", "Ask the harbour for a second gate", "voter01@example.org"),
    ("follow-up", "Measure the noise at the school", "guest01@example.org"),
    ("follow-up", "Write the clause into the tender", "guest02@example.org"),
)
LEFT_OPEN = OUTCOMES[-1][1]


@pytest.fixture(params=languages("en"))
def journey(
    request: pytest.FixtureRequest, browser: Browser, smtp_sink: Sink, blank: str,
    journey_site: Site,
) -> Iterator[Journey]:  # fmt: skip
    with begin("year-of-labs", request.param, site=journey_site, blank=blank, browser=browser,
               sink=smtp_sink, people=staff, at=BEGINS) as begun:  # fmt: skip
        yield begun


def staff(language: str) -> None:
    """Höör has twelve who can be asked, forty in all belong to the cities; the year is empty."""
    from cities.enums import Role
    from cities.models import City, Membership
    from hub.models import User
    from labs.models import Lab

    Lab.objects.filter(starts_at__gt=BEGINS).delete()

    homes = {"voter": City.objects.get(slug="hoor"), "guest": City.objects.get(slug="lund")}
    added = [email for email in (*VOTERS, *GUESTS) if email[:5] in homes]
    people = User.objects.bulk_create(
        User(email=email, name=email[:7].capitalize(), password="!") for email in added
    )
    User.objects.update(language=language)
    Membership.objects.bulk_create(
        Membership(user=user, city=homes[user.email[:5]], role=Role.STAFF) for user in people
    )


def test_year_from_plan_to_case_note(journey: Journey) -> None:
    page = journey.signed_in("coordinator")
    plan_the_rest_of_the_year(journey, page)
    poll = ask_for_a_date(journey, page)
    nine_vote_and_three_are_reminded(journey, page, poll)
    address = winner_is_scheduled(journey, page, poll)
    waiting = forty_register(journey, page, address)
    six_move_up_in_order(journey, page, address, waiting)
    every_calendar_follows_the_move(journey, page, address)
    page.context.close()
    journey.move_clock(MOVED + LENGTH + dt.timedelta(hours=1))
    page = journey.signed_in("coordinator")
    hold_and_write_minutes(journey, page, address)
    two_are_done_from_the_mail(journey)
    one_stands_on_the_next_agenda(journey, page)
    case_note_begins_with_the_minutes(journey, page, address)
    page.context.close()
    assert len(list(journey.album.glob("*.png"))) == len(journey.steps) >= 18


def plan_the_rest_of_the_year(journey: Journey, page: Page) -> None:
    """Three Labs at once: one form, two further days."""
    page.goto("/labs/new/")
    choose_programme(page)
    first, *further = LATER[journey.language]
    fill(page, title=first[2], date=day(first), begins="13:00", ends="16:00", seats_onsite="40",
         place="Lund, Stadshallen")  # fmt: skip
    page.locator("main details.series summary").first.click()
    for n, lab in enumerate(further, 2):
        fill(page, **{f"day_{n}": day(lab), f"theme_{n}": lab[2]})
    journey.picture(page, "series")
    page.click("main form.form .actions button.primary")
    page.wait_for_url(re.compile(r"when=drafts"))
    for lab in LATER[journey.language]:
        assert page.get_by_role("link", name=lab[2]).count() == 1
    journey.picture(page, "three-drafts")


def ask_for_a_date(journey: Journey, page: Page) -> str:
    page.goto("/labs/polls/new/")
    choose_programme(page)
    fill(page, title=THEME[journey.language], place="Höör, Kulturhuset", closes_on="2027-01-15",
         closes_hour="17:00")  # fmt: skip
    page.check("main [name=is_online]")
    for n, date in enumerate(DAYS):
        fill(page, **{f"dates-{n}-day": date, f"dates-{n}-begins": "13:00"})
    page.check("main [name=audience][value='chosen-cities']")
    cities = page.locator("main details", has=page.locator("[name=cities]"))
    cities.locator("summary").click()
    cities.get_by_label("Höör").check()
    journey.picture(page, "poll-filled")
    page.click("main form.form .actions button.primary")
    assert page.locator("#asked-heading ~ ul > li").count() == len(VOTERS)
    journey.picture(page, "poll-who-is-asked")
    page.click("main [name=confirmed]")
    page.wait_for_url(re.compile(r"/labs/polls/(?!new/)[^/]+/$"))
    until(lambda: len(polled(journey)) >= len(VOTERS), "twelve are asked")
    assert sorted(mail.recipients[0] for mail in polled(journey)) == sorted(VOTERS)
    return urllib.parse.urlsplit(page.url).path


def polled(journey: Journey) -> list[Delivered]:
    """The mails that ask for a vote; others about the poll have no link to vote by."""
    about = journey.mails("", THEME[journey.language])
    return [mail for mail in about if "/vote/" in text_of(mail)]


def nine_vote_and_three_are_reminded(journey: Journey, page: Page, poll: str) -> None:
    from labs.models import Poll

    with journey.site.own_database():
        found = Poll.objects.get(slug=poll.split("/")[-2])
        options = list(found.options.order_by("starts_at").values_list("pk", flat=True))
    links = {mail.recipients[0]: link_in(mail, "/labs/polls/") for mail in polled(journey)}
    first = journey.visitor()
    first.goto(links[VOTERS[0]])
    for option, choice in zip(options, VOTES[0], strict=True):
        first.check(f"main [name='date-{option}'][value='{choice}']")
    journey.picture(first, "vote-from-the-mail")
    first.click("main form.vote-form .actions button")
    first.wait_for_load_state()
    first.context.close()
    for email, vote in zip(VOTERS[1:9], VOTES[1:], strict=True):
        said = {f"date-{option}": choice for option, choice in zip(options, vote, strict=True)}
        assert press(links[email], journey.language, None, **said) == 200
    settle(journey)
    journey.sink.messages.clear()
    page.goto(f"{poll}reminder/")
    assert page.locator("#reminded-heading ~ ul > li").count() == 3
    journey.picture(page, "who-is-reminded")
    page.click("main form.form button.primary")
    page.wait_for_url(re.compile(poll + "$"))
    until(lambda: len(polled(journey)) >= 3, "three are reminded")
    settle(journey)
    assert sorted(mail.recipients[0] for mail in polled(journey)) == sorted(VOTERS[9:])


def winner_is_scheduled(journey: Journey, page: Page, poll: str) -> str:
    page.goto(poll)
    best = page.locator("#ranking li.entry").first
    assert best.locator("time").first.get_attribute("datetime", timeout=5000) in (
        DAYS[WINNER], FIRST.isoformat(), f"{DAYS[WINNER]}T13:00:00+01:00",
    )  # fmt: skip
    journey.picture(page, "dates-ranked")
    best.get_by_role("button").click()
    page.wait_for_url(re.compile(r"/labs/(?!polls/)[^/]+/$"))
    address = urllib.parse.urlsplit(page.url).path
    page.goto(f"{address}edit/")
    page.check("main [name=audience][value=cities]")
    fill(page, seats_onsite=str(ONSITE), seats_online=str(ONLINE),
         join_link="https://meet.example.org/hoor")  # fmt: skip
    fill(page, **{"agenda-0-title": "Lastzoner", "agenda-0-minutes": "60"})
    page.click("main form.form .actions button.primary")
    page.wait_for_url(re.compile(address + "$"))
    assert lab_of(journey, address).starts_at == FIRST
    page.goto(f"{address}publication/")
    page.click("main form.form button.primary")
    page.wait_for_url(re.compile(address + "$"))
    year = page.goto("/labs/terms/learning-hub-syd/?year=2027")
    assert year is not None
    for theme in (THEME[journey.language], *(lab[2] for lab in LATER[journey.language])):
        assert page.get_by_role("link", name=theme).count() >= 1, theme
    journey.picture(page, "the-year")
    return address


def forty_register(journey: Journey, page: Page, address: str) -> list[str]:
    """31 on site and 9 online, one after the other; who waits, in order."""
    everybody = [*VOTERS, *GUESTS]
    until(lambda: len(invited(journey)) >= len(everybody), "everybody is invited")
    links = {mail.recipients[0]: link_in(mail) for mail in invited(journey)}
    for n, email in enumerate(everybody):
        mode = "onsite" if n < ONSITE + WAITING else "online"
        assert press(links[email], journey.language, None, mode=mode) == 200
    seated, waiting = standing(journey, address)
    assert seated == {"onsite": everybody[:ONSITE], "online": everybody[ONSITE + WAITING :]}
    assert waiting == everybody[ONSITE : ONSITE + WAITING]
    page.goto(address)
    journey.picture(page, "full-with-waitlist")
    return waiting


def invited(journey: Journey) -> list[Delivered]:
    """The mails about the Lab by which one answers, each with its calendar part."""
    about = journey.mails("", THEME[journey.language])
    return [mail for mail in about if "/labs/answer/" in text_of(mail)]


def six_move_up_in_order(journey: Journey, page: Page, address: str, waiting: list[str]) -> None:
    from labs.models import RegistrationStep

    links = {mail.recipients[0]: link_in(mail) for mail in invited(journey)}
    for email in VOTERS[:WAITING]:
        assert press(links[email], journey.language, None, give_back="1") == 200
    with journey.site.own_database():
        moved = RegistrationStep.objects.filter(
            step="promoted", registration__lab__slug=address.split("/")[-2]
        ).order_by("pk")
        assert list(moved.values_list("registration__user__email", flat=True)) == waiting
    seated, left = standing(journey, address)
    assert (len(seated["onsite"]), len(seated["online"]), left) == (ONSITE, 9, [])
    page.goto(address)
    journey.picture(page, "six-moved-up")


def every_calendar_follows_the_move(journey: Journey, page: Page, address: str) -> None:
    """The same UID, a higher SEQUENCE, a week later; two parsers read the same."""
    settle(journey)
    seated, _waiting = standing(journey, address)
    coming = [*seated["onsite"], *seated["online"]]
    before = calendars(journey, coming)
    journey.sink.messages.clear()
    page.goto(f"{address}edit/")
    fill(page, date=f"{MOVED:%Y-%m-%d}")
    page.click("main form.form .actions button.primary")
    page.locator("main [name=confirmed]").wait_for()
    journey.picture(page, "move-and-whom-it-tells")
    page.click("main [name=confirmed]")
    page.wait_for_url(re.compile(address + "$"))
    until(lambda: len(calendars(journey, coming)) == len(coming), "all are told")
    settle(journey)
    after = calendars(journey, coming)
    lines = []
    for email in coming:
        old, new = calendar_of(before[email]), calendar_of(after[email])
        other = read_by_another(after[email])
        assert new["UID"] == old["UID"] == other.uid.value
        assert int(new["SEQUENCE"]) == int(other.sequence.value) > int(old["SEQUENCE"])
        assert (new["DTSTART"].dt, new["DTEND"].dt) == (MOVED, MOVED + LENGTH)
        assert (other.dtstart.value, other.dtend.value) == (MOVED, MOVED + LENGTH)
        lines.append(
            f"{email}: SEQUENCE {old['SEQUENCE']} → {new['SEQUENCE']}, "
            f"{old['DTSTART'].dt:%Y-%m-%d %H:%M} → {new['DTSTART'].dt:%Y-%m-%d %H:%M} UTC"
        )
    (journey.album / "calendars.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert len(lines) == ONSITE + 9


def calendars(journey: Journey, people: list[str]) -> dict[str, Delivered]:
    """The newest mail with a calendar part that each of these people has."""
    about = [mail for mail in invited(journey) if calendar_part(mail) is not None]
    return {mail.recipients[0]: mail for mail in about if mail.recipients[0] in people}


def hold_and_write_minutes(journey: Journey, page: Page, address: str) -> None:
    from hub.models import User

    page.goto(f"{address}held/")
    page.click("main form.form button.primary")
    page.wait_for_url(re.compile(address + "$"))
    journey.picture(page, "held")
    page.goto(f"{address}minutes/")
    page.click("main form button.primary")
    page.wait_for_url(re.compile("/minutes/edit/$"))
    with journey.site.own_database():
        people = dict(User.objects.values_list("email", "pk"))
    for kind, text, email in OUTCOMES:
        page.goto(f"{address}minutes/outcomes/")
        page.check(f"main [name=kind][value='{kind}']")
        fill(page, text=text)
        if email:
            page.select_option("main [name=owner]", f"user:{people[email]}")
            fill(page, due_on="2027-04-30")
        page.click("main form.form .actions button.primary")
        page.wait_for_url(re.compile("/minutes/edit/"))
    journey.picture(page, "minutes-with-five-outcomes")
    settle(journey)
    journey.sink.messages.clear()
    page.goto(f"{address}minutes/publication/")
    journey.picture(page, "publish-the-minutes")
    page.click("main form button.primary")
    page.wait_for_url(re.compile("/minutes/$"))
    journey.picture(page, "minutes")


def two_are_done_from_the_mail(journey: Journey) -> None:
    from labs.models import Outcome

    for _kind, text, email in OUTCOMES[2:4]:
        until(lambda who=email: answerable(journey, who), f"{email} is told of the follow-up")  # type: ignore[misc]
        link = link_in(answerable(journey, email)[0], "/labs/follow-ups/answer/")
        assert press(link, journey.language, None, note="") == 200
        with journey.site.own_database():
            assert Outcome.objects.get(text=text).state == "done"


def answerable(journey: Journey, email: str) -> list[Delivered]:
    mine = journey.sink.to(email)
    return [mail for mail in mine if "/labs/follow-ups/answer/" in text_of(mail)]


def one_stands_on_the_next_agenda(journey: Journey, page: Page) -> None:
    page.goto("/labs/?when=drafts")
    page.get_by_role("link", name=LATER[journey.language][0][2]).first.click()
    page.wait_for_load_state()
    stands = page.locator("section.open-since li")
    assert [LEFT_OPEN in line for line in stands.all_inner_texts()].count(True) == 1
    for done in (OUTCOMES[2][1], OUTCOMES[3][1]):
        assert not any(done in line for line in stands.all_inner_texts())
    journey.picture(page, "open-on-the-next-agenda")
    page.goto("/labs/follow-ups/?programme=learning-hub-syd")
    journey.picture(page, "board")


def case_note_begins_with_the_minutes(journey: Journey, page: Page, address: str) -> None:
    page.goto(address)
    page.locator("main button[name=kind][value='case-note']").click()
    page.wait_for_url(re.compile(r"/knowledge/[^/]+/edit/$"))
    typed = " ".join(
        field.input_value() for field in page.locator("main form textarea").all()
    )  # fmt: skip
    for _kind, text, _email in OUTCOMES:
        assert text in typed, text
    journey.picture(page, "case-note-drafted")


def standing(journey: Journey, address: str) -> tuple[dict[str, list[str]], list[str]]:
    """Who has a seat by mode in the order they came, and who waits, in order."""
    from labs.models import Registration

    with journey.site.own_database():
        found = Registration.objects.filter(lab__slug=address.split("/")[-2])
        in_order = list(found.order_by("pk").values_list("user__email", "mode", "state"))
        waiting = (
            found.filter(state="waiting")
            .order_by("waitlist_number")
            .values_list("user__email", flat=True)
        )
        seated = {
            mode: [e for e, m, s in in_order if (m, s) == (mode, "seated")]
            for mode in ("onsite", "online")
        }
        return seated, list(waiting)


def lab_of(journey: Journey, address: str) -> Any:
    from labs.models import Lab

    with journey.site.own_database():
        return Lab.objects.get(slug=address.split("/")[-2])


def day(lab: tuple[int, int, str]) -> str:
    return f"{dt.date(2027, lab[0], lab[1])}"


def choose_programme(page: Page) -> None:
    field = page.locator("main select[name=programme]")
    if field.count():
        field.select_option(label="Learning Hub Syd")
