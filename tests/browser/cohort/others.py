"""What the other cities, and the second reviewer, do meanwhile: by actions, not in the browser."""

from typing import Any

from tests.browser.cohort.cast import (
    CITY,
    PILOT,
    THEMES,
    lead_of,
    meanwhile,
    pairs,
    pilots,
    theme_of,
)
from tests.browser.journey import Journey


def offer_pilots(journey: Journey, slug: str, by_hand: str) -> None:
    """All pilots of the cohort but the one that was typed in."""
    from cities.models import City, Domain, Lever
    from cities.twinning.calls import catalogue
    from cities.twinning.models import Call

    with meanwhile(journey):
        call = Call.objects.get(slug=slug)
        levers = list(Lever.objects.order_by("code")[:2])
        for name, places in pilots().items():
            if name == by_hand:
                continue
            theme = theme_of(name)
            title = THEMES[theme][0][journey.language]
            entry = catalogue.Entry(
                title=title,
                cities=[City.objects.get(name=name)],
                places=places,
                offers=title,
                domains=[Domain.objects.get(code=theme)],
                levers=levers,
                languages=["en"],
            )
            catalogue.add(call=call, entry=entry)


def apply(journey: Journey, slug: str) -> None:
    """Every other twin city of the cohort, with a generated need; its real pilot is its first."""
    from cities.models import City
    from cities.twinning.applications import actions
    from cities.twinning.models import Call, CallPilot

    with meanwhile(journey):
        call = Call.objects.select_related("scheme").get(slug=slug)
        rows = CallPilot.objects.filter(call=call).with_cities()
        known = {row.loaded_cities[0].city.name: row for row in rows}
        for twin, pilot in pairs():
            if twin == CITY:
                continue
            by = _user(lead_of(twin))
            city = City.objects.get(name=twin)
            it = actions.begin(call=call, city=city, by=by, is_sample=True)
            second = PILOT if pilot == "Uppsala" else "Uppsala"
            _write(journey.language, it, pilot, [known[pilot], known[second]], by)
            actions.submit(application=it, by=by)


def _write(language: str, it: Any, pilot: str, ranks: list[Any], by: Any) -> None:
    from cities.models import Domain
    from cities.twinning.applications.actions import Profile, write_answers, write_profile
    from hub.editing import Written

    theme = theme_of(pilot)
    domain = Domain.objects.get(code=theme)
    need = THEMES[theme][1][language]
    profile = Profile(
        names=frozenset({"domains", "languages", "needs", "ranks", "contacts"}),
        domains=[domain],
        languages=["en"],
        needs=[(need, domain)],
        ranks=ranks,
        contacts=[(f"{it.city.name} (sample)", by.email, "")],
    )
    write_profile(application=it, profile=profile, version=it.version, by=by)
    asked = it.call.scheme.questions.filter(is_required=True)
    texts = [Written(q.code, f"{need} (generated)", 0) for q in asked]
    write_answers(application=it, texts=texts, by=by)


def screen(journey: Journey, slug: str, but: set[str]) -> None:
    """Passed, all but those that are screened in the browser."""
    from cities.twinning.applications.screening import screen as pass_on
    from cities.twinning.enums import Screening
    from cities.twinning.models import Application

    with meanwhile(journey):
        coordinator = _user("coordinator")
        for it in Application.objects.filter(call__slug=slug).exclude(city__name__in=but):
            verdict = Screening.PASS
            pass_on(application=it, verdict=verdict, reason="Complete", by=coordinator)


def score(journey: Journey, slug: str) -> None:
    """Every review that nobody has written in the browser."""
    from cities.twinning.models import Review
    from cities.twinning.reviews import actions

    with meanwhile(journey):
        waiting = Review.objects.filter(application__call__slug=slug, submitted_at=None)
        for n, review in enumerate(waiting.select_related("application__call__scheme", "reviewer")):
            criteria = review.application.call.scheme.criteria.all()
            points = {c: 3 + (n + k) % 3 for k, c in enumerate(criteria)}
            actions.write(
                review=review, points=points, comment="", is_final=True, by=review.reviewer
            )


def accept(journey: Journey, slug: str, but: set[str]) -> None:
    """Every city that is asked and has not answered says yes, but those named."""
    from cities.twinning.models import MatchPair, MatchRun
    from cities.twinning.runs import publishing

    with meanwhile(journey):
        run = MatchRun.objects.standing().get(call__slug=slug)
        for pair in MatchPair.objects.filter(run=run).exclude(pilot=None).with_answers():
            said = {answer.city_id for answer in pair.loaded_answers}
            for city in pair.asked:
                if city.pk in said or city.name in but:
                    continue
                by = _user(lead_of(city.name))
                publishing.answer(pair=pair, city=city, is_yes=True, reason="", by=by)


def _user(name: str) -> Any:
    from hub.models import User

    return User.objects.get(email=f"{name}@example.org")


def reach_milestones(journey: Journey, slug: str) -> None:
    """All but the first, which was marked in the browser, and the last, which will be."""
    from cities.twinning.models import TwinGroup
    from cities.twinning.workspace import actions
    from cities.twinning.workspace.dates import end_of_month

    with meanwhile(journey):
        group = TwinGroup.objects.select_related("scheme", "programme").get(slug=slug)
        by = _user("lead.leuven")
        for milestone in list(group.scheme.milestones.order_by("month"))[1:-1]:
            done_on = min(end_of_month(group, milestone.month), journey.now.date())
            actions.mark(by=by, group=group, milestone=milestone, done_on=done_on)


def comment(journey: Journey, slug: str, text: str) -> None:
    """The pilot reads along."""
    from cities.twinning.models import Plan
    from cities.twinning.plans import actions

    with meanwhile(journey):
        plan = Plan.objects.with_frame().get(group__slug=slug, city__name=CITY)
        actions.comment(by=_user("lead.leuven"), plan=plan, code="seen", text=text)
