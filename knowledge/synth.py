"""Articles by the hundred thousand for benchmarks: plausible rows, by COPY, no news, no mail."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from slugify import slugify

from cities.models import City, Domain, Lever, Participation
from hub import markdown
from hub.models import SearchDocument, User
from knowledge.enums import CostBand, Kind, Stage
from knowledge.models import Article, Authorship, Comment, Revision
from knowledge.synth_words import LANGUAGES, REMARKS, SYLLABLES, WORDS
from labs.models import Lab

BATCH = 2000
#: Every so many articles one has a long thread.
LONG_THREAD, LONG_EVERY = 30, 200


@dataclass
class _Frame:
    """What there is to choose from, and the ids of this batch."""

    people: list[int]
    cities: list[tuple[int, str]]
    programme_of: dict[int, int]
    labs: list[int]
    domains: list[tuple[int, str]]
    levers: list[tuple[int, str]]
    rows: dict[type[Model], list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, model: type[Model], *row: Any) -> None:
        self.rows.setdefault(model, []).append(row)


def synth(rng: Random, n: int) -> int:
    """Make `n` articles with versions, authors, comments and search documents; how many there are.

    Needs cities and people. Of ten, six are experiences; one of six has two versions.
    """
    frame = _frame()
    first = Article.objects.count()
    for start in range(0, n, BATCH):
        numbers = range(first + start, first + min(start + BATCH, n))
        with transaction.atomic():
            _make(rng, frame, numbers)
            _store(frame)
    return Article.objects.count()


def _frame() -> _Frame:
    participations = Participation.objects.values_list("city_id", "programme_id")
    return _Frame(
        people=list(User.objects.filter(is_active=True).values_list("pk", flat=True)[:5000]),
        cities=list(City.objects.values_list("pk", "slug")),
        programme_of=dict(participations),
        labs=list(Lab.objects.values_list("pk", flat=True)[:5000]),
        domains=list(Domain.objects.values_list("pk", "code")),
        levers=list(Lever.objects.values_list("pk", "code")),
    )


def _make(rng: Random, frame: _Frame, numbers: range) -> None:
    ids = iter(_ids(Article, len(numbers)))
    versions = [2 if rng.random() < 1 / 6 else 1 for _ in numbers]
    revisions = iter(_ids(Revision, sum(versions)))
    for number, pk, count in zip(numbers, ids, versions, strict=True):
        _article(rng, frame, number, pk, [next(revisions) for _ in range(count)])


def _ids(model: type[Model], count: int) -> list[int]:
    """Numbers from the table's own sequence, so that rows can name each other before they exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _article(rng: Random, frame: _Frame, number: int, pk: int, revisions: list[int]) -> None:
    kind = Kind.EXPERIENCE if rng.random() < 0.6 else Kind.CASE_NOTE
    language = rng.choice(LANGUAGES)
    words = WORDS[language]
    thing = rng.choice(words["things"])
    title = f"{rng.choice(words['titles']).format(thing)} ({_rare(rng)})"
    title = title[0].upper() + title[1:]
    slug = f"{slugify(title, max_length=90)}-{number}"
    city, city_slug = rng.choice(frame.cities)
    author, lab = rng.choice(frame.people), rng.choice([*frame.labs[:50], None, None, None])
    written = timezone.now() - dt.timedelta(minutes=rng.randint(1, 1_500_000))
    fields = _fields(rng, kind, words["sentences"], thing)
    domains = rng.sample(frame.domains, min(len(frame.domains), rng.randint(1, 3)))
    levers = rng.sample(frame.levers, min(len(frame.levers), rng.randint(0, 2)))
    # One of twelve is for those who are signed in.
    key = "signed-in" if rng.random() < 1 / 12 else "public"
    opening = fields.get("tried") or fields["summary"]
    html = {c: f"<p>{t}</p>" for c, t in fields.items() if c not in ("stage", "cost")}
    facts: dict[str, Any] = {"language": language, "visibility": key, "city": city_slug}
    facts |= {"domains": [c for _, c in domains], "levers": [c for _, c in levers]}
    frame.add(
        Article, pk, kind, slug, "published", key, [key], [f"user:{author}"], language, city,
        frame.programme_of.get(city), lab, author, title, _card(opening), _card(fields["setback"]),
        fields["stage"], len(revisions), revisions[-1], written, author, written, author, "", False,
        # Nobody is asked about texts that were made to be counted.
        timezone.localdate() + dt.timedelta(days=rng.randint(30, 360)), "",
    )  # fmt: skip
    for version, revision in enumerate(revisions, start=1):
        frame.add(
            Revision, revision, pk, version, title, json.dumps(fields), json.dumps(facts), "",
            json.dumps(html), markdown.VERSION, written, author, written, author,
        )  # fmt: skip
    frame.add(Authorship, pk, author, 1)
    for domain, _code in domains:
        frame.add(Article.domains.through, pk, domain)
    for lever, _code in levers:
        frame.add(Article.levers.through, pk, lever)
    text = "\n".join(t for c, t in fields.items() if c in html)
    tags = [f"city:{city}", f"kind:{kind}", *(f"domain:{code}" for _, code in domains)]
    frame.add(
        SearchDocument, f"article:{pk}", "article", title, text, language, [],
        f"/knowledge/{slug}/", [key], tags, written,
    )  # fmt: skip
    _comments(rng, frame, number, pk, revisions[-1], written)


def _fields(rng: Random, kind: str, sentences: tuple[str, ...], thing: str) -> dict[str, str]:
    codes: tuple[str, ...] = ("tried", "happened", "setback", "differently")
    if kind == Kind.CASE_NOTE:
        codes = ("summary", "challenge", "context", "blocks", "setback", "factors", "questions")
    made = {code: _paragraph(rng, sentences, thing) for code in codes}
    return made | {"stage": rng.choice(Stage.values), "cost": rng.choice(CostBand.values)}


def _paragraph(rng: Random, sentences: tuple[str, ...], thing: str) -> str:
    chosen = [rng.choice(sentences).format(thing) for _ in range(rng.randint(2, 5))]
    return " ".join([*chosen, _rare(rng).capitalize() + "."])


def _rare(rng: Random) -> str:
    """A word that few texts share: search needs rare ones too."""
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4)))


def _card(text: str) -> str:
    return markdown.plain(text, 240)


def _comments(
    rng: Random, frame: _Frame, number: int, article: int, revision: int, written: dt.datetime
) -> None:
    many = LONG_THREAD if number % LONG_EVERY == 0 else rng.choice((0, 0, 0, 1, 2, 4))
    for n in range(many):
        body = rng.choice(REMARKS)
        frame.add(
            Comment, article, revision, rng.choice(frame.people), "", body, f"<p>{body}</p>",
            markdown.VERSION, written + dt.timedelta(hours=n + 1), "", False,
        )  # fmt: skip


_COLUMNS: dict[type[Model], str] = {
    Article: "id kind slug state visibility audience insiders language city_id programme_id lab_id "
    "owner_id title teaser setback stage newest_number live_id created_at created_by_id "
    "published_at published_by_id archive_reason is_sample review_by removal_reason",
    Revision: "id article_id number title fields facts change html markup_version made_at "
    "made_by_id published_at published_by_id",
    Authorship: "article_id author_id position",
    Article.domains.through: "article_id domain_id",
    Article.levers.through: "article_id lever_id",
    Comment: "article_id revision_id author_id quote body html markup_version created_at "
    "removal_reason is_sample",
    SearchDocument: "key kind title text language also_in url audience facets dated_at",
}


def _store(frame: _Frame) -> None:
    for model, columns in _COLUMNS.items():
        _copy(model, columns.split(), frame.rows.pop(model, []))


def _copy(model: type[Model], columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
    # Table and columns are named above, not by anybody who asks.
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in _plain(rows):
            copy.write_row(row)


def _plain(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Choices as the words they are: psycopg knows no TextChoices."""
    for row in rows:
        yield tuple(str(value) if isinstance(value, str) else value for value in row)
