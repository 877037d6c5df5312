"""From the scores to the twin groups: matched, settled, asked about, declined, repaired."""

import re
import signal

from playwright.sync_api import Page

from tests.browser.cohort import others
from tests.browser.cohort.cast import (
    PHONE,
    PILOT,
    enter,
    lead_of,
    pairs,
    path_of,
    pilots,
    slug_of,
    submit,
)
from tests.browser.journey import Journey, fill, settle

#: Stays with its pilot whatever the weights say; is kept away from its first wish; says no.
PINNED, BARRED, DECLINES = ("Riga", "Uppsala"), ("Braga", "Uppsala"), ("Würzburg", "Umeå")
SETTLED = {
    "pin": {
        "sv": "De har arbetat ihop i två år.",
        "en": "They have worked together for two years.",
    },
    "veto": {"sv": "Samma konsult på båda sidor.", "en": "The same consultant on both sides."},
}
BECAUSE = {
    "sv": "Vi söker något annat än det piloten visar.",
    "en": "We look for something else than the pilot shows.",
}


def from_scores_to_groups(journey: Journey, call: str) -> None:
    first = worker_matches(journey, call)
    second = pin_and_veto(journey, call, first)
    put_to_the_cities(journey, call, second)
    one_declines(journey, call)
    third = repaired(journey, call, second)
    groups_are_formed(journey, call, third)


def worker_matches(journey: Journey, call: str) -> int:
    """The real worker; held back for a moment, so that the page is seen waiting."""
    page = enter(journey, "coordinator", color_scheme="dark")
    page.goto(f"{call}matching/")
    page.click("main form.actions button.primary")
    page.wait_for_url("**/settings/")
    journey.picture(page, "dark-weights-and-places")
    submit(page, r"/matching/\d+/$")
    run = start(journey, page, picture="dark-the-worker-is-awaited")
    assert result_of(journey, call, run)[DECLINES[0]] == DECLINES[1]
    journey.picture(page, "dark-first-run")
    page.goto(f"{call}matching/{run}/cities/lund/")
    journey.picture(page, "dark-why-this-city")
    page.locator("main a[href*='/cities/lund/']").first.click()
    page.wait_for_url(re.compile(r"/cities/lund/\d+/$"))
    journey.picture(page, "dark-why-not-that-pilot")
    page.context.close()
    return run


def start(journey: Journey, page: Page, picture: str = "") -> int:
    """Press the button and wait until the page itself says that it is done."""
    worker = journey.site.parts[1]
    worker.send_signal(signal.SIGSTOP)
    try:
        page.locator("main .actions form button.primary").click()
        page.locator("#run-progress").wait_for()
        if picture:
            journey.picture(page, picture)
    finally:
        worker.send_signal(signal.SIGCONT)
    page.locator("#run-progress").wait_for(state="detached", timeout=60_000)
    return int(page.url.rstrip("/").split("/")[-1])


def result_of(journey: Journey, call: str, run: int) -> dict[str, str | None]:
    from cities.twinning.models import MatchPair

    with journey.site.own_database():
        found = MatchPair.objects.filter(run__call__slug=slug_of(call), run__number=run)
        return {
            pair.application.city.name: pair.pilot.name if pair.pilot else None
            for pair in found.with_answers()
        }


def pin_and_veto(journey: Journey, call: str, first: int) -> int:
    """A variant of the first run with two things settled, and what they change."""
    page = enter(journey, "coordinator")
    page.goto(f"{call}matching/{first}/")
    page.locator(f"main form[action$='/{first}/variants/'] button").last.click()
    page.wait_for_url(re.compile(r"/matching/\d+/$"))
    address = path_of(page)
    page.goto(f"{address}rulings/")
    for kind, (city, pilot) in (("pin", PINNED), ("veto", BARRED)):
        page.check(f"main [name=kind][value={kind}]")
        page.select_option("main [name=application]", label=city)
        page.select_option("main [name=pilot]", label=pilot)
        fill(page, reason=SETTLED[kind][journey.language])
        submit(page, "/rulings/$")
    journey.picture(page, "pin-and-veto")
    page.goto(address)
    second = start(journey, page)
    found = result_of(journey, call, second)
    assert found[PINNED[0]] == PINNED[1]
    assert found[BARRED[0]] not in (None, BARRED[1])
    assert None not in found.values()
    journey.picture(page, "second-run")
    page.goto(f"{call}matching/{first}/beside/{second}/")
    journey.picture(page, "two-runs-beside-each-other")
    page.context.close()
    return second


def put_to_the_cities(journey: Journey, call: str, run: int) -> None:
    settle(journey)
    page = enter(journey, "coordinator")
    page.goto(f"{call}matching/{run}/publication/")
    assert page.locator("main table tbody tr").count() == len(pairs()) + len(pilots())
    journey.picture(page, "who-is-told")
    submit(page, rf"/matching/{run}/$")
    page.context.close()


def one_declines(journey: Journey, call: str) -> None:
    """One city says no on the phone, one pilot yes at the desk; the others say yes."""
    page = enter(journey, lead_of_city(journey, DECLINES[0]), **PHONE)
    page.goto(f"{call}matches/wurzburg/")
    page.check("main [name=answer][value=no]")
    submit(page, "/matches/wurzburg/")
    page.locator("main .error-summary").wait_for()
    page.check("main [name=answer][value=no]")
    fill(page, reason=BECAUSE[journey.language])
    journey.picture(page, "phone-declined-with-a-reason")
    submit(page, "/matches/wurzburg/$")
    page.locator("main form").wait_for(state="detached")
    page.context.close()
    page = enter(journey, lead_of_city(journey, PILOT))
    page.goto(f"{call}matches/leuven/")
    page.locator("main [name=answer][value=yes]").first.check()
    journey.picture(page, "pilot-answers")
    page.locator("main form button.primary").first.click()
    page.wait_for_load_state()
    page.context.close()
    others.accept(journey, slug_of(call), but={DECLINES[0]})


def lead_of_city(journey: Journey, city: str) -> str:
    with journey.site.own_database():
        return lead_of(city)


def repaired(journey: Journey, call: str, run: int) -> int:
    """The fewest changes: one match of eighteen."""
    before = result_of(journey, call, run)
    page = enter(journey, "coordinator")
    page.goto(f"{call}matching/{run}/")
    journey.picture(page, "needs-a-repair")
    page.locator("main form:has(input[value=repair]) button").click()
    page.wait_for_url(re.compile(rf"/matching/(?!{run}/)\d+/$"))
    number = start(journey, page)
    after = result_of(journey, call, number)
    assert {city for city in before if before[city] != after[city]} == {DECLINES[0]}
    assert after[DECLINES[0]] not in (None, DECLINES[1])
    page.goto(f"{call}matching/{run}/beside/{number}/")
    journey.picture(page, "repair-changes-one-match")
    page.goto(f"{call}matching/{number}/publication/")
    assert page.locator("main table tbody tr").count() == 3
    journey.picture(page, "only-three-cities-are-told")
    submit(page, rf"/matching/{number}/$")
    page.context.close()
    others.accept(journey, slug_of(call), but=set())
    return number


def groups_are_formed(journey: Journey, call: str, run: int) -> None:
    page = enter(journey, "coordinator")
    page.goto(f"{call}matching/{run}/groups/")
    assert page.locator("main ul.consequences li").count() == len(pilots())
    journey.picture(page, "sixteen-groups-to-form")
    submit(page, rf"/matching/{run}/$")
    page.goto("/twinning/?cohort=1")
    journey.picture(page, "sixteen-groups-run")
    page.context.close()
    assert running(journey) == len(pilots()) == 16


def running(journey: Journey) -> int:
    from cities.twinning.enums import GroupState
    from cities.twinning.models import TwinGroup

    with journey.site.own_database():
        return TwinGroup.objects.filter(cohort=1, state=GroupState.ACTIVE).count()
