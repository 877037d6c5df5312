"""Sample experiences and case notes, and taking them away again."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from cities.models import City, Domain, Lever, Programme
from hub import samples
from hub.models import Event, StoredFile, User
from knowledge import reporting
from knowledge.actions import annotations, articles, comments, reviewing
from knowledge.actions.articles import Entry
from knowledge.actions.reach import weigh
from knowledge.anchoring import Place
from knowledge.answers import samples as answers
from knowledge.evidence import samples as evidence
from knowledge.models import (
    Article,
    Attachment,
    Comment,
    Rendering,
    Reuse,
    Review,
    Revision,
    TranslationJob,
    WorkingDraft,
)
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.reviewers import reviewer_keys
from knowledge.sample_texts import TEXTS, SampleComment, SampleReuse, SampleText
from knowledge.translation import samples as translations
from knowledge.upkeep import samples as upkeep
from labs.models import Lab

SYD = "learning-hub-syd"


def load() -> None:
    if Article.objects.filter(is_sample=True).exists():
        return
    for text in sorted(TEXTS, key=lambda t: -t.days_ago):
        _load(text)
    answers.load()
    evidence.load()


def _load(text: SampleText) -> None:
    by = samples.person(text.by)
    written = timezone.now() - timedelta(days=text.days_ago, hours=text.days_ago % 7)
    first = text.fields | text.before
    article = articles.create(
        by=by, kind=text.kind, entry=_entry(text, first), publish=True, is_sample=True, at=written
    )
    translations.load(article, written)
    if text.before:
        later = written + timedelta(days=2)
        entry = _entry(text, text.fields, change=text.change)
        article = articles.revise(
            by=by, article=article, entry=entry, base=1, publish=True, at=later
        )
        translations.load(article, later)
    for number, remark in enumerate(text.comments):
        said = written + timedelta(days=3 + number, hours=2)
        _comment(article, remark, said)
    for used in text.reuses:
        _reuse(article, used, written)
    _date_back(article, written)
    upkeep.load(article, text.upkeep)
    translations.date_back(article, written + timedelta(days=2))
    if text.proposed:
        _send_in(article, text)


def _send_in(article: Article, text: SampleText) -> None:
    """A newer version waits for a decision, while readers read what stands."""
    by = samples.person(text.by)
    entry = _entry(text, text.fields | text.proposed, change=text.why)
    saved = articles.revise(
        by=by, article=article, entry=entry, base=article.newest_number, publish=False
    )
    keys = reviewer_keys(text.kind, entry)
    review = reviewing.send_in(by=by, article=saved, reviewers=keys)
    if text.remark:
        said_by = samples.person(text.remark.by)
        reviewing.remark(by=said_by, review=review, body=text.remark.body)


def _reuse(article: Article, used: SampleReuse, written: datetime) -> None:
    """Its stages one after the other, from three days after the text, up to today at the latest."""
    city, by = City.objects.get(slug=used.city), samples.person(used.by)
    stages = [*used.before, used.stage]
    ago = (timezone.now() - written - timedelta(days=3)) / len(stages)
    for number, stage in enumerate(stages):
        is_last = number == len(stages) - 1
        told = Told(
            stage,
            used.text,
            used.outcome if is_last else "",
            used.reason if is_last else "",
        )
        made = reuse.declare(
            by=by,
            article=article,
            city=city,
            told=told,
            from_version=number,
            is_sample=True,
            at=written + timedelta(days=3) + ago * number,
        )
    if used.answer:
        reuse.answer(by=article.owner, reuse=made, answer=used.answer)


def _entry(text: SampleText, fields: dict[str, object], change: str = "") -> Entry:
    city = City.objects.get(slug=text.city) if text.city else None
    programme = Programme.objects.filter(slug=SYD, participations__city=city).first()
    return Entry(
        title=text.title,
        fields=fields,
        language=text.language,
        visibility=text.visibility,
        city=city,
        programme=programme,
        lab=_held_lab(programme) if text.from_lab else None,
        domains=list(Domain.objects.filter(code__in=text.domains)),
        levers=list(Lever.objects.filter(code__in=text.levers)),
        coauthors=[samples.person(name) for name in text.coauthors],
        change=change,
    )


def _held_lab(programme: Programme | None) -> Lab | None:
    past = Lab.objects.filter(programme=programme, is_sample=True, ends_at__lt=timezone.now())
    return past.announced().order_by("-starts_at").first()


def _comment(
    article: Article, said: SampleComment, at: datetime, remark: Comment | None = None
) -> None:
    by = samples.person(said.by)
    if said.quote and article.live:
        written = _note(by, article, article.live, said, at)
    else:
        written = comments.add(
            by=by, article=article, body=said.body, answers=remark, is_sample=True, at=at
        )
    for answer in said.answers:
        _comment(article, answer, at + timedelta(hours=20), written)


def _note(by: User, article: Article, live: Revision, said: SampleComment, at: datetime) -> Comment:
    live.article = article
    words = {code: annotations.text_of(live, code) for code in live.html}
    section = next(code for code, text in words.items() if said.quote in text)
    start = words[section].index(said.quote)
    return annotations.annotate(
        by=by,
        article=article,
        revision=live,
        section=section,
        place=Place(start, start + len(said.quote)),
        body=said.body,
        is_sample=True,
        at=at,
    )


def _date_back(article: Article, written: datetime) -> None:
    """News of samples is as old as they are, or it would fill everybody's first page."""
    news = Event.objects.about(article.subject)
    news.filter(verb__in=["article.published"]).update(created_at=written)
    news.exclude(verb="article.published").update(created_at=written + timedelta(days=3))


def remove() -> None:
    """The samples, and what sample people wrote since."""
    people = samples.people()
    answers.remove()
    evidence.remove()
    ours = Article.objects.filter(Q(is_sample=True) | Q(created_by__in=people))
    for subject in ("article", "upkeep", "upkeep-answer"):
        samples.forget(*(f"{subject}:{pk}" for pk in ours.values_list("pk", flat=True)))
    upkeep.remove(ours, people)
    reviews = Review.objects.filter(article__in=ours)
    samples.forget(*(f"review:{pk}" for pk in reviews.values_list("pk", flat=True)))
    given = TranslationJob.objects.filter(Q(original__in=ours) | Q(asked_by__in=people))
    samples.forget(*(f"translation-job:{pk}" for pk in given.values_list("pk", flat=True)))
    given.delete()
    files = Attachment.objects.filter(Q(article__in=ours) | Q(draft__user__in=people))
    stored = list(StoredFile.objects.filter(attachment__in=files))
    WorkingDraft.objects.filter(Q(user__in=people) | Q(article__in=ours)).delete()
    used = Reuse.objects.filter(
        Q(article__in=ours) | Q(declared_by__in=people) | Q(changed_by__in=people)
    )
    kept = list(Article.objects.filter(reuses__in=used).exclude(pk__in=ours).distinct())
    used.delete()
    for article in kept:
        weigh(article)
    said = Comment.objects.filter(Q(article__in=ours) | Q(author__in=people))
    samples.forget(*(f"comment:{pk}" for pk in said.values_list("pk", flat=True)))
    said.delete()
    reporting.bring_back_what_was_taken_down_by(people)
    read = Rendering.objects.filter(confirmed_by__in=people).exclude(translation__article__in=ours)
    read.update(confirmed_at=None, confirmed_by=None)
    # The live version holds its article and the article its versions: let go of one first.
    named = list(ours.values_list("pk", flat=True))
    ours.update(
        state="draft",
        live=None,
        published_at=None,
        published_by=None,
        archived_at=None,
        archived_by=None,
    )
    Revision.objects.filter(article__in=named).delete()
    Article.objects.filter(pk__in=named).delete()
    for file in stored:
        file.file.delete(save=False)
        file.delete()
