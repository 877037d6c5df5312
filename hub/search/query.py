"""Finding: one bounded statement gives the results, their number and the counts to narrow by.

All of it reads through `SearchDocument.objects.visible_to(reader)`. Ranking looks
at the newest matches only: over all matches of a common word it takes seconds at a
million entries, and nobody pages that far.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from psycopg.errors import QueryCanceled

from hub.models import SearchDocument
from hub.search.registry import Kind, facets, kinds

if TYPE_CHECKING:
    from hub.access import Reader

#: What is ranked and counted: the newest so many matches.
CAP = 1000
PAGE = 20
#: Of each group the values with the most matches; who looks for another one types its name.
VALUES_COUNTED = 40
#: A search that takes longer is given up, so that no one search slows everybody.
TIMEOUT_MS = 2000
#: How much of a text a snippet is looked for in; ts_headline reads all it is given.
_SNIPPET_FROM = 10_000
# Around the words found; what the text itself brings of them does no harm, since
# the template escapes every piece.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HEADLINE = (
    f"StartSel={_OPEN}, StopSel={_CLOSE}, MaxFragments=2, MinWords=15, MaxWords=25, "
    'FragmentDelimiter=" … "'
)


class TooSlow(Exception):
    """The database gave the search up after TIMEOUT_MS."""


class Words(SearchQuery):
    """The reader's words, read in every language of the index."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.function = "hub_search_query"


@dataclass(frozen=True)
class Wanted:
    words: str
    kind: str = ""
    language: str = ""
    #: Facet code → value, e.g. {"city": "4"}.
    facets: dict[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    page: int = 1

    def chosen(self, group: str) -> str:
        """The value a group is narrowed to, or nothing."""
        return {"kind": self.kind, "language": self.language, **self.facets}.get(group, "")

    def groups(self) -> dict[str, tuple[str, list[Any]]]:
        """What narrows the results, each as a condition in SQL with its values."""
        found: dict[str, tuple[str, list[Any]]] = {}
        if self.kind:
            found["kind"] = ("kind = %s", [self.kind])
        if self.language:
            found["language"] = ("language = %s", [self.language])
        for code, value in self.facets.items():
            found[code] = ("facets @> ARRAY[%s]::varchar[]", [f"{code}:{value}"])
        if self.since:
            found["since"] = ("dated_at >= %s", [self.since])
        if self.until:
            found["until"] = ("dated_at < %s::date + 1", [self.until])
        return found


@dataclass(frozen=True)
class Piece:
    text: str
    is_found: bool


@dataclass(frozen=True)
class Result:
    key: str
    kind: Kind
    title: str
    url: str
    language: str
    facets: list[str]
    dated_at: datetime
    snippet: list[Piece]


@dataclass(frozen=True)
class Found:
    results: list[Result]
    #: At most CAP; `is_capped` where there are more.
    total: int
    is_capped: bool
    #: Group → value → number, among the newest CAP matches of the words.
    counts: dict[str, dict[str, int]]
    counts_are_capped: bool
    #: Whether the words alone find anything, however it is narrowed.
    is_known: bool


def find(reader: "Reader", wanted: Wanted) -> Found:
    """What the reader may see of what they look for. Raises TooSlow."""
    statement, values = _statement(reader, wanted)
    with bounded(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        total, broad_total, rows, counted = cursor.fetchone()
    counts: dict[str, dict[str, int]] = {}
    for what, value, n in json.loads(counted or "[]"):
        counts.setdefault(what, {})[value] = n
    return Found(
        results=[_result(row) for row in json.loads(rows or "[]") if row["kind"] in kinds()],
        total=min(total, CAP),
        is_capped=total > CAP,
        counts=counts,
        counts_are_capped=broad_total > CAP,
        is_known=broad_total > 0,
    )


def _statement(reader: "Reader", wanted: Wanted) -> tuple[str, list[Any]]:
    """All of a page of results in one: how many, the page itself, the numbers to narrow by."""
    matches = matching(reader, wanted.words)
    broad, broad_values = _newest(matches)
    groups = wanted.groups()
    narrow = " AND ".join(condition for condition, _ in groups.values())
    narrow_values = [value for _, values in groups.values() for value in values]
    if narrow:
        found_sql, found_values = _newest(matches, narrow, narrow_values)
    else:
        found_sql, found_values = "SELECT * FROM broad", []
    counts_sql, counts_values = _counts(wanted)
    statement = f"""
        WITH broad AS MATERIALIZED ({broad}),
        found AS MATERIALIZED ({found_sql}),
        page AS (
            -- What is called just that comes before what speaks of it.
            -- What others build on rises by a fifth at most: it does not outrun what fits better.
            SELECT found.*, ts_rank(found.vector, hub_search_query(%s), 1)
                * (1 + least(found.weight, 8) * 0.025)
                + (lower(found.title) = lower(%s))::int AS rank
            FROM found
            ORDER BY rank DESC, dated_at DESC, key LIMIT %s OFFSET %s
        ),
        shown AS (
            SELECT key, kind, title, url, language, facets, dated_at, rank,
                ts_headline(
                    hub_search_config(read_in), left(text, %s), hub_search_query(%s), %s
                ) AS snippet
            FROM page, LATERAL (
                SELECT code AS read_in FROM unnest(language::text || also_in::text[]) AS code
                -- Read only where there is a choice.
                ORDER BY CASE WHEN cardinality(also_in) > 0 THEN
                    to_tsvector(hub_search_config(code), left(text, %s)) @@ hub_search_query(%s)
                END DESC LIMIT 1
            ) AS reading
        ),
        counts AS ({counts_sql})
        SELECT (SELECT count(*) FROM found),
            (SELECT count(*) FROM broad),
            (SELECT jsonb_agg(to_jsonb(shown) ORDER BY rank DESC, dated_at DESC, key) FROM shown),
            (SELECT jsonb_agg(jsonb_build_array(what, value, n)) FROM counts)
    """  # noqa: S608 - the parts are ours; every value travels as a parameter
    values = [
        *broad_values,
        *found_values,
        wanted.words,
        wanted.words,
        PAGE,
        (wanted.page - 1) * PAGE,
        _SNIPPET_FROM,
        wanted.words,
        _HEADLINE,
        _SNIPPET_FROM,
        wanted.words,
        *counts_values,
    ]
    return statement, values


def matching(reader: "Reader", words: str) -> "QuerySet[SearchDocument]":
    """The one door: everything the search says comes through here."""
    return SearchDocument.objects.visible_to(reader).filter(vector=Words(words))


@contextmanager
def bounded() -> Iterator[None]:
    """Statements inside are given up after TIMEOUT_MS. Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(TIMEOUT_MS)])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def _newest(
    matches: "QuerySet[SearchDocument]", condition: str = "", values: list[Any] | None = None
) -> tuple[str, list[Any]]:
    """The newest matches, one more than is shown so that "more" is known.

    The limit keeps PostgreSQL from ranking or counting all matches of a common
    word, and is high enough that it does not walk the date index for a rare one.
    """
    inner, inner_values = matches.order_by().query.sql_with_params()
    where = f"WHERE {condition}" if condition else ""
    statement = (
        f"SELECT * FROM ({inner}) AS matches {where} "  # noqa: S608 - as above
        f"ORDER BY dated_at DESC LIMIT {CAP + 1}"
    )
    return statement, [*inner_values, *(values or [])]


def _counts(wanted: Wanted) -> tuple[str, list[Any]]:
    """For each group its values' numbers, given what the *other* groups narrow to.

    What the group itself is narrowed to is always among them.
    """
    parts, all_values = [], []
    groups = wanted.groups()
    columns = {"kind": "kind", "language": "language"}
    for name in [*columns, *facets()]:
        others = [group for other, group in groups.items() if other != name]
        where = " AND ".join(["true", *(condition for condition, _ in others)])
        values = [value for _, found in others for value in found]
        if name in columns:
            column, source, own = columns[name], "broad", []
        else:
            column, source = "split_part(f, ':', 2)", "broad, unnest(facets) AS f"
            where, own = f"{where} AND starts_with(f, %s)", [f"{name}:"]
        parts.append(
            f"(SELECT %s::text AS what, {column}::text AS value, count(*) AS n "  # noqa: S608 - as above
            f"FROM {source} WHERE {where} GROUP BY 2 "
            f"ORDER BY {column}::text = %s DESC, 3 DESC, 2 LIMIT {VALUES_COUNTED})"
        )
        all_values += [name, *values, *own, wanted.chosen(name)]
    return " UNION ALL ".join(parts), all_values


def _result(row: dict[str, Any]) -> Result:
    return Result(
        key=row["key"],
        kind=kinds()[row["kind"]],
        title=row["title"],
        url=row["url"],
        language=row["language"],
        facets=row["facets"],
        dated_at=datetime.fromisoformat(row["dated_at"]),
        snippet=pieces(row["snippet"] or ""),
    )


def pieces(snippet: str) -> list[Piece]:
    """A headline with sentinels as pieces that a template escapes and marks."""
    found = []
    before, *rest = snippet.split(_OPEN)
    found.append(Piece(before.replace(_CLOSE, ""), is_found=False))
    for part in rest:
        inside, _, after = part.partition(_CLOSE)
        found += [Piece(inside, is_found=True), Piece(after.replace(_CLOSE, ""), is_found=False)]
    return [piece for piece in found if piece.text]
