"""What search knows of replication plans: those that are published."""

from django.utils.translation import gettext, override

from cities.twinning.models import Plan
from cities.twinning.plans import content
from hub import access, search


def put_plan(plan: Plan) -> None:
    """Index what is published, or take it out, in the transaction that changed it."""
    version = plan.published_version
    if version is None:
        search.remove(key=plan.subject)
        return
    stands = content.of_version(version)
    with override(plan.language):
        title = gettext("Replication plan of %(city)s") % {"city": plan.city.name}
        parts = [f"{section.name}\n{section.text}" for section in stands.written]
    search.put(
        key=plan.subject,
        kind="plan",
        title=title,
        text="\n\n".join([plan.group.title, *parts, *(step.text for step in stands.steps)]),
        url=plan.get_absolute_url(),
        language=plan.language,
        audience=[access.PUBLIC],
        dated_at=version.made_at,
        facets=[
            plan.subject,
            plan.group.subject,
            f"city:{plan.city_id}",
            f"programme:{plan.group.programme_id}",
        ],
    )


def put_plans() -> None:
    published = Plan.objects.exclude(published_version=None).with_frame()
    for plan in published.select_related("published_version").iterator():
        put_plan(plan)
