"""A group moves to a newer version of its programme's template, because it chooses to."""

from django.db import transaction
from django.utils.translation import gettext as _

from cities.twinning.models import MilestoneMark, Scheme, TwinGroup
from cities.twinning.plans.actions import follow_template
from cities.twinning.workspace import notices
from cities.twinning.workspace.actions.keeping import lock
from hub.models import User
from hub.refusals import Refused


@transaction.atomic
def adopt(*, by: User, group: TwinGroup, scheme: Scheme) -> TwinGroup:
    """What was done stays done; what was written stays, under headings of the same code."""
    group = lock(group)
    if not scheme.is_settled or scheme.programme_id != group.programme_id:
        raise Refused(_("This template is not one that the group can follow."))
    if group.scheme_id == scheme.pk:
        return group
    if group.scheme is not None and group.scheme.number > scheme.number:
        raise Refused(_("The group follows a newer template already."))
    group.scheme = scheme
    group.save(update_fields=["scheme"])
    _move_marks(group, scheme)
    for plan in group.plans.filter(is_open=True):
        follow_template(plan)
    notices.tell("group.template", group, by=by, text=str(scheme.number))
    return group


def _move_marks(group: TwinGroup, scheme: Scheme) -> None:
    """Milestones have no code: the same name is the same milestone."""
    new = {milestone.name_en: milestone for milestone in scheme.milestones.all()}
    for mark in MilestoneMark.objects.filter(group=group).select_related("milestone"):
        same = new.get(mark.milestone.name_en)
        if same is not None and same.pk != mark.milestone_id:
            mark.milestone = same
            mark.save(update_fields=["milestone"])
