"""Who may do what with an article: checks of keys, no queries."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cities.enums import Role, Visibility
from cities.models import City
from hub import access
from knowledge.enums import Kind, State
from knowledge.models import Article, Comment

if TYPE_CHECKING:
    from hub.access import Reader

_PLACES = ("city:", "organisation:", "programme:", "group:")


def audience_keys(article: Article, authors: Iterable[int]) -> list[str]:
    """The keys that open an article; the same list goes to events, search and files.

    Those who may edit always see it; a draft nobody else but those who review it.
    """
    insiders = set(insider_keys(article, authors))
    if article.removed_at is not None:
        return sorted({*insiders, access.ADMIN})
    if article.state == State.DRAFT or article.visibility == Visibility.PRIVATE:
        return sorted(insiders)
    if article.visibility == Visibility.PUBLIC:
        return [access.PUBLIC]
    if article.visibility == Visibility.SIGNED_IN:
        return [access.SIGNED_IN]
    if article.visibility == Visibility.GROUP and article.group_id:
        return sorted({*insiders, access.key("group", article.group_id)})
    if article.programme_id:
        return sorted({*insiders, access.key("programme", article.programme_id)})
    return sorted(insiders)


def insider_keys(article: Article, authors: Iterable[int]) -> list[str]:
    """The keys of those who may edit it, and see what is not published of it."""
    insiders = {access.key("user", pk) for pk in (*authors, article.owner_id)}
    if article.visibility != Visibility.PRIVATE:
        insiders |= set(editor_keys(article))
    return sorted(insiders)


def editor_keys(article: Article) -> list[str]:
    """Of those who edit it by their place, and not because they wrote it."""
    keys = []
    if article.city_id:
        keys += [access.key("city", article.city_id, role) for role in ("lead", "staff")]
    if article.programme_id:
        keys.append(access.key("programme", article.programme_id, "coordinator"))
    return keys


def can_write(user: "Reader", kind: str) -> bool:
    """City staff write for their city; case notes are also written by coordinators."""
    if _holds_city(user):
        return True
    return kind == Kind.CASE_NOTE and is_coordinator(user)


def can_write_for(user: "Reader", city: City) -> bool:
    return access.holds(user, access.key("city", city.pk))


def can_write_any(user: "Reader") -> bool:
    return can_write(user, Kind.CASE_NOTE)


def is_coordinator(user: "Reader") -> bool:
    return any(key.endswith(":coordinator") for key in access.keys_of(user))


def can_review_any(user: "Reader") -> bool:
    """Coordinators, reviewers and leads: there may be texts that wait for them."""
    reviewing = (Role.COORDINATOR, Role.REVIEWER, Role.LEAD)
    roles = tuple(f":{role.value}" for role in reviewing)
    return any(
        key.startswith(("programme:", "city:")) and key.endswith(roles)
        for key in access.keys_of(user)
    )


def _holds_city(user: "Reader") -> bool:
    return any(key.startswith("city:") for key in access.keys_of(user))


def can_edit(user: "Reader", article: Article) -> bool:
    """Authors, staff and lead of its city, the programme's coordinator; private texts: authors.

    Translations: who translated it and still sees the original, and who edits that.
    """
    return user.is_authenticated and access.holds(user, *article.insiders)


def can_comment(user: "Reader", article: Article) -> bool:
    """Anyone who belongs somewhere, on what has been published."""
    if article.state != State.PUBLISHED or article.removed_at is not None:
        return False
    return belongs(user)


def belongs(user: "Reader") -> bool:
    """To a city, an organisation, a programme or a group; and the platform admin."""
    keys = access.keys_of(user)
    return access.ADMIN in keys or any(key.startswith(_PLACES) for key in keys)


def can_edit_comment(user: "Reader", comment: Comment) -> bool:
    return user.is_authenticated and comment.author_id == user.pk and comment.removed_at is None


def can_resolve(user: "Reader", comment: Comment, article: Article) -> bool:
    """Who wrote the note, and who may act on it: those who edit the text."""
    if comment.removed_at is not None or not can_comment(user, article):
        return False
    return comment.author_id == user.pk or can_edit(user, article)


def can_remove_comment(user: "Reader", comment: Comment, article: Article) -> bool:
    """One's own; the coordinator of its programme and the platform admin those of others."""
    if not user.is_authenticated or comment.removed_at is not None:
        return False
    moderators = [access.ADMIN]
    if article.programme_id:
        moderators.append(access.key("programme", article.programme_id, "coordinator"))
    return comment.author_id == user.pk or access.holds(user, *moderators)
