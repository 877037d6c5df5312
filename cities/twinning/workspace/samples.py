"""What a real twin group might keep and write together: invented, and marked as samples."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from cities.models import City
from cities.twinning.enums import GroupRole
from cities.twinning.models import (
    FitAnswer,
    FitCheck,
    Goal,
    GroupFile,
    GroupNote,
    GroupPart,
    MilestoneMark,
    NextAction,
    Plan,
    PlanComment,
    PlanFollowUp,
    PlanStep,
    PlanText,
    PlanVersion,
    Scheme,
    TwinGroup,
)
from cities.twinning.plans import actions as plans
from cities.twinning.plans.actions import Wanted
from cities.twinning.workspace import actions as workspace
from cities.twinning.workspace.dates import FIT_MONTHS, end_of_month
from hub import documents, samples
from hub.editing import Written

#: The one that the sample exchanges belong to (labs.sample_exchanges).
GROUP = "lund-plymouth"
TEXTS = {
    "context": "Plymouth wants to be climate neutral by 2030. Most of the heat in the inner city "
    "comes from gas boilers; the harbour and the hospital lose heat that nobody uses.",
    "needs": "How a low-temperature network is started where no network is, and who owns it.\n\n"
    "By the second visit the question had changed: not how the pipes work, but how the first ten "
    "customers are won.",
    "seen": "The walk through Brunnshög: a network at 65 degrees, flats built for it from the "
    "beginning, and the figures of what went wrong in the first winter.",
    "stays": "A municipal energy company of our own. The law here leaves no room for one, and "
    "founding it would take longer than the heat can wait.",
}
STEPS = (
    Wanted(
        text="Map the waste heat of the harbour and the hospital, with temperatures and hours",
        owner_name="Plymouth City Council, energy team",
        due_on=dt.date(2026, 6, 30),
        budget="£40,000, granted",
        mandate="Head of service, March 2026",
        state="done",
        state_note="The hospital gives more than thought, the harbour less.",
    ),
    Wanted(
        text="Sign letters of intent with the first ten buildings",
        owner_name="Plymouth City Council, property",
        due_on=dt.date(2027, 3, 31),
        state="under-way",
    ),
    Wanted(text="Choose who owns and runs the first kilometre"),
)
GOALS = (
    ("lund", "staff.lund", "Hear what an outsider sees that we no longer see"),
    ("lund", "staff.lund", "Learn how a port city talks with owners of old buildings"),
    ("plymouth", "staff.plymouth", "Know what a first kilometre of low-temperature heat costs"),
)
#: How many of the template's milestones are done.
DONE = 6


@dataclass(frozen=True)
class Work:
    """What another group of the cohort has come to, so that a desk has something to compare."""

    #: Of its milestones.
    done: int
    note: str
    #: What its pilots and its twins say after three months; "": nothing yet.
    pilot_says: str = ""
    twin_says: str = ""


WORK = {
    "lyon-milton-keynes": Work(7, "Both want to go on after the programme.", "good", "good"),
    "copenhagen-fuenlabrada": Work(4, "The second trip was put off.", "good", "undecided"),
    "espoo-amersfoort": Work(2, "Nobody has had time since the kick-off.", "undecided"),
}


def load() -> None:
    group = TwinGroup.objects.select_related("programme").filter(slug=GROUP).first()
    if group is None or Plan.objects.filter(group=group).exists():
        return
    twin = City.objects.filter(slug="plymouth", group_roles__group=group).first()
    if twin is None:
        return
    _write_plan(group, twin)
    group.refresh_from_db()
    _work_together(group, twin)
    for slug, work in WORK.items():
        _work_elsewhere(slug, work, group.scheme)


def _write_plan(group: TwinGroup, city: City) -> None:
    by = samples.person("staff.plymouth")
    plan = plans.begin(by=by, group=group, city=city, is_sample=True)
    stand = {text.code: text for text in plan.texts.all()}
    texts = [
        Written(key=code, text=text, version=stand[code].version, is_touched=True)
        for code, text in TEXTS.items()
        if code in stand
    ]
    plans.write(by=by, plan=plan, texts=texts)
    steps = [plans.add_step(by=by, plan=plan, wanted=wanted) for wanted in STEPS]
    plans.keep(by=by, plan=plan, note="As discussed on the visit")
    lund = samples.person("staff.lund")
    plans.comment(
        by=lund,
        plan=plan,
        code="seen",
        text="Add the winter of the broken pump: it taught us more than the years that went well.",
    )
    plans.comment(
        by=lund, plan=plan, step=steps[2], text="We can lend you our contract with the builders."
    )


def _work_together(group: TwinGroup, twin: City) -> None:
    lead, guest = samples.person("lead.lund"), samples.person("staff.plymouth")
    if group.scheme is not None:
        for milestone in group.scheme.milestones.all()[:DONE]:
            done_on = end_of_month(group, milestone.month) - dt.timedelta(days=5)
            workspace.mark(by=lead, group=group, milestone=milestone, done_on=done_on)
    cities = {city.slug: city for city in City.objects.filter(group_roles__group=group)}
    for slug, name, text in GOALS:
        if slug in cities:
            workspace.state_goal(by=samples.person(name), group=group, city=cities[slug], text=text)
    workspace.set_action(
        by=guest,
        group=group,
        text="Send the list of the first ten buildings to Lund",
        city=twin,
        due_on=dt.date(2027, 1, 29),
    )
    workspace.hand_over(by=guest, group=group, city=twin, holder=guest)
    workspace.write_note(
        by=lead, group=group, text="Spoke on the phone: Plymouth wants to see the contracts first."
    )


def _work_elsewhere(slug: str, work: Work, scheme: Scheme | None) -> None:
    group = TwinGroup.objects.filter(slug=slug, scheme=None).first()
    if group is None or scheme is None:
        return
    by = samples.person("coordinator")
    TwinGroup.objects.filter(pk=group.pk).update(scheme=scheme)
    group.scheme = scheme
    for milestone in scheme.milestones.all()[: work.done]:
        done_on = end_of_month(group, milestone.month)
        workspace.mark(by=by, group=group, milestone=milestone, done_on=done_on)
    workspace.write_note(by=by, group=group, text=work.note)
    check = FitCheck.objects.create(group=group, month=FIT_MONTHS[0])
    for member in group.members.select_related("city"):
        says = work.pilot_says if member.role == GroupRole.PILOT else work.twin_says
        if says:
            workspace.answer_fit(by=by, check=check, city=member.city, answer=says)


def remove() -> None:
    """What was brought, and what sample people have written since, also into others' plans."""
    theirs = samples.people()
    _remove_plans()
    PlanComment.objects.filter(author__in=theirs).delete()
    PlanComment.objects.filter(resolved_by__in=theirs).update(resolved_at=None, resolved_by=None)
    PlanFollowUp.objects.filter(answered_by__in=theirs).update(answered_at=None, answered_by=None)
    MilestoneMark.objects.filter(marked_by__in=theirs).delete()
    Goal.objects.filter(changed_by__in=theirs).delete()
    GroupNote.objects.filter(written_by__in=theirs).delete()
    NextAction.objects.filter(Q(stated_by__in=theirs) | Q(done_by__in=theirs)).delete()
    named = Q(holder__in=theirs) | Q(started_by__in=theirs) | Q(ended_by__in=theirs)
    GroupPart.objects.filter(named).delete()
    FitAnswer.objects.filter(answered_by__in=theirs).delete()
    for file in GroupFile.objects.filter(added_by__in=theirs).select_related("file"):
        stored = file.file
        file.delete()
        if stored is not None:
            documents.discard(stored)
    # They follow a template since their samples were brought.
    groups = TwinGroup.objects.filter(slug__in=[GROUP, *WORK], plans=None, marks=None)
    ids = list(groups.values_list("pk", flat=True))
    FitCheck.objects.filter(group__in=ids).delete()
    TwinGroup.objects.filter(pk__in=ids).update(scheme=None)


def _remove_plans() -> None:
    """Those that a sample person began, answers for, or kept a version of; whole."""
    theirs = samples.people()
    named = Q(is_sample=True) | Q(begun_by__in=theirs) | Q(owner__in=theirs)
    named |= Q(pk__in=PlanVersion.objects.filter(made_by__in=theirs).values("plan"))
    named |= Q(
        pk__in=PlanStep.objects.filter(Q(changed_by__in=theirs) | Q(owner__in=theirs)).values(
            "plan"
        )
    )
    named |= Q(pk__in=PlanText.objects.filter(changed_by__in=theirs).values("plan"))
    ids = list(Plan.objects.filter(named).values_list("pk", flat=True))
    gone = Plan.objects.filter(pk__in=ids)
    gone.update(is_sample=True, is_open=True, signed_version=None, published_version=None)
    samples.forget(*(f"plan:{pk}" for pk in ids))
    gone.delete()
