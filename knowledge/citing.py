"""How a version is cited: APA in words, BibTeX and RIS as files (docs/decisions/0081)."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hub import markdown
from hub.models import User
from knowledge.enums import LICENCE_URLS, Kind
from knowledge.models import Article, Revision

#: Letters, and what stands between the parts of a name; anything else is no person's name.
_PERSON = re.compile(r"[^\W\d_]+(?:[.'’\- ]+[^\W\d_]+)*\.?")
#: APA names twenty; of more the first nineteen and the last.
MOST_IN_APA = 20
LONGEST_ABSTRACT = 600


@dataclass(frozen=True)
class Author:
    """A person by family and given names; without a given name it is taken as it is written."""

    family: str
    given: str = ""
    #: A city or the hub, standing for people who are not named.
    is_body: bool = False

    @property
    def initials(self) -> str:
        parts = re.split(r"[ .]+", self.given)
        return " ".join(
            "-".join(f"{p[0]}." for p in part.split("-") if p) for part in parts if part
        )


@dataclass(frozen=True)
class Citation:
    key: str
    kind: str
    title: str
    authors: Sequence[Author]
    published: date
    number: int
    language: str
    publisher: str
    address: str
    abstract: str


def cite(revision: Revision) -> Citation:
    """Of a published version; its article comes with its city and who began it."""
    article = revision.article
    if revision.published_at is None:
        raise ValueError(f"Version {revision.number} of article {article.pk} was never published.")
    first = "tried" if article.kind == Kind.EXPERIENCE else "summary"
    return Citation(
        key=f"{article.slug}-v{revision.number}",
        kind=article.kind,
        title=_line(revision.title),
        authors=authors_of(article, _writers(revision)),
        published=timezone.localdate(revision.published_at),
        number=revision.number,
        language=revision.facts.get("language", article.language),
        publisher=_line(settings.HUB_NAME),
        address=settings.BASE_URL + revision.get_absolute_url(),
        abstract=_line(markdown.plain(revision.html.get(first, ""), LONGEST_ABSTRACT)),
    )


def _writers(revision: Revision) -> list[User]:
    """Who stood under the title of this version; the one who began it comes first."""
    article = revision.article
    wanted = [int(pk) for pk in revision.facts.get("coauthors", [])]
    people = User.objects.filter(pk__in=wanted).order_by("name", "pk") if wanted else []
    return [article.created_by, *(p for p in people if p.pk != article.created_by_id)]


def authors_of(article: Article, people: Sequence[User]) -> list[Author]:
    """People by name; those who have none here, or have left, are their city."""
    behind = article.city.name if article.city else settings.HUB_NAME
    found = []
    for person in people:
        listed = person.is_active and person.name.strip()
        author = author_named(person.name) if listed else Author(_line(behind), is_body=True)
        if author not in found:
            found.append(author)
    return found


def author_named(name: str) -> Author:
    """“Anna af Klint” is af Klint, Anna; “City office (north)” stays as it is."""
    words = _line(name).split()
    # “and” parts the authors of a BibTeX entry.
    is_person = _PERSON.fullmatch(" ".join(words)) and "and" not in name.lower().split()
    if len(words) < 2 or not is_person:
        return Author(" ".join(words))
    # A family name begins with its particle, which is written small.
    small = (n for n, word in enumerate(words[1:-1], start=1) if word[0].islower())
    at = next(small, len(words) - 1)
    return Author(" ".join(words[at:]), " ".join(words[:at]))


def _line(text: str) -> str:
    """One line without marks that nobody sees: both formats end a value with the line."""
    seen = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in seen if unicodedata.category(c) != "Cf").split())


# APA ---------------------------------------------------------------------------


def apa(citation: Citation) -> dict[str, str]:
    """What stands before the title, the title, which is set in italics, and what follows it."""
    # Translators: the day in a list of references, as a pattern of Django's date filter.
    day = date_format(citation.published, _("Y, F j"))
    names = _apa_names(citation.authors)
    end = "" if names.endswith(".") else "."
    version = _("Version %(number)s") % {"number": citation.number}
    label = Kind(citation.kind).label
    return {
        "before": f"{names}{end} ({day}).",
        "title": citation.title,
        "after": f"({version}) [{label}]. {citation.publisher}. {citation.address}",
    }


def _apa_names(authors: Sequence[Author]) -> str:
    names = [f"{a.family}, {a.initials}" if a.given else a.family for a in authors]
    if len(names) > MOST_IN_APA:
        return ", ".join(names[: MOST_IN_APA - 1]) + f", … {names[-1]}"
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + f", & {names[-1]}"


# BibTeX ------------------------------------------------------------------------

# Braces are counted even behind a backslash: a lone one would swallow the file.
_TEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{mark: f"\\{mark}" for mark in "$&%#_"},
    }
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(citation: Citation) -> str:
    """One entry in UTF-8; the title's capitals are kept by a second pair of braces."""
    fields = [
        ("author", "{" + " and ".join(map(_tex_name, citation.authors)) + "}"),
        ("title", "{{" + citation.title.translate(_TEX) + "}}"),
        ("year", f"{{{citation.published.year}}}"),
        ("month", _MONTHS[citation.published.month - 1]),
        ("version", f"{{{citation.number}}}"),
        ("note", f"{{Version {citation.number}}}"),
        ("publisher", "{" + citation.publisher.translate(_TEX) + "}"),
        ("language", f"{{{citation.language}}}"),
        ("url", f"{{{citation.address}}}"),
    ]
    lines = "".join(f"  {name} = {value},\n" for name, value in fields)
    return f"@misc{{{citation.key},\n{lines}}}\n"


def _tex_name(author: Author) -> str:
    family, given = author.family.translate(_TEX), author.given.translate(_TEX)
    # In braces, no word or comma of a body's name is read as a part of a person's.
    return f"{family}, {given}" if given else f"{{{family}}}"


# RIS ---------------------------------------------------------------------------

_RIS_TYPES = {Kind.EXPERIENCE.value: "ELEC", Kind.CASE_NOTE.value: "RPRT"}


def ris(citation: Citation) -> str:
    """One record: two letters, two spaces, a hyphen, a space; lines end with CRLF."""
    tags = [
        ("TY", _RIS_TYPES[citation.kind]),
        ("ID", citation.key),
        *(("AU", _ris_name(author)) for author in citation.authors),
        ("TI", citation.title),
        ("PY", str(citation.published.year)),
        ("DA", citation.published.strftime("%Y/%m/%d")),
        ("ET", str(citation.number)),
        ("PB", citation.publisher),
        ("LA", citation.language),
        ("AB", citation.abstract),
        ("UR", citation.address),
    ]
    return "".join(
        f"{tag}  - {value}\r\n" for tag, value in [*tags, ("ER", "")] if value or tag == "ER"
    )


def _ris_name(author: Author) -> str:
    # A comma parts family and given names, and cannot be escaped.
    family = " ".join(author.family.replace(",", " ").split())
    return f"{family}, {author.given}" if author.given else family


def shown(citation: Citation) -> dict[str, Any]:
    """All three, as the page of the version shows them."""
    return {"apa": apa(citation), "bibtex": bibtex(citation), "ris": ris(citation)}


# For machines that read the page -------------------------------------------------


def linked_data(revision: Revision, authors: Sequence[Author]) -> dict[str, Any]:
    """What schema.org knows of an article that everybody may read."""
    article = revision.article
    if revision.published_at is None or article.published_at is None:
        return {}
    data = {
        "@context": "https://schema.org",
        "@type": "Article" if article.kind == Kind.EXPERIENCE else "Report",
        "headline": article.title,
        "description": article.teaser,
        "author": [_thing(author) for author in authors],
        "datePublished": article.published_at.isoformat(),
        "dateModified": revision.published_at.isoformat(),
        "version": str(revision.number),
        "inLanguage": article.language,
        "url": settings.BASE_URL + article.get_absolute_url(),
        "identifier": settings.BASE_URL + revision.get_absolute_url(),
        "isAccessibleForFree": True,
        "publisher": {
            "@type": "Organization",
            "name": settings.HUB_NAME,
            "url": settings.BASE_URL,
        },
    }
    if licence := LICENCE_URLS.get(revision.fields.get("licence", "")):
        data["license"] = licence
    if adapted := revision.fields.get("adapted"):
        data["isBasedOn"] = adapted
    # What is invented must not be taken for a report by whoever gathers such data.
    return data | ({"creativeWorkStatus": "Sample"} if article.is_sample else {})


def as_script(data: dict[str, Any]) -> SafeString:
    """JSON for a script element: nothing in it ends the element or begins a comment."""
    text = json.dumps(data, ensure_ascii=False)
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    # Escaped above, by the rule of JSON: HTML's own escapes are not read in a script.
    return mark_safe(text)  # noqa: S308


def _thing(author: Author) -> dict[str, str]:
    if not author.given:
        kind = "Organization" if author.is_body else "Person"
        return {"@type": kind, "name": author.family}
    parts = {"givenName": author.given, "familyName": author.family}
    return {"@type": "Person", "name": f"{author.given} {author.family}", **parts}
