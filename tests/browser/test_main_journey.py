"""The main job from end to end, on the real cities, with every real part running."""

import datetime as dt
import re
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser

from tests.browser.journey import (
    Journey,
    begin,
    calendar_of,
    languages,
    link_in,
    press,
    settle,
    text_of,
    until,
)
from tests.browser.site import Site
from tests.smtp import Delivered, Sink

pytestmark = pytest.mark.browser

THEME = {"sv": "Restvärme från bagerier", "en": "Waste heat from bakeries"}
WORDS = {
    "sv": ("Bagarugnarna värmer badhuset", "bagarugnrana"),
    "en": ("Bakery ovens heat the swimming pool", "bakrey"),
}
#: In PostgreSQL's and the worker's eyes: a minute before the reminder is due, an hour after the Lab.
REMINDER_DUE = dt.datetime(2027, 3, 27, 12, 0, tzinfo=dt.UTC)  # 13:00 in Stockholm, winter time
STARTS = dt.datetime(2027, 3, 28, 11, 0, tzinfo=dt.UTC)  # 13:00 in Stockholm, summer time
ENDS = dt.datetime(2027, 3, 28, 14, 0, tzinfo=dt.UTC)
#: Fixed, so that the Lab's day lies ahead whenever the suite runs.
BEGINS = dt.datetime(2027, 1, 11, 8, 0, tzinfo=dt.UTC)
SEATS = 6
RACERS = 12


@pytest.fixture(params=languages("sv"))
def journey(
    request: pytest.FixtureRequest, browser: Browser, smtp_sink: Sink, blank: str,
    journey_site: Site,
) -> Iterator[Journey]:  # fmt: skip
    with begin("main-job", request.param, site=journey_site, blank=blank, browser=browser,
               sink=smtp_sink, people=team, at=BEGINS) as begun:  # fmt: skip
        yield begun


def team(language: str) -> None:
    """Everybody reads the language; and so many more in the transition team that seats run out."""
    from cities.enums import Role
    from cities.models import Membership, Programme
    from hub.models import User

    syd = Programme.objects.get(slug="learning-hub-syd")
    User.objects.update(language=language)
    people = User.objects.bulk_create(
        User(
            email=f"racer{n:02}@example.org", name=f"Racer {n:02}", language=language, password="!"
        )
        for n in range(RACERS)
    )
    Membership.objects.bulk_create(
        Membership(user=user, programme=syd, role=Role.TRANSITION_TEAM) for user in people
    )


def test_main_job_from_schedule_to_search(journey: Journey) -> None:
    address = coordinator_schedules(journey)
    staff_registers_from_the_mail(journey)
    registered = race_fills_the_seats(journey)
    reminders_arrive_once(journey, registered)
    lab_is_held(journey, address)
    article = staff_writes_what_was_learnt(journey, address)
    researcher_comments(journey, article)
    author_finds_the_comment(journey)
    visitor_finds_the_text_by_a_typo(journey, article)
    assert len(list(journey.album.glob("*.png"))) == len(journey.steps) >= 15


def coordinator_schedules(journey: Journey) -> str:
    page = journey.signed_in("coordinator")
    journey.picture(page, "coordinator-signed-in")
    page.goto("/labs/new/")
    fill = {
        "title": THEME[journey.language], "date": "2027-03-28", "begins": "13:00", "ends": "16:00",
        "seats_onsite": str(SEATS), "place": "Malmö, Medborgarhuset",
        "summary": "Bagerierna är varma redan klockan fyra.", "agenda-0-title": "Ugnar",
        "agenda-0-minutes": "45",
    }  # fmt: skip
    programme = page.locator("main [name=programme]")
    if programme.count() and programme.first.evaluate("f => f.tagName") == "SELECT":
        programme.select_option(label="Learning Hub Syd")
    for name, value in fill.items():
        page.fill(f"main [name='{name}']", value)
    page.select_option("main [name=time_zone]", "Europe/Stockholm")
    page.check("main [name=audience][value='transition-team']")
    for box in page.locator("main [name=remind]").all():
        box.set_checked(box.get_attribute("value") == "1")
    journey.picture(page, "schedule-filled")
    page.click("main form.form .actions button.primary")
    page.wait_for_url(re.compile(r"/labs/(?!new/)[^/]+/$"))
    journey.picture(page, "draft")
    address = urllib.parse.urlsplit(page.url).path
    page.goto(f"{address}publication/")
    journey.picture(page, "who-is-invited")
    invited = page.locator("#invitees-heading ~ .entries > li").count()
    page.click("main form.form button.primary")
    page.wait_for_url(re.compile(address + "$"))
    journey.picture(page, "published")
    theme = THEME[journey.language]
    until(lambda: len(journey.mails("", theme)) >= invited, f"{invited} invitations arrive")
    receivers = Counter(mail.recipients for mail in journey.mails("", theme))
    assert set(receivers.values()) == {1}
    assert invited >= RACERS + 8
    page.context.close()
    return address


def invitation_of(journey: Journey, email: str) -> Delivered:
    mine = [m for m in journey.mails("", THEME[journey.language]) if email in m.recipients]
    assert len(mine) >= 1, email
    return mine[0]


def staff_registers_from_the_mail(journey: Journey) -> None:
    mail = invitation_of(journey, "staff.malmo@example.org")
    event = calendar_of(mail)
    assert event["DTSTART"].dt == STARTS
    page = journey.visitor()
    page.goto(link_in(mail))
    journey.picture(page, "invitation-link")
    choice = page.locator("main [name=mode][value=onsite], main [name=mode][value='on-site']")
    if choice.count():
        choice.first.check()
    page.click("main form.form button.primary")
    page.wait_for_load_state()
    journey.picture(page, "registered-from-mail")
    assert in_database(journey, "staff.malmo@example.org") == "seated"
    page.context.close()


def in_database(journey: Journey, email: str) -> str:
    from labs.models import Registration

    with journey.site.own_database():
        row = Registration.objects.get(user__email=email, lab__title=THEME[journey.language])
        return "seated" if row.is_seated else "waiting" if row.is_waiting else "gone"


def race_fills_the_seats(journey: Journey) -> list[str]:
    """Twelve people open the link in their mail and press at the same moment."""
    ready = threading.Barrier(RACERS)

    def answer(email: str) -> int:
        link = link_in(invitation_of(journey, email))
        return press(link, journey.language, before=lambda: ready.wait(120), mode="onsite")

    emails = [f"racer{n:02}@example.org" for n in range(RACERS)]
    with ThreadPoolExecutor(RACERS) as pool:
        answers = list(pool.map(answer, emails))
    assert answers == [200] * RACERS
    states = {email: in_database(journey, email) for email in emails}
    assert Counter(states.values()) == {"seated": SEATS - 1, "waiting": RACERS - SEATS + 1}
    page = journey.signed_in("coordinator")
    page.goto("/labs/")
    page.get_by_role("link", name=THEME[journey.language]).first.click()
    page.wait_for_load_state()
    journey.picture(page, "full-with-waitlist")
    page.context.close()
    return ["staff.malmo@example.org", *(e for e, state in states.items() if state == "seated")]


def reminders_arrive_once(journey: Journey, registered: list[str]) -> None:
    settle(journey)
    journey.sink.messages.clear()
    journey.move_clock(REMINDER_DUE - dt.timedelta(seconds=20))
    theme = THEME[journey.language]
    until(lambda: len(journey.mails("", theme)) >= len(registered), "the reminders arrive", 120)
    # Five more sweeps: whoever would be reminded twice would be by now.
    time.sleep(10)
    mails = journey.mails("", theme)
    assert Counter(r for m in mails for r in m.recipients) == Counter(registered)
    assert len({mail.message_id for mail in mails}) == len(registered)
    for mail in mails:
        event = calendar_of(mail)
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (STARTS, ENDS)
        body = mail.message.get_body(("plain",))
        assert body is not None
        assert re.search(r"13[.:]00", body.get_content()), body.get_content()
    sent = with_ledger(journey)
    assert min(sent) >= REMINDER_DUE
    assert max(sent) <= REMINDER_DUE + dt.timedelta(minutes=2)
    show_mail(journey, mails[0])


def with_ledger(journey: Journey) -> list[dt.datetime]:
    from hub.models import Delivery

    with journey.site.own_database():
        return list(
            Delivery.objects.filter(kind="lab.reminder", state="sent").values_list(
                "settled_at", flat=True
            )
        )


def show_mail(journey: Journey, mail: Delivered) -> None:
    body = mail.message.get_body(("html",))
    assert body is not None
    page = journey.visitor()
    page.set_content(body.get_content())
    journey.picture(page, "reminder-mail")
    page.context.close()


def lab_is_held(journey: Journey, address: str) -> None:
    journey.move_clock(ENDS + dt.timedelta(hours=1))
    page = journey.signed_in("coordinator")
    page.goto(f"{address}held/")
    journey.picture(page, "mark-as-held")
    page.click("main form.form button.primary")
    page.wait_for_url(re.compile(address + "$"))
    journey.picture(page, "held")
    page.context.close()


def staff_writes_what_was_learnt(journey: Journey, address: str) -> str:
    page = journey.signed_in("staff.malmo")
    page.goto(address)
    page.locator("main button[name=kind][value=experience]").click()
    page.wait_for_url(re.compile(r"/knowledge/[^/]+/edit/$"))
    page.fill("main [name=title]", WORDS[journey.language][0])
    page.check("main [name=domains][value=energy]")
    page.fill("main [name=tried]", "Värmeväxlare på tre ugnar. A heat exchanger on three ovens.")
    page.fill("main [name=setback]", "Fettet satte igen filtren. Grease clogged the filters.")
    page.select_option("main [name=language]", journey.language)
    visibility = page.locator("main [name=visibility]").first
    if visibility.evaluate("f => f.tagName") == "SELECT":
        visibility.select_option("public")
    else:
        page.check("main [name=visibility][value=public]")
    page.locator("main [data-autosave-state]").first.wait_for()
    page.wait_for_timeout(2500)
    journey.picture(page, "writing")
    page.click("main button[value=publish]")
    page.wait_for_url(re.compile(r"/knowledge/(?!new/)[^/]+/$"))
    journey.picture(page, "published-experience")
    path = urllib.parse.urlsplit(page.url).path
    page.context.close()
    return path


def researcher_comments(journey: Journey, article: str) -> None:
    journey.sink.messages.clear()
    page = journey.signed_in("researcher")
    page.goto(article)
    page.fill("main form.comment-form [name=body]", "Hur varm var luften? How warm was the air?")
    page.locator("main form.comment-form .actions button").first.click()
    page.get_by_text("Hur varm var luften?").first.wait_for()
    journey.picture(page, "comment")
    page.context.close()


def author_finds_the_comment(journey: Journey) -> None:
    mine = "staff.malmo@example.org"
    title = WORDS[journey.language][0]
    until(
        lambda: any(title in m.subject + text_of(m) for m in journey.sink.to(mine)),
        "the author's mail",
    )
    assert len([m for m in journey.sink.to(mine) if title in m.subject + text_of(m)]) == 1
    page = journey.signed_in("staff.malmo")
    journey.picture(page, "authors-today")
    page.goto("/inbox/")
    entry = page.locator("li.is-unread", has_text=title)
    assert entry.count() >= 1
    journey.picture(page, "authors-inbox")
    page.context.close()


def visitor_finds_the_text_by_a_typo(journey: Journey, article: str) -> None:
    from hub.models import SearchChange

    def learnt() -> bool:
        with journey.site.own_database():
            return not SearchChange.objects.exists()

    until(learnt, "the words of the new text are learnt")
    page = journey.visitor()
    page.goto("/")
    page.fill("#site-search", WORDS[journey.language][1])
    page.press("#site-search", "Enter")
    page.wait_for_url(re.compile("/search/"))
    found = page.locator(f"main ol.entries a[href='{article}']")
    journey.picture(page, "found-by-a-typo")
    assert found.count() == 1
    found.click()
    page.wait_for_url(re.compile(article))
    journey.picture(page, "visitor-reads")
    page.context.close()
