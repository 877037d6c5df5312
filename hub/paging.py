"""Pages of a long list without counting it: one row more than shown tells whether more follow."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

Entry = TypeVar("Entry")
Row = TypeVar("Row", bound=Model)
#: Skipping rows costs time: whoever needs more narrows the list instead.
LAST_PAGE = 500


class _Uncounted:
    num_pages = None


class ListPage(Generic[Entry]):
    """As much of Django's Page as templates/components/pagination.html reads."""

    paginator = _Uncounted()

    def __init__(self, rows: list[Entry], number: int, *, more: bool) -> None:
        self.object_list, self.number, self.more = rows, number, more

    def __iter__(self) -> Any:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    def has_next(self) -> bool:
        return self.more

    def has_previous(self) -> bool:
        return self.number > 1

    def has_other_pages(self) -> bool:
        return self.more or self.number > 1

    def next_page_number(self) -> int:
        return self.number + 1

    def previous_page_number(self) -> int:
        return self.number - 1


def page_of(
    rows: "QuerySet[Row]",
    wanted: str | None,
    size: int,
    *,
    then: "Callable[[QuerySet[Row]], QuerySet[Row]] | None" = None,
) -> ListPage[Row]:
    """The page asked for; a number that is none or too high is an address that does not exist.

    `then` reads what is costly of the rows that the page is cut to, in the same query.
    """
    try:
        number = int(wanted or 1)
    except ValueError as error:
        raise Http404 from error
    if not 1 <= number <= LAST_PAGE:
        raise Http404
    start = (number - 1) * size
    cut = rows[start : start + size + 1]
    found = list(then(cut) if then else cut)
    if not found and number > 1:
        raise Http404
    return ListPage(found[:size], number, more=len(found) > size and number < LAST_PAGE)
