"""One group from its kick-off to a signed plan: asked how it goes, met, milestones, plan, PDF."""

import datetime as dt
import re
from pathlib import Path

from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.cohort import others
from tests.browser.cohort.cast import CITY, PHONE, PILOT, enter, meanwhile, path_of, submit
from tests.browser.journey import Journey, fill, link_in, settle, until

#: In the last of the three modules, weeks after both sides are asked for the last time.
THIRD_MODULE = dt.datetime(2028, 8, 21, 9, 0, tzinfo=dt.UTC)
VISIT = "2027-09-15"
GOAL = {
    "sv": "Veta hur trettio håller ihop det som tre bar",
    "en": "Know how thirty keep together what three carried",
}
EXCHANGE = {
    "sv": "Två dagar bakom kulisserna: vem bestämmer vad?",
    "en": "Two days behind the scenes: who decides what?",
}
DECISION = {
    "sv": "Lund prövar ett klimatbord med tio organisationer",
    "en": "Lund tries a climate table with ten organisations",
}
STEPS = {
    "sv": ("Grunda klimatbordet med tio organisationer", "Anställ den som håller ihop bordet"),
    "en": ("Found the climate table with ten organisations", "Employ who keeps the table together"),
}
READ = {
    "sv": "Skriv också vad ni gör om bara fem kommer.",
    "en": "Say also what you do if only five come.",
}
MANDATE = {"sv": "Kommunstyrelsen, juni 2028", "en": "The city board, June 2028"}
WRITTEN = {
    "sv": "Det här har vi lärt oss i Leuven, och så här blir det i Lund.",
    "en": "This is what we learnt in Leuven, and this is what it becomes in Lund.",
}


def from_kickoff_to_signed_plan(journey: Journey) -> None:
    group = address_of(journey)
    exchange = exchange_is_scheduled(journey, group)
    settle(journey)
    journey.sink.messages.clear()
    journey.move_clock(THIRD_MODULE)
    both_are_asked_how_it_goes(journey, group)
    goal_and_milestone(journey, group)
    exchange_ends_in_a_decision(journey, exchange)
    all_milestones_are_done(journey, group)
    plan = plan_is_written(journey, group)
    steps_with_evidence(journey, plan)
    lead_signs_and_prints(journey, plan)


def address_of(journey: Journey) -> str:
    """The group of our city and its pilot."""
    from cities.twinning.models import TwinGroup

    with journey.site.own_database():
        both = TwinGroup.objects.filter(cohort=1, members__city__name=CITY)
        return both.get().get_absolute_url()


def exchange_is_scheduled(journey: Journey, group: str) -> str:
    page = enter(journey, "lead.lund")
    page.goto(group)
    page.locator("main a[href*='/labs/new/?group=']").first.click()
    page.wait_for_url("**/labs/new/**")
    page.check("main [name=kind][value=site-visit]")
    fill(page, title=EXCHANGE[journey.language], date=VISIT, begins="09:00", ends="16:00",
         seats_onsite="12", place=PILOT)  # fmt: skip
    journey.picture(page, "exchange-scheduled")
    submit(page, r"/labs/(?!new/)[^/]+/$")
    exchange = path_of(page)
    page.goto(f"{exchange}publication/")
    submit(page, exchange + "$")
    page.context.close()
    return exchange


def both_are_asked_how_it_goes(journey: Journey, group: str) -> None:
    lund, leuven = (f"lead.{name}@example.org" for name in ("lund", "leuven"))
    until(lambda: asked(journey, lund) and asked(journey, leuven), "both sides are asked", 120)
    page = journey.visitor(**PHONE)
    page.goto(link_in(asked(journey, lund)[0], "/twinning/fit/"))
    page.locator("main [name=answer]").first.check()
    journey.picture(page, "phone-how-it-goes-from-the-mail")
    page.click("main form button.primary")
    page.wait_for_load_state()
    page.context.close()
    page = enter(journey, "lead.leuven")
    page.goto(f"{group}fit/15/")
    page.locator("main [name=answer]").nth(1).check()
    fill(page, note="Mer tid. More time.")
    submit(page, "/fit/15/$")
    page.context.close()
    page = enter(journey, "coordinator")
    page.goto(f"{group}fit/15/")
    assert page.get_by_text("Mer tid. More time.").count() == 1
    journey.picture(page, "coordinator-reads-both-answers")
    page.context.close()


def asked(journey: Journey, email: str) -> list[object]:
    """Mails by which one says how it goes."""
    from tests.browser.journey import text_of

    return [m for m in journey.sink.to(email) if "/twinning/fit/" in text_of(m)]


def goal_and_milestone(journey: Journey, group: str) -> None:
    page = enter(journey, "staff.lund", **PHONE)
    page.goto(f"{group}goals/new/")
    fill(page, text=GOAL[journey.language])
    submit(page, "#goals$")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    journey.picture(page, "phone-the-groups-page")
    page.locator("#milestones details summary").click()
    page.locator("#milestones details a").first.click()
    page.wait_for_url("**/milestones/*/")
    fill(page, done_on="2027-04-20", note="Leuven, 12")
    journey.picture(page, "phone-milestone")
    submit(page, "#milestones$")
    page.context.close()


def exchange_ends_in_a_decision(journey: Journey, exchange: str) -> None:
    page = enter(journey, "lead.lund")
    page.goto(f"{exchange}held/")
    submit(page, exchange + "$")
    page.goto(f"{exchange}minutes/")
    page.click("main form button.primary")
    page.wait_for_url(re.compile("/minutes/edit/$"))
    page.goto(f"{exchange}minutes/outcomes/")
    page.check("main [name=kind][value=decision]")
    fill(page, text=DECISION[journey.language])
    page.click("main form.form .actions button.primary")
    page.wait_for_url(re.compile("/minutes/edit/"))
    page.goto(f"{exchange}minutes/publication/")
    submit(page, "/minutes/$")
    journey.picture(page, "minutes-of-the-exchange")
    page.context.close()


def all_milestones_are_done(journey: Journey, group: str) -> None:
    others.reach_milestones(journey, group.split("/")[-2])
    page = enter(journey, "lead.lund")
    page.goto(group)
    page.locator("#milestones details summary").click()
    page.locator("#milestones li.entry").last.locator("a").first.click()
    page.wait_for_url("**/milestones/*/")
    submit(page, "#milestones$")
    assert page.locator("#milestones li.entry .state").count() == 8
    assert page.locator("#milestones li.entry .state-done").count() == 8
    page.locator("#milestones details summary").click()
    journey.picture(page, "all-milestones-of-three-modules")
    page.context.close()


def plan_is_written(journey: Journey, group: str) -> str:
    page = enter(journey, "staff.lund", **PHONE)
    plan = f"{group}plan/lund/"
    page.goto(plan)
    page.click("main form button.primary")
    page.wait_for_url(re.compile("/plan/lund/(writing/)?$"))
    page.goto(f"{plan}writing/")
    for n, field in enumerate(page.locator("main textarea").all(), 1):
        field.fill(f"{WRITTEN[journey.language]} ({n})")
    page.locator("[data-autosave-state][data-kind=saved]").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    journey.picture(page, "phone-plan-written")
    submit(page, plan + "$")
    page.context.close()
    return plan


def steps_with_evidence(journey: Journey, plan: str) -> None:
    """What is done, by whom, until when, with what money, on whose word, and on what ground."""
    article = text_to_build_on(journey)
    page = enter(journey, "lead.lund")
    for n, text in enumerate(STEPS[journey.language]):
        page.goto(f"{plan}steps/new/")
        fill(page, text=text, due_on=f"2029-0{n + 3}-01", budget="400 000 kr",
             mandate=MANDATE[journey.language])  # fmt: skip
        page.select_option("main [name=owner]", index=1)
        if n == 0:
            journey.picture(page, "step-of-the-plan")
        submit(page, "/plan/lund/")
    step = page.locator("main li.plan-step").first
    number = (step.get_attribute("id") or "").removeprefix("step-")
    page.goto(f"{plan}steps/{number}/citations/")
    fill(page, address=journey.site.url + article)
    submit(page, "/plan/lund/")
    page.goto(f"{plan}steps/{number}/sources/")
    choose_decision(page, DECISION[journey.language])
    submit(page, "/plan/lund/")
    evidence = page.locator(f"#step-{number}")
    assert evidence.get_by_text(DECISION[journey.language]).count() == 1
    assert evidence.locator(f"a[href*='{article}']").count() >= 1
    others.comment(journey, plan.split("/")[-4], READ[journey.language])
    page.goto(plan)
    journey.picture(page, "plan-with-its-evidence")
    page.context.close()


def choose_decision(page: Page, text: str) -> None:
    option = page.locator("main [name=source] option").filter(has_text=text[:40]).first
    page.select_option("main [name=source]", option.get_attribute("value"))


def text_to_build_on(journey: Journey) -> str:
    """Any text that everybody reads."""
    from django.contrib.auth.models import AnonymousUser

    from knowledge.models import Article

    with meanwhile(journey):
        seen = Article.objects.visible_to(AnonymousUser()).standing()
        return str(seen.order_by("pk")[0].get_absolute_url())


def lead_signs_and_prints(journey: Journey, plan: str) -> None:
    page = enter(journey, "lead.lund")
    page.goto(f"{plan}signature/")
    journey.picture(page, "sign-the-plan")
    submit(page, plan + "$")
    assert page.locator("main a[href*='/follow-ups/']").count() == 2
    journey.picture(page, "signed-plan")
    with page.expect_download() as begun:
        page.click("main a[href$='plan.pdf']")
    printed = journey.album / "plan.pdf"
    begun.value.save_as(printed)
    page.context.close()
    read_the_print(journey, printed)
    page = enter(journey, "coordinator")
    page.goto(plan.split("plan/", maxsplit=1)[0])
    journey.picture(page, "group-at-the-end")
    page.context.close()


def read_the_print(journey: Journey, printed: Path) -> None:
    """By another library than the one that writes it."""
    document = PdfReader(printed)
    words = " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())
    for text in (*STEPS[journey.language], MANDATE[journey.language], "Lund", "400 000 kr"):
        assert text in words, text
    for n in range(1, 11):
        assert f"{WRITTEN[journey.language]} ({n})" in words
    assert "City lead, Lund (sample)" in words
    assert document.outline
