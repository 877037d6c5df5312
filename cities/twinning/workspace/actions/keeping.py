"""Milestones, goals, files, notes and the next action of a group."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City
from cities.twinning.enums import GoalState
from cities.twinning.models import (
    Goal,
    GroupFile,
    GroupNote,
    Milestone,
    MilestoneMark,
    NextAction,
    TwinGroup,
)
from cities.twinning.workspace import notices
from hub import documents
from hub.models import User
from hub.refusals import Refused

MOST_FILES = 100
MOST_GOALS = 40


@transaction.atomic
def mark(
    *, by: User, group: TwinGroup, milestone: Milestone, done_on: dt.date, note: str = ""
) -> MilestoneMark:
    """Done; said twice, the later day and words hold."""
    made, is_new = MilestoneMark.objects.update_or_create(
        group=group,
        milestone=milestone,
        defaults={"done_on": done_on, "note": note},
        create_defaults={"done_on": done_on, "note": note, "marked_by": by},
    )
    if is_new:
        notices.tell("group.milestone", group, by=by, text=milestone.name)
    return made


@transaction.atomic
def unmark(*, by: User, mark: MilestoneMark) -> None:
    """It was not done after all."""
    gone, _rows = MilestoneMark.objects.filter(pk=mark.pk).delete()
    if gone:
        notices.tell("group.milestone-reopened", mark.group, by=by, text=mark.milestone.name)


@transaction.atomic
def state_goal(*, by: User, group: TwinGroup, city: City, text: str) -> Goal:
    group = lock(group)
    if group.goals.count() >= MOST_GOALS:
        raise Refused(_("There are %(n)s goals; that is the most.") % {"n": MOST_GOALS})
    goal = Goal.objects.create(group=group, city=city, text=text, changed_by=by)
    notices.tell("group.goal", group, by=by, text=f"{city.name}: {text}")
    return goal


@transaction.atomic
def change_goal(
    *, by: User, goal: Goal, text: str, state: str, note: str, from_version: int
) -> Goal:
    found = Goal.objects.select_for_update(of=("self",)).select_related("group").get(pk=goal.pk)
    if found.version != from_version:
        raise Refused(
            _(
                "Somebody else has changed this since you opened it. It now says: “%(text)s”. "
                "Save once more to put your words in its place."
            )
            % {"text": found.text}
        )
    was = found.state
    found.text, found.state, found.note = text, state, note
    found.version, found.changed_by, found.changed_at = found.version + 1, by, timezone.now()
    found.save()
    if was != state and state == GoalState.REACHED:
        notices.tell("group.goal-reached", found.group, by=by, text=text)
    return found


@transaction.atomic
def add_file(
    *,
    by: User,
    group: TwinGroup,
    title: str,
    link: str = "",
    upload: "UploadedFile[bytes] | None" = None,
) -> GroupFile:
    """A link, or a file; raises Refused, or `hub.files.Refused` where the file is not taken."""
    group = lock(group)
    if group.files.count() >= MOST_FILES:
        raise Refused(
            _("There is room for at most %(n)s links and files. Remove one first.")
            % {"n": MOST_FILES}
        )
    # Its address opens it to nobody: the group's own page asks who may see it, each time.
    stored = documents.store_document(upload=upload, audience=[], by=by) if upload else None
    made = GroupFile.objects.create(
        group=group, title=title, link="" if stored else link, file=stored, added_by=by
    )
    notices.tell("group.file", group, by=by, text=title)
    return made


@transaction.atomic
def remove_file(*, by: User, file: GroupFile) -> None:
    stored = file.file
    file.delete()
    if stored is not None:
        documents.discard(stored)


@transaction.atomic
def write_note(*, by: User, group: TwinGroup, text: str) -> GroupNote:
    return GroupNote.objects.create(group=group, text=text, written_by=by)


@transaction.atomic
def set_action(
    *, by: User, group: TwinGroup, text: str, city: City | None, due_on: dt.date | None
) -> NextAction:
    """It takes the place of the one before, which is done or no longer the next."""
    group = lock(group)
    _close(group, by=by)
    made = NextAction.objects.create(group=group, text=text, city=city, due_on=due_on, stated_by=by)
    notices.tell("group.next-action", group, by=by, text=text)
    return made


@transaction.atomic
def complete_action(*, by: User, action: NextAction) -> bool:
    """False where somebody else was quicker."""
    done = NextAction.objects.filter(pk=action.pk, done_at=None)
    if not done.update(done_at=timezone.now(), done_by=by):
        return False
    notices.tell("group.action-done", action.group, by=by, text=action.text)
    return True


def _close(group: TwinGroup, *, by: User) -> None:
    group.actions.filter(done_at=None).update(done_at=timezone.now(), done_by=by)


def lock(group: TwinGroup) -> TwinGroup:
    """So that two do not both set the next action, or bring the last file."""
    return TwinGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=group.pk)
