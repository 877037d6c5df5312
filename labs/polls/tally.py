"""What came in: counts by date, who would be missing, who said what. In few queries, always."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from hub.models import User
from hub.paging import ListPage, page_of
from labs.enums import Choice
from labs.models import Ballot, Poll, PollAnswer, PollOption
from labs.people import homes
from labs.polls.dates import Date, dates_of

PAGE = 100
#: A date names so many of those who would be missing; the others it counts.
NAMES_SHOWN = 12


@dataclass(frozen=True)
class Line:
    """One date with what people say to it."""

    date: Date
    yes: int
    if_need_be: int
    no: int
    missing: tuple[str, ...]
    #: 1 for the best; dates that are equally good share their place.
    rank: int = 0

    @property
    def unnamed(self) -> int:
        return self.no - len(self.missing)

    @property
    def answered(self) -> int:
        return self.yes + self.if_need_be + self.no

    @property
    def yes_share(self) -> int:
        return round(100 * self.yes / self.answered) if self.answered else 0

    @property
    def coming_share(self) -> int:
        come = self.yes + self.if_need_be
        return round(100 * come / self.answered) if self.answered else 0


@dataclass(frozen=True)
class Row:
    """One person's answers in the order of the dates; None where a date came later."""

    user: User
    home: str
    choices: list[Choice | None]


def ranking(poll: Poll, options: Iterable[PollOption]) -> list[Line]:
    """The best date first: most "yes", then most "if need be", then the earlier; one query."""
    said = {row["option"]: row for row in _counted(poll)}
    nothing: Mapping[str, Any] = {"yes": 0, "if_need_be": 0, "no": 0, "missing": []}
    pairs = [(date, said.get(date.option.pk, nothing)) for date in dates_of(poll, options)]
    pairs.sort(key=lambda pair: (-pair[1]["yes"], -pair[1]["if_need_be"], pair[0].option.starts_at))
    lines: list[Line] = []
    for place, (date, row) in enumerate(pairs, start=1):
        line = Line(
            date=date,
            yes=row["yes"],
            if_need_be=row["if_need_be"],
            no=row["no"],
            missing=tuple(row["missing"][:NAMES_SHOWN]),
            rank=place,
        )
        if lines and (lines[-1].yes, lines[-1].if_need_be) == (line.yes, line.if_need_be):
            line = replace(line, rank=lines[-1].rank)
        lines.append(line)
    return lines


def _counted(poll: Poll) -> Iterable[Mapping[str, Any]]:
    name = Coalesce(
        NullIf("ballot__user__name", Value("")), "ballot__user__email", output_field=TextField()
    )
    rows = PollAnswer.objects.filter(option__poll=poll).values("option").order_by()
    return rows.annotate(
        yes=Count("pk", filter=Q(choice=Choice.YES)),
        if_need_be=Count("pk", filter=Q(choice=Choice.IF_NEED_BE)),
        no=Count("pk", filter=Q(choice=Choice.NO)),
        missing=ArrayAgg(name, filter=Q(choice=Choice.NO), order_by=name, default=Value([])),
    )


def rows_of(poll: Poll, options: Iterable[PollOption], wanted: str | None) -> ListPage[Row]:
    """Who has voted, by name, with what they say to each date; three queries."""
    ballots = Ballot.objects.filter(poll=poll).select_related("user")
    page = page_of(ballots.order_by("user__name", "user__email"), wanted, PAGE)
    said: dict[int, dict[int, str]] = defaultdict(dict)
    for ballot, option, choice in PollAnswer.objects.filter(
        ballot__in=[ballot.pk for ballot in page]
    ).values_list("ballot", "option", "choice"):
        said[ballot][option] = choice
    places = homes(ballot.user_id for ballot in page)
    order = [option.pk for option in options]
    entries = [
        Row(
            user=ballot.user,
            home=str(places[ballot.user_id].place) if ballot.user_id in places else "",
            choices=[_choice(said[ballot.pk].get(pk)) for pk in order],
        )
        for ballot in page
    ]
    return ListPage(entries, page.number, more=page.more)


def with_homes(people: Iterable[User]) -> list[tuple[User, str]]:
    """Each person with the place they stand for; one query beside that of the people."""
    found = list(people)
    places = homes(user.pk for user in found)
    return [(user, str(places[user.pk].place) if user.pk in places else "") for user in found]


def _choice(value: str | None) -> Choice | None:
    return Choice(value) if value else None
