"""What hub is told of replication plans; news of a plan are as private as the plan."""

from collections.abc import Iterable

from cities.twinning.models import Plan
from cities.twinning.plans.permissions import insider_keys
from hub import access, events
from hub.models import Event, User


def tell(
    verb: str,
    plan: Plan,
    *,
    by: User,
    text: str = "",
    url: str = "",
    direct: Iterable[User | int] = (),
) -> None:
    audience = [access.PUBLIC] if verb == "plan.published" else insider_keys(plan)
    events.record(
        verb=verb,
        by=by,
        title=plan.city.name,
        text=text,
        url=url or plan.get_absolute_url(),
        audience=audience,
        subjects=[plan.group.subject, plan.subject],
        direct=direct,
    )


def hide(plan: Plan) -> None:
    """It is published no more, and neither is that it was."""
    published = Event.objects.about(plan.subject).filter(verb="plan.published")
    published.update(audience=sorted(insider_keys(plan)))
