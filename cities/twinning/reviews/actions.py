"""Reviews: conflicts declared first, readers assigned, scores written, abstained from."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.enums import Role
from cities.models import City, Membership
from cities.twinning.enums import ApplicationState, Screening
from cities.twinning.models import (
    Application,
    Call,
    Conflict,
    Criterion,
    Declaration,
    Review,
    Score,
)
from cities.twinning.reviews.assigning import forbidden_pairs, found_by_hub
from hub import access, events
from hub.models import User
from hub.refusals import Refused


@transaction.atomic
def declare(*, call: Call, conflicts: Mapping[City, str], by: User) -> Declaration:
    """Before anything is read: the cities that this reviewer must not judge, with why.

    Those that the hub knows of are kept beside them.
    """
    made, _is_new = Declaration.objects.update_or_create(
        call=call, reviewer=by, defaults={"declared_at": timezone.now()}
    )
    for city, reason in conflicts.items():
        Conflict.objects.get_or_create(
            call=call, reviewer=by, city=city, defaults={"reason": reason}
        )
    found = _keep_found(call, [by])
    if conflicts or found:
        _tell_conflict(call, by=by)
    return made


def _keep_found(call: Call, reviewers: Sequence[User]) -> int:
    """Write down the conflicts that the hub finds; returns how many are new."""
    found = found_by_hub(call, reviewers)
    known = Conflict.objects.filter(call=call, reviewer__in=reviewers)
    new = found.keys() - set(known.values_list("city_id", "reviewer_id"))
    Conflict.objects.bulk_create(
        [
            Conflict(call=call, city_id=city, reviewer_id=reviewer, kind=found[city, reviewer])
            for city, reviewer in sorted(new)
        ],
        # Two at once find the same.
        ignore_conflicts=True,
    )
    return len(new)


@transaction.atomic
def find_conflict(*, review: Review, reason: str, by: User) -> None:
    """Noticed while reading: the file closes for this reviewer, and scores do not count."""
    it = review.application
    Conflict.objects.get_or_create(
        call=it.call, reviewer=by, city_id=it.city_id, defaults={"reason": reason}
    )
    _tell_conflict(it.call, by=by)


def _tell_conflict(call: Call, *, by: User) -> None:
    coordinators = access.key("programme", call.programme_id, Role.COORDINATOR)
    held = Membership.objects.current().filter(programme=call.programme_id, role=Role.COORDINATOR)
    events.record(
        verb="application.conflict",
        by=by,
        title=call.title,
        url=f"{call.get_absolute_url()}reviewing/",
        audience=[coordinators],
        subjects=[f"reviews:{call.pk}"],
        direct=held.values_list("user_id", flat=True),
    )


@transaction.atomic
def assign(*, call: Call, pairs: Iterable[tuple[Application, User]], by: User) -> int:
    """Ask readers; those with a conflict, and those asked before, are passed over."""
    pairs = list(pairs)
    reviewers = [reviewer for _it, reviewer in pairs]
    _keep_found(call, reviewers)
    forbidden = forbidden_pairs(call, reviewers)
    asked = []
    for it, reviewer in pairs:
        is_running = it.state == ApplicationState.SUBMITTED and it.screening != Screening.FAIL
        if not is_running or (it.city_id, reviewer.pk) in forbidden:
            continue
        _review, is_new = Review.objects.get_or_create(
            application=it, reviewer=reviewer, defaults={"assigned_by": by}
        )
        if is_new:
            asked.append(reviewer.pk)
    for pk in sorted(set(asked)):
        _tell_reviewer(call, pk, by=by)
    return len(asked)


def _tell_reviewer(call: Call, reviewer: int, *, by: User) -> None:
    events.record(
        verb="application.review-asked",
        by=by,
        title=call.title,
        url=f"{call.get_absolute_url()}reviews/",
        audience=[access.key("user", reviewer)],
        subjects=[f"reviews:{call.pk}"],
        direct=[reviewer],
    )


@transaction.atomic
def remove(*, review: Review, by: User) -> None:
    """Taken off, also in the midst of reading: the file closes, what they wrote does not count."""
    Review.objects.filter(pk=review.pk, removed_at=None).update(
        removed_at=timezone.now(), removed_by=by
    )


@transaction.atomic
def restore(*, review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(removed_at=None, removed_by=None)


@transaction.atomic
def write(
    *,
    review: Review,
    points: Mapping[Criterion, int | None],
    comment: str,
    is_final: bool,
    by: User,
) -> Review:
    """Kept as a draft, or sent in once every criterion has its points."""
    found = _readable(review, by)
    if is_final and any(value is None for value in points.values()):
        raise Refused(_("Score every criterion, or keep it as a draft."))
    for criterion, value in points.items():
        if value is None:
            found.scores.filter(criterion=criterion).delete()
        else:
            Score.objects.update_or_create(
                review=found, criterion=criterion, defaults={"points": value}
            )
    found.comment = comment
    found.submitted_at = timezone.now() if is_final else None
    found.abstained_at, found.abstained_because = None, ""
    found.save()
    return found


@transaction.atomic
def abstain(*, review: Review, reason: str, by: User) -> None:
    found = _readable(review, by)
    found.scores.all().delete()
    found.submitted_at, found.comment = None, ""
    found.abstained_at, found.abstained_because = timezone.now(), reason
    found.save()


def _readable(review: Review, by: User) -> Review:
    """Under a lock: the reader may be taken off, or a conflict be found, at the same moment."""
    # Locked first and looked at after: what we waited for is seen by the second question only.
    Review.objects.select_for_update().get(pk=review.pk)
    found = Review.objects.readable_by(by).filter(pk=review.pk).first()
    if found is None:
        raise Refused(_("This review is not yours any more."))
    return found
