from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities.enums import Visibility
from cities.models import Programme
from hub import access
from hub.markdown import Pictures
from hub.models import User
from hub.requests import person
from knowledge import permissions, reviewers
from knowledge.actions import articles, drafts, reviewing
from knowledge.enums import Kind, ReviewState, State
from knowledge.forms import ArchiveForm, ArticleForm, PictureForm
from knowledge.forms.articles import as_initial, from_lab, typed
from knowledge.markup import attachments, sections_html, sizes
from knowledge.merging import difference, merge
from knowledge.models import Article, Review, Revision, WorkingDraft
from knowledge.sections import texts
from knowledge.translation.forms import TranslationForm, form_of
from knowledge.translation.panels import in_words
from labs.models import Lab

#: What the buttons under the form do; anything else shows the preview.
ACTIONS = ("publish", "review", "save")


@require_http_methods(["GET", "HEAD", "POST"])
def article_new(request: HttpRequest) -> HttpResponse:
    kind = _kind(request)
    if not permissions.can_write(request.user, kind):
        raise PermissionDenied
    if request.method == "POST":
        return _create(request, kind)
    lab = _lab(request)
    draft = _waiting(request, kind, lab)
    form = ArticleForm(kind=kind, user=person(request), initial=_first_values(request, lab))
    if draft is not None:
        form.initial = as_initial(form, draft.data) | _need(request)
    return _page(request, form, draft=draft, key=draft.key if draft else uuid4(), lab=lab)


def _kind(request: HttpRequest) -> str:
    """The kind asked for; without one, what the person may write."""
    kind = request.POST.get("kind") or request.GET.get("kind")
    if not kind:
        may = permissions.can_write(request.user, Kind.EXPERIENCE)
        return str(Kind.EXPERIENCE if may else Kind.CASE_NOTE)
    if kind not in Kind.values:
        raise BadRequest("There is no such kind of article.")
    return kind


def _lab(request: HttpRequest) -> Lab | None:
    slug = request.GET.get("lab")
    if not slug:
        return None
    seen = Lab.objects.visible_to(request.user).select_related("programme", "knowledge_area")
    return get_object_or_404(seen, slug=slug)


def _waiting(request: HttpRequest, kind: str, lab: Lab | None) -> WorkingDraft | None:
    """The draft asked for, or the newest one of this kind: leaving and coming back goes on."""
    mine = WorkingDraft.objects.visible_to(request.user).filter(article=None, kind=kind)
    if named := request.GET.get("draft"):
        return get_object_or_404(mine, key=_uuid(named))
    if "fresh" in request.GET:
        return None
    return mine.filter(lab=lab).first()


def _need(request: HttpRequest) -> dict[str, Any]:
    """The learning need that the text is to answer, where its page led here."""
    return {"need": request.GET["need"]} if "need" in request.GET else {}


def _first_values(request: HttpRequest, lab: Lab | None) -> dict[str, Any]:
    if lab is not None:
        return from_lab(lab) | _need(request)
    return {n: values[0] for n, values in programme_of(person(request)).items()} | _need(request)


def programme_of(user: User) -> dict[str, list[str]]:
    """As the form keeps it: the programme of who belongs to one and no other."""
    held = Programme.objects.filter(pk__in=access.ids_of(user, "programme"))
    slugs = list(held.values_list("slug", flat=True)[:2])
    return {"programme": slugs} if len(slugs) == 1 else {}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadRequest("A draft's key looks different.") from error


def _create(request: HttpRequest, kind: str) -> HttpResponse:
    user, key = person(request), _uuid(request.POST.get("draft", ""))
    form = ArticleForm(request.POST, kind=kind, user=user)
    draft = WorkingDraft.objects.visible_to(user).filter(key=key).first()
    action = request.POST.get("action")
    if action not in ACTIONS:
        return _page(request, form, draft=draft, key=key, preview=True)
    if not form.is_valid() or not _is_allowed(form, action):
        return _page(request, form, draft=draft, key=key, status=422)
    earlier = Article.objects.filter(written_as=key, created_by=user).first()
    if earlier is not None:
        # Published from another window already: what stands here goes on as an edit of it.
        return _set_aside(request, earlier, base=0)
    article = articles.create(
        by=user,
        kind=kind,
        entry=form.entry(),
        publish=action == "publish",
        draft=draft,
        written_as=key,
    )
    return _saved(request, article, form, action)


@require_http_methods(["GET", "HEAD", "POST"])
def article_edit(request: HttpRequest, slug: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.visible_to(request.user).for_page(), slug=slug)
    if not permissions.can_edit(request.user, article):
        raise PermissionDenied
    if request.method == "POST":
        return _revise(request, article)
    newest = article.revisions.get(number=article.newest_number)
    user = person(request)
    draft = WorkingDraft.objects.visible_to(user).filter(article=article).first()
    form = form_of(user, article, initial=newest.content)
    conflict = None
    if draft is not None:
        form.initial = as_initial(form, draft.data)
        if draft.base_number != article.newest_number:
            conflict = _conflict(form, article, newest, draft)
    key = draft.key if draft else drafts.key_for(user, article)
    return _page(request, form, article=article, draft=draft, key=key, conflict=conflict)


def _revise(request: HttpRequest, article: Article) -> HttpResponse:
    user = person(request)
    key = drafts.key_for(user, article)
    form = form_of(user, article, request.POST)
    draft = WorkingDraft.objects.visible_to(user).filter(article=article).first()
    action = request.POST.get("action")
    if action not in ACTIONS:
        return _page(request, form, article=article, draft=draft, key=key, preview=True)
    if not form.is_valid() or not _is_allowed(form, action):
        return _page(request, form, article=article, draft=draft, key=key, status=422)
    base = base_of(request)
    try:
        saved = articles.revise(
            by=user,
            article=article,
            entry=form.entry(),
            base=base,
            publish=action == "publish",
            draft=draft,
        )
    except articles.EditConflict:
        return _set_aside(request, article, base=base)
    return _saved(request, saved, form, action)


def _is_allowed(form: ArticleForm, action: str) -> bool:
    """Whether the pressed button is one for this text; the form says why where it is not."""
    entry = form.entry()
    if action == "publish" and not reviewers.can_publish(form.user, form.kind, entry):
        sentence = _("Others review this case note before it is published: send it in for review.")
        form.add_error(None, sentence)
    elif action == "review" and entry.visibility == Visibility.PRIVATE:
        sentence = _("Only its authors may read it: choose who else may, or publish it for them.")
        form.add_error("visibility", sentence)
    elif action == "review" and not reviewers.can_send_in(form.user, form.kind, entry):
        form.add_error(None, _("Nobody but you can review this text: publish it yourself."))
    return form.is_valid()


def _saved(request: HttpRequest, article: Article, form: ArticleForm, action: str) -> HttpResponse:
    if action != "review":
        messages.success(request, saved_sentence(article))
        return redirect(article)
    keys = reviewers.reviewer_keys(form.kind, form.entry())
    review = reviewing.send_in(by=form.user, article=article, reviewers=keys)
    messages.success(request, _("Sent in for review. You hear when it has been decided."))
    return redirect(review)


def saved_sentence(article: Article) -> str:
    if article.is_draft:
        return _("Saved as a draft. Only its authors see it.")
    if article.live and article.live.number != article.newest_number:
        return _("Saved. Readers still see the version that was published before.")
    return _("Published. Readers see it now.")


def base_of(request: HttpRequest) -> int:
    text = request.POST.get("base", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest("The form does not say which version it began from.")
    return int(text)


def _set_aside(request: HttpRequest, article: Article, base: int) -> HttpResponse:
    """Refused: the text waits as a draft, and the edit page shows both versions."""
    user = person(request)
    drafts.keep(
        by=user,
        key=drafts.key_for(user, article),
        kind=article.kind,
        article=article,
        base=base,
        data=typed(request.POST),
    )
    return redirect("article-edit", article.slug)


def _conflict(
    form: ArticleForm, article: Article, newest: Revision, draft: WorkingDraft
) -> dict[str, Any]:
    """Both texts: what only the other changed is taken over, what both changed is shown."""
    began = article.revisions.filter(number=draft.base_number).first()
    base = began.content if began else {}
    form.initial, clashes = merge(base, newest.content, form.initial)
    pairs = [
        difference(n, base.get(n), newest.content.get(n), form.initial.get(n)) for n in clashes
    ]
    return {
        "revision": newest,
        "differences": [(form.fields[pair.name].label, pair) for pair in pairs],
    }


def _page(
    request: HttpRequest,
    form: ArticleForm,
    *,
    key: UUID,
    article: Article | None = None,
    draft: WorkingDraft | None = None,
    lab: Lab | None = None,
    conflict: dict[str, Any] | None = None,
    preview: bool = False,
    status: int = 200,
) -> TemplateResponse:
    base = article.newest_number if article else 0
    if form.is_bound and article is not None:
        # A form that comes back still stands on the version it began from.
        base = base_of(request)
    found = attachments(article, draft)
    own = sizes(found)
    context = {
        "form": form,
        "kind": form.kind,
        "is_experience": form.kind == Kind.EXPERIENCE,
        "article": article,
        "original": form.original if isinstance(form, TranslationForm) else None,
        "into": in_words(article.language) if article else "",
        "is_live": article is not None and not article.is_draft,
        "review": _last_review(article),
        "may_publish": _may_publish(form, article),
        "draft": draft,
        "draft_key": key,
        "base": base,
        "lab": lab,
        "conflict": conflict,
        "attachments": found,
        "picture_form": PictureForm(kind=form.kind),
        "preview": preview_of(form.kind, form.data, own) if preview else None,
        "first_preview": preview_of(form.kind, form.initial or form.data, own),
    }
    return TemplateResponse(request, "knowledge/writing.html", context, status=status)


def _last_review(article: Article | None) -> Review | None:
    """Of the newest version: that it is being looked at, or why it came back."""
    if article is None:
        return None
    asked = Review.objects.filter(article=article, revision__number=article.newest_number)
    told = asked.filter(state__in=[ReviewState.OPEN, ReviewState.SENT_BACK])
    return told.select_related("decided_by", "article", "revision").first()


def _may_publish(form: ArticleForm, article: Article | None) -> bool:
    """Whether to offer it: by the text as it stands, for what is chosen now decides in the end."""
    if form.kind == Kind.EXPERIENCE or form.is_bound:
        return True
    if article is None:
        return permissions.is_coordinator(form.user)
    return reviewers.can_publish(form.user, form.kind, article)


def preview_of(kind: str, data: Any, own_pictures: Pictures) -> dict[str, Any]:
    """The text as it would look; nothing of it is kept."""
    fields = {s.code: str(data.get(s.code, ""))[: s.longest] for s in texts(kind)}
    html = sections_html(kind, fields, own_pictures)
    parts = [
        {"code": s.code, "label": s.label, "form": "text", "html": html[s.code]}
        for s in texts(kind)
        if html.get(s.code)
    ]
    return {"title": str(data.get("title", ""))[:160], "parts": parts}


@require_http_methods(["GET", "HEAD", "POST"])
def article_archive(request: HttpRequest, slug: str) -> HttpResponse:
    article = _editable(request, slug)
    if article.state != State.PUBLISHED:
        return redirect(article)
    form = ArchiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        articles.archive(by=person(request), article=article, reason=form.cleaned_data["reason"])
        messages.success(request, _("The text is archived."))
        return redirect(article)
    context = {
        "confirm_title": _("Archive “%(title)s”?") % {"title": article.title},
        "confirm_text": "",
        "consequences": [
            _("It leaves the lists and the search."),
            _("Its address, its versions and the comments stay, with your reason above the text."),
            _("You can bring it back."),
        ],
        "confirm_button": _("Archive the text"),
        "cancel_url": article.get_absolute_url(),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "components/confirm_page.html", context, status=status)


@require_POST
def article_return(request: HttpRequest, slug: str) -> HttpResponse:
    article = _editable(request, slug)
    articles.bring_back(by=person(request), article=article)
    if article.state == State.ARCHIVED:
        messages.warning(request, _("Its original is archived: bring that back first."))
    else:
        messages.success(request, _("The text is back in the lists."))
    return redirect(article)


def _editable(request: HttpRequest, slug: str) -> Article:
    seen = Article.objects.visible_to(request.user).prefetch_related("authorships")
    article = get_object_or_404(seen, slug=slug)
    if not permissions.can_edit(request.user, article):
        raise PermissionDenied
    return article
