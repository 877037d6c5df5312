"""Who reviews a text, and whose word is needed before it is published."""

from collections.abc import Iterable

from django.db.models import QuerySet

from cities.enums import Role, Visibility
from hub import access
from hub.models import User
from knowledge.actions.articles import Entry
from knowledge.enums import Kind
from knowledge.models import Article, Review


def reviewer_keys(kind: str, text: Entry | Article) -> list[str]:
    """Its programme's coordinator and reviewers; the city's lead for experiences.

    What only its authors may read is nobody else's to review.
    """
    if text.visibility == Visibility.PRIVATE:
        return []
    keys = []
    if text.programme is not None:
        roles = (Role.COORDINATOR, Role.REVIEWER)
        keys += [access.key("programme", text.programme.pk, role) for role in roles]
    # A case note without a programme would have nobody at all.
    if text.city is not None and (kind == Kind.EXPERIENCE or not keys):
        keys.append(access.key("city", text.city.pk, Role.LEAD))
    return sorted(keys)


def others(keys: Iterable[str], own: Iterable[int]) -> "QuerySet[User]":
    """People who may review and do not belong to the text."""
    found: QuerySet[User] = User.objects.holding(*keys).exclude(pk__in=list(own))
    return found


def own_of(review: Review) -> set[int]:
    """Whose text it is: its authors, who wrote this version, who sent it in."""
    authors = review.article.authorships.values_list("author_id", flat=True)
    return {*authors, review.sent_by_id, review.revision.made_by_id}


def can_decide(user: User, review: Review) -> bool:
    """Reviewers decide; on their own text only where there is nobody else."""
    if not review.is_open or not access.holds(user, *review.reviewers):
        return False
    own = own_of(review)
    return user.pk not in own or not others(review.reviewers, own).exists()


def can_publish(user: User, kind: str, text: Entry | Article) -> bool:
    """At once: an experience always, a case note where nobody else could review it."""
    if kind == Kind.EXPERIENCE:
        return True
    keys = reviewer_keys(kind, text)
    return not keys or not others(keys, [user.pk]).exists()


def can_send_in(user: User, kind: str, text: Entry | Article) -> bool:
    keys = reviewer_keys(kind, text)
    return bool(keys) and others(keys, [user.pk]).exists()
