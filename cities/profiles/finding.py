"""Sets of people for the directory, with what their lines show, in few queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Func, OuterRef, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from cities.models import Contact, Membership, Profile
from cities.models.places import by_swedish_order
from cities.profiles.documents import KIND
from hub.models import User
from hub.search.query import CAP, TooSlow, bounded, matching
from hub.search.typos import corrected
from hub.search.words import all_but_one

if TYPE_CHECKING:
    from hub.access import Reader

#: Group of the filter → value → how many people it would show.
Counts = dict[str, dict[str, int]]
Wanted = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """Whom the words find: as they are, with their slips put right, or by all but one of them."""

    people: list[int]
    meant: str = ""
    is_loose: bool = False
    is_slow: bool = False


def by_words(reader: "Reader", words: str) -> Words:
    """As the search of the whole hub reads them, and through its one door."""
    try:
        if found := _matching(reader, words):
            return Words(found)
        meant = corrected(reader, words)
        if meant and (found := _matching(reader, meant)):
            return Words(found, meant=meant)
        looser = all_but_one(meant or words)
        return Words(_matching(reader, looser) if looser else [], meant=meant, is_loose=True)
    except TooSlow:
        return Words([], is_slow=True)


def _matching(reader: "Reader", words: str) -> list[int]:
    documents = matching(reader, words).filter(kind=KIND).order_by("-dated_at")
    # A part of a name finds too; the search reads whole words.
    named = User.objects.visible_to(reader).listed().filter(name__icontains=words)
    with bounded():
        keys = documents.values_list("key", flat=True)[:CAP]
        found = [int(key.removeprefix(f"{KIND}:")) for key in keys]
        return [*found, *named.order_by().values_list("pk", flat=True)[:CAP]]


def people(reader: "Reader", wanted: Wanted, among: Iterable[int] | None = None) -> QuerySet[User]:
    """Whom the reader may know of and looks for; `among` are those the words found."""
    found: QuerySet[User] = User.objects.visible_to(reader).listed()
    if among is not None:
        found = found.filter(pk__in=list(among))
    belonging = Q(pk__in=_held(reader, wanted).values("user"))
    if not (wanted.get("role") or wanted.get("place")):
        belonging |= Q(profile__isnull=False)
    return _knowing(found.filter(belonging), wanted)


def _held(reader: "Reader", wanted: Wanted) -> QuerySet[Membership]:
    """The roles asked for, at the places asked for."""
    held = Membership.objects.visible_to(reader).current()
    if role := wanted.get("role"):
        held = held.filter(role=role)
    if place := wanted.get("place"):
        held = held.filter(
            Q(city__name__icontains=place)
            | Q(organisation__name__icontains=place)
            | Q(organisation__name_sv__icontains=place)
            | Q(programme__name__icontains=place)
        )
    return held


def _knowing(found: QuerySet[User], wanted: Wanted) -> QuerySet[User]:
    if knows := wanted.get("knows"):
        axis, _, code = knows.partition(":")
        links = _terms(axis).filter(**{f"{axis}__code": code})
        found = found.filter(pk__in=links.values("profile__user"))
    if language := wanted.get("language"):
        found = found.filter(profile__languages__contains=[language])
    return found


def _terms(axis: str) -> QuerySet[Any]:
    through = Profile.domains.through if axis == "domain" else Profile.levers.through
    return through._default_manager.all()


def with_list_facts(found: QuerySet[User], reader: "Reader") -> QuerySet[User]:
    """Each with roles (`current_memberships`), profile and the ids of its domains."""
    places = Membership.objects.visible_to(reader).current()
    places = places.select_related("city", "organisation", "programme").order_by("pk")
    links = Profile.domains.through.objects.filter(profile__user=OuterRef("pk"))
    return (
        found.select_related("profile")
        .annotate(domain_ids=ArraySubquery(links.values("domain_id")))
        .prefetch_related(Prefetch("memberships", places, to_attr="current_memberships"))
        .order_by(by_swedish_order(), "pk")
    )


def counts(
    reader: "Reader", wanted: Wanted, among: Iterable[int] | None = None
) -> tuple[int, Counts]:
    """How many there are, and how many each choice would show beside the others'; one query."""
    whom = None if among is None else list(among)

    def other_than(group: str) -> Wanted:
        return {name: value for name, value in wanted.items() if name != group}

    def without(group: str) -> QuerySet[Any]:
        return people(reader, other_than(group), whom).order_by().values("pk")

    parts = [_grouped(people(reader, wanted, whom), "", Value(""), "pk")]
    for axis in ("domain", "lever"):
        code = Concat(Value(f"{axis}:"), F(f"{axis}__code"), output_field=TextField())
        links = _terms(axis).filter(profile__user__in=without("knows"))
        parts.append(_grouped(links, "knows", code, "profile__user"))
    held = _held(reader, other_than("role")).filter(user__in=without("role"))
    parts.append(_grouped(held, "role", F("role"), "user"))
    spoken = Profile.objects.filter(user__in=without("language"))
    parts.append(_grouped(spoken, "language", Func(F("languages"), function="unnest"), "user"))
    found: Counts = {}
    for what, value, n in parts[0].union(*parts[1:], all=True):
        found.setdefault(what, {})[value] = n
    return found.pop("", {}).get("", 0), found


def _grouped(rows: QuerySet[Any], what: str, value: Any, person: str) -> QuerySet[Any]:
    """(group, value, number of people) of the rows."""
    text = TextField()
    labels = {"what": Cast(Value(what), text), "value": Cast(value, text)}
    labelled: QuerySet[Any] = rows.order_by().annotate(**labels).values_list(*labels)
    counted: QuerySet[Any] = labelled.annotate(n=Count(person, distinct=True))
    return counted


def with_page_facts(found: QuerySet[User], reader: "Reader") -> QuerySet[User]:
    """As in the list, with levers and those ways to reach them that this reader sees."""
    links = Profile.levers.through.objects.filter(profile__user=OuterRef("pk"))
    seen = Contact.objects.visible_to(reader).order_by("way")
    return (
        with_list_facts(found, reader)
        .select_related("profile__picture")
        .annotate(lever_ids=ArraySubquery(links.values("lever_id")))
        .prefetch_related(Prefetch("contacts", seen, to_attr="seen_contacts"))
    )
