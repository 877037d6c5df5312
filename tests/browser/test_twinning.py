"""The first cohort of the published pairings, from the call to a signed replication plan.

A coordinator opens the call, a city applies from the phone, two reviewers read and one may not,
letters leave, a worker matches with a pin and a veto, one city declines, the repair changes one
match, the groups are formed, and one of them goes through all its milestones to a plan as PDF.
What the other cities do meanwhile is done by actions (tests/browser/cohort/others.py).
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.cohort import matching, others, workspace
from tests.browser.cohort.cast import (
    CITY,
    COHORT,
    PHONE,
    PILOT,
    PROGRAMME,
    SECOND_REVIEWER,
    THEMES,
    enter,
    lead_of,
    pairs,
    path_of,
    people,
    pilots,
    slug_of,
    submit,
    theme_of,
)
from tests.browser.journey import Journey, begin, fill, languages, settle, until
from tests.browser.site import Site
from tests.smtp import Sink

pytestmark = pytest.mark.browser

BEGINS = dt.datetime(2027, 1, 11, 9, 0, tzinfo=dt.UTC)
CLOSED = dt.datetime(2027, 3, 1, 8, 0, tzinfo=dt.UTC)
STARTS = dt.date(2027, 4, 1)
TITLE = {
    "sv": "Twinning, första kohorten: städer lär av pilotstäder",
    "en": "Twinning, first cohort: cities learn from pilot cities",
}
GUIDELINES = {
    "sv": "## Vilka som menas\n\nStäder som vill pröva det en pilotstad redan har prövat, "
    "och som har 12 timmar i månaden för det.",
    "en": "## Who is meant\n\nCities that want to try what a pilot city has tried already, "
    "and have 12 hours a month for it.",
}
RULE = {"sv": "Ett beslut i stadens ledning", "en": "A decision of the city's leadership"}
NEED = {
    "sv": "Hur lämnar en stad över sitt klimatarbete till många?",
    "en": "How does a city hand its climate work over to many?",
}
ANSWER = {
    "sv": "Vi är inte framme: det arbete som bars av tre personer ska bäras av trettio.",
    "en": "We are not there: what three people carried is to be carried by thirty.",
}
ASKED = {
    "sv": "Vem har beslutat att staden söker? Skriv dag och nämnd.",
    "en": "Who decided that the city applies? Say the day and the board.",
}
#: How the subject of a letter of decision begins, as the hub proposes it.
LETTER = {"sv": "Er stads ansökan", "en": "Your city's application"}
DECIDED = {
    "sv": "Kommunstyrelsen, den 3 februari 2027.",
    "en": "The city board, on 3 February 2027.",
}


@pytest.fixture(params=languages("sv"))
def journey(
    request: pytest.FixtureRequest, browser: Browser, smtp_sink: Sink, blank: str,
    journey_site: Site,
) -> Iterator[Journey]:  # fmt: skip
    with begin("twinning", request.param, site=journey_site, blank=blank, browser=browser,
               sink=smtp_sink, people=people, at=BEGINS) as begun:  # fmt: skip
        yield begun


def test_twinning_from_the_call_to_a_signed_plan(journey: Journey, tmp_path: Path) -> None:
    call = coordinator_opens_the_call(journey)
    city_applies_from_the_phone(journey, call, tmp_path)
    others.apply(journey, slug_of(call))
    settle(journey)
    journey.move_clock(CLOSED)
    one_is_asked_for_more(journey, call)
    only_the_named_field_is_open(journey, call)
    reviewer_with_a_conflict_sees_nothing(journey, call)
    reviewer_scores(journey, call)
    letters_are_read_and_sent(journey, call)
    matching.from_scores_to_groups(journey, call)
    workspace.from_kickoff_to_signed_plan(journey)
    assert len(list(journey.album.glob("*.png"))) == len(journey.steps) >= 40


def coordinator_opens_the_call(journey: Journey) -> str:
    page = journey.signed_in("coordinator")
    page.goto(f"/programmes/{PROGRAMME}/calls/new/")
    fill(page, title=TITLE[journey.language], guidelines=GUIDELINES[journey.language],
         opens_day="2027-01-11", opens_hour="09:00", closes_day="2027-02-26", closes_hour="17:00",
         answers_on="2027-03-31", starts_on=STARTS.isoformat(), cohort=str(COHORT))  # fmt: skip
    journey.picture(page, "call-written")
    submit(page, "/pilots/$")
    call = path_of(page).removesuffix("pilots/")
    pilot_is_typed_in(journey, page)
    others.offer_pilots(journey, slug_of(call), by_hand=PILOT)
    page.goto(f"{call}rules/")
    page.select_option("[name='rules-0-kind']", "population-least")
    fill(page, **{"rules-0-number": "5000"})
    page.select_option("[name='rules-1-kind']", "person")
    fill(page, **{"rules-1-words": RULE[journey.language]})
    submit(page, f"{call}$")
    assert page.locator("main li.entry[id^=pilot-]").count() == len(pilots()) == 16
    journey.picture(page, "call-before-it-is-published")
    page.goto(f"{call}publication/")
    journey.picture(page, "publish-the-call")
    submit(page, f"{call}$")
    page.context.close()
    return call


def pilot_is_typed_in(journey: Journey, page: Page) -> None:
    theme = theme_of(PILOT)
    title = THEMES[theme][0][journey.language]
    fill(page, title=title, places=str(pilots()[PILOT]), offers=title, seeks=NEED[journey.language])
    page.select_option("main [name=cities]", label=PILOT)
    page.check(f"main [name=domains][value='{domain_keys(journey)[theme]}']")
    journey.picture(page, "pilot-typed-in")
    submit(page, "/pilots/$")
    assert page.locator("main table tbody tr").count() == 1


def domain_keys(journey: Journey) -> dict[str, int]:
    from cities.models import Domain

    with journey.site.own_database():
        return dict(Domain.objects.values_list("code", "pk"))


def city_applies_from_the_phone(journey: Journey, call: str, folder: Path) -> None:
    page = enter(journey, "staff.lund", **PHONE)
    page.goto(call)
    page.locator("main form.inline-form button.primary").click()
    page.wait_for_url(re.compile("/applications/lund/$"))
    own = path_of(page)
    journey.picture(page, "phone-what-is-missing")
    write_profile(journey, page, own)
    page.goto(f"{own}answers/")
    for field in page.locator("main textarea").all():
        field.fill(ANSWER[journey.language])
    page.locator("[data-autosave-state][data-kind=saved]").wait_for()
    journey.picture(page, "phone-answers-saved-as-one-writes")
    submit(page, f"{own}$")
    page.goto(f"{own}files/")
    paper = folder / "beslut.txt"
    paper.write_text(ANSWER[journey.language], encoding="utf-8")
    fill(page, title="Beslut. Decision.")
    page.set_input_files("main [name=file]", paper)
    submit(page, "/files/$")
    journey.picture(page, "phone-file-added")
    page.goto(own)
    assert sideways_of(page) <= 360
    journey.picture(page, "phone-nothing-is-missing")
    page.locator("main .actions form button.primary").click()
    page.locator("main").get_by_text("2027").first.wait_for()
    journey.picture(page, "phone-sent-in")
    assert application_state(journey, call) == ("submitted", "")
    page.context.close()


def sideways_of(page: Page) -> int:
    return int(page.evaluate("() => document.documentElement.scrollWidth"))


def write_profile(journey: Journey, page: Page, own: str) -> None:
    page.goto(f"{own}profile/")
    theme = theme_of(PILOT)
    fill(page, **{"need-1": NEED[journey.language], "contact-1": "Klimatsamordnaren",
                  "contact-1-email": "klimat.lund@example.org"})  # fmt: skip
    for box in page.locator("main [name=domains]:checked").all():
        box.uncheck()
    page.check(f"main [name=domains][value='{domain_keys(journey)[theme]}']")
    title = THEMES[theme][0][journey.language]
    page.select_option("main [name=rank-1]", label=f"{PILOT}: {title}")
    page.select_option("main [name=rank-2]", index=3)
    page.select_option("main [name=languages]", ["en", "sv"])
    assert sideways_of(page) <= 360
    journey.picture(page, "phone-needs-and-ranks")
    submit(page, f"{own}$")


def application_state(journey: Journey, call: str) -> tuple[str, str]:
    from cities.twinning.models import Application

    with journey.site.own_database():
        it = Application.objects.get(call__slug=slug_of(call), city__name=CITY)
        return it.state, it.screening


def one_is_asked_for_more(journey: Journey, call: str) -> None:
    others.screen(journey, slug_of(call), but={CITY})
    page = enter(journey, "coordinator")
    page.goto(f"{call}applications/")
    assert page.locator("main table tbody tr").count() == len(pairs()) == 18
    journey.picture(page, "eighteen-applications")
    page.goto(f"{call}applications/lund/")
    page.check("main [name=verdict][value=more]")
    fill(page, reason=ASKED[journey.language], until="2027-03-12")
    page.check(f"main [name=reopened][value='{mandate(journey, call)}']")
    journey.picture(page, "screening-asks-for-more")
    submit(page, "/applications/lund/$")
    page.context.close()


def mandate(journey: Journey, call: str) -> str:
    """The name of the question that is opened again."""
    from cities.twinning.applications.parts import name_of
    from cities.twinning.models import Call

    with journey.site.own_database():
        scheme = Call.objects.select_related("scheme").get(slug=slug_of(call)).scheme
        return name_of(scheme.questions.get(code="mandate"))


def only_the_named_field_is_open(journey: Journey, call: str) -> None:
    named = mandate(journey, call)
    page = enter(journey, "staff.lund", **PHONE)
    own = f"{call}applications/lund/"
    page.goto(f"{own}profile/")
    assert path_of(page) == own
    journey.picture(page, "phone-one-field-is-open")
    page.goto(f"{own}answers/")
    assert [f.get_attribute("name") for f in page.locator("main textarea").all()] == [named]
    fill(page, **{named: DECIDED[journey.language]})
    journey.picture(page, "phone-the-named-field")
    submit(page, f"{own}$")
    page.locator("main .actions form button.primary").click()
    page.locator("main .actions form button.primary").wait_for(state="detached")
    assert application_state(journey, call) == ("submitted", "")
    page.context.close()
    page = enter(journey, "coordinator")
    page.goto(own)
    assert page.get_by_text(DECIDED[journey.language]).count() == 1
    page.check("main [name=verdict][value=pass]")
    fill(page, reason="Komplett. Complete.")
    submit(page, "/applications/lund/$")
    assert application_state(journey, call) == ("submitted", "pass")
    page.context.close()


def reviewer_with_a_conflict_sees_nothing(journey: Journey, call: str) -> None:
    page = enter(journey, SECOND_REVIEWER)
    page.goto(f"{call}reviews/")
    page.get_by_label(CITY, exact=True).check()
    fill(page, reason="Arbetade där. Worked there.")
    journey.picture(page, "conflict-declared-first")
    submit(page, "/reviews/$")
    readers_are_asked(journey, call)
    page.goto(f"{call}reviews/")
    assert page.locator("main ol.entries li").count() == len(pairs()) - 1
    assert page.get_by_role("link", name=CITY, exact=True).count() == 0
    journey.picture(page, "nothing-of-the-conflicted-city")
    refused = page.goto(review_of(journey, call, "reviewer"))
    assert refused is not None
    assert refused.status == 404
    closed = page.goto(f"{call}applications/lund/")
    assert closed is not None
    assert closed.status == 404
    assert ANSWER[journey.language] not in page.content()
    page.context.close()


def readers_are_asked(journey: Journey, call: str) -> None:
    page = enter(journey, "coordinator")
    page.goto(f"{call}reviewing/proposal/?readers=2")
    boxes = page.locator("main [name=pairs]")
    assert boxes.count() == 2 * len(pairs()) - 1
    assert page.locator("main .notice").get_by_text(CITY).count() == 1
    journey.picture(page, "readers-proposed-one-is-missing")
    submit(page, "/reviewing/$")
    page.context.close()


def review_of(journey: Journey, call: str, reviewer: str) -> str:
    from cities.twinning.models import Review

    with journey.site.own_database():
        found = Review.objects.select_related("application__call").get(
            application__call__slug=slug_of(call), application__city__name=CITY,
            reviewer__email=f"{reviewer}@example.org",
        )  # fmt: skip
        return found.get_absolute_url()


def reviewer_scores(journey: Journey, call: str) -> None:
    page = enter(journey, "reviewer")
    page.goto(f"{call}reviews/")
    submit(page, "/reviews/$")
    page.goto(review_of(journey, call, "reviewer"))
    assert page.get_by_text(DECIDED[journey.language]).count() == 1
    for field in page.locator("main [name^=points-]").all():
        field.select_option("5")
    fill(page, comment="Stark. Strong.")
    journey.picture(page, "scores-beside-the-application")
    submit(page, "/reviews/$")
    page.context.close()
    others.score(journey, slug_of(call))
    page = enter(journey, "coordinator", color_scheme="dark")
    page.goto(f"{call}reviewing/")
    journey.picture(page, "dark-means-and-spread")
    page.context.close()


def letters_are_read_and_sent(journey: Journey, call: str) -> None:
    settle(journey)
    journey.sink.messages.clear()
    page = enter(journey, "coordinator", color_scheme="dark")
    page.goto(f"{call}decisions/")
    for field in page.locator("main [name^=outcome-]").all():
        field.select_option("taken")
    journey.picture(page, "dark-decisions")
    page.click("main button[name=read]")
    page.wait_for_url("**/letters/")
    assert page.locator("main section.panel").count() == len(pairs())
    assert told(journey) == set()
    journey.picture(page, "dark-letters-read-through")
    submit(page, "/decisions/$")
    page.context.close()
    until(lambda: "klimat.lund@example.org" in told(journey), "the letters arrive")
    settle(journey)
    for twin, _pilot in pairs():
        with journey.site.own_database():
            assert f"{lead_of(twin)}@example.org" in told(journey)


def told(journey: Journey) -> set[str]:
    """Who has a letter of decision."""
    return {mail.recipients[0] for mail in journey.mails(LETTER[journey.language], "")}
