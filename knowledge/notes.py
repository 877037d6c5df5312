"""Notes on passages as the article's page shows them: marked in the text and beside it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import reverse

from knowledge import permissions
from knowledge.models import Article, Comment, Passage, Revision
from knowledge.passages import Mark, Section

Part = dict[str, Any]


def passage_of(comment: Comment) -> Passage | None:
    """Without a question where comments come with their passages (knowledge.threads)."""
    found: Passage | None = getattr(comment, "passage", None)
    return found


def notes_context(
    request: HttpRequest, revision: Revision, parts: list[Part], notes: list[Comment]
) -> dict[str, Any]:
    """Marks the parts' HTML and gives each part its `notes`; the others are detached."""
    article = revision.article
    can_note = article.live_id == revision.pk and permissions.can_comment(request.user, article)
    of_section: dict[str, list[Comment]] = {}
    for note in sorted(notes, key=lambda n: (n.passage.start, n.pk)):
        if not note.passage.is_detached:
            of_section.setdefault(note.passage.section, []).append(note)
    shown, number = set(), 0
    for part in parts:
        mine = of_section.get(part["code"], [])
        if part["form"] != "text" or not (mine or can_note):
            continue
        section = Section(part["html"])
        standing = [n for n in mine if section.reads(n.passage.place, n.passage.exact)]
        shown |= {n.pk for n in standing}
        part["notes"] = [n for n in standing if n.passage.resolved_at is None]
        part["resolved"] = [n for n in standing if n.passage.resolved_at is not None]
        for note in part["notes"]:
            if note.removed_at is None:
                number += 1
                note.note_number = number
        if can_note:
            part["note_url"] = _new_url(article, revision, part["code"])
        part["html"] = section.marked(
            [_mark(n) for n in part["notes"] if n.removed_at is None],
            _additions(section, part) if can_note else (),
        )
    detached = [n for n in notes if n.pk not in shown]
    return {"detached": detached, "note_count": number, "can_note": can_note}


def _new_url(article: Article, revision: Revision, section: str) -> str:
    query = urlencode({"version": revision.number, "section": section})
    return f"{reverse('article-note-new', args=[article.slug])}?{query}"


def _mark(note: Comment) -> Mark:
    number = get_template("knowledge/annotations/_number.html").render({"note": note}).strip()
    return Mark(note.passage.place, f"passage-{note.pk}", number)


def _additions(section: Section, part: Part) -> list[str]:
    template = get_template("knowledge/annotations/_add.html")
    count = len(section.paragraphs)
    return [template.render({"part": part, "number": n}).strip() for n in range(1, count + 1)]
