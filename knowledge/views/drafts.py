from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hub import autosave, files
from hub.face import dates
from hub.middleware.once import repeatable
from hub.requests import person
from knowledge import permissions
from knowledge.actions import drafts
from knowledge.enums import Kind
from knowledge.forms import PictureForm
from knowledge.forms.articles import typed
from knowledge.markup import pictures
from knowledge.models import Article, WorkingDraft
from knowledge.views.writing import base_of, preview_of
from labs.models import Lab


@require_http_methods(["GET", "HEAD", "POST"])
@repeatable
def save(request: HttpRequest, key: UUID) -> HttpResponse:
    """Autosave: keeps what is typed, right or wrong, and touches nothing else.

    Asked with GET: 204 where a text has come of this draft, so that a browser that could not
    see the answer to its last form forgets what it kept of it.
    """
    if request.method != "POST":
        mine = Article.objects.filter(written_as=key, created_by=person(request))
        return HttpResponse(status=204 if mine.exists() else 404)
    try:
        _keep(request, key)
    except _TooLate:
        message = _("This text has been saved already. Open it again to go on writing.")
        return autosave.stopped(message)
    except drafts.TooLong:
        message = _("The text is too long to be kept. Shorten it; what stands here stays here.")
        return autosave.stopped(message)
    response = HttpResponse(status=204)
    # The hour as it stands everywhere else on the page.
    response.headers["X-Saved-At"] = dates.hour(timezone.localtime())
    return response


class _TooLate(Exception):
    """The answer to this form has overtaken a draft of it."""


def _keep(request: HttpRequest, key: UUID) -> WorkingDraft:
    user = person(request)
    article = _article_of(request)
    if article is not None:
        key = drafts.key_for(user, article)
        base = base_of(request)
        kind = article.kind
        newest = article.revisions.get(number=article.newest_number)
        has_draft = WorkingDraft.objects.visible_to(user).filter(key=key).exists()
        if not has_draft and base < newest.number and newest.made_by_id == user.pk:
            raise _TooLate
    else:
        base, kind = 0, request.POST.get("kind", "")
        if kind not in Kind.values or not permissions.can_write(user, kind):
            raise PermissionDenied
        if Article.objects.filter(written_as=key).exists():
            raise _TooLate
    if WorkingDraft.objects.filter(key=key).exclude(user=user).exists():
        raise Http404
    lab = Lab.objects.visible_to(user).filter(slug=request.POST.get("from_lab", "")).first()
    return drafts.keep(
        by=user, key=key, kind=kind, article=article, lab=lab, base=base, data=typed(request.POST)
    )


def _article_of(request: HttpRequest) -> Article | None:
    slug = request.POST.get("article")
    if not slug:
        return None
    seen = Article.objects.visible_to(request.user).prefetch_related("authorships")
    article = get_object_or_404(seen, slug=slug)
    if not permissions.can_edit(request.user, article):
        raise PermissionDenied
    return article


@require_POST
def image(request: HttpRequest, key: UUID) -> HttpResponse:
    """A picture joins the draft; everything typed so far is kept with it."""
    try:
        draft = _keep(request, key)
    except (_TooLate, drafts.TooLong) as error:
        raise PermissionDenied from error
    form = PictureForm(request.POST, request.FILES, kind=draft.kind)
    if form.is_valid():
        data = form.cleaned_data
        try:
            drafts.add_picture(
                by=person(request),
                draft=draft,
                upload=data["picture"],
                alt=data["alt"],
                section=data["section"],
            )
        except files.Refused as refusal:
            form.add_error("picture", str(refusal))
        except drafts.TooMany:
            form.add_error("picture", _("A text takes at most 20 pictures."))
        else:
            # What was typed has come along: the browser need not keep it any more.
            address = writing_address(draft)
            return redirect(f"{address}{'&' if '?' in address else '?'}kept#pictures")
    back = (
        reverse("article-edit", args=[draft.article.slug])
        if draft.article
        else reverse("article-new")
    )
    context = {
        "form": form,
        "picture_form": form,
        "draft": draft,
        "typed": _hidden(request),
        "back": back,
    }
    return TemplateResponse(request, "knowledge/picture.html", context, status=422)


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be sent along again: the refused picture must not cost a word."""
    own = {"csrfmiddlewaretoken", "_key", "alt", "section", "action"}
    return [(n, v) for n, values in request.POST.lists() if n not in own for v in values]


def writing_address(draft: WorkingDraft) -> str:
    if draft.article is not None:
        return reverse("article-edit", args=[draft.article.slug])
    return f"{reverse('article-new')}?kind={draft.kind}&draft={draft.key}"


@require_POST
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw away what was typed and not saved."""
    draft = get_object_or_404(WorkingDraft.objects.visible_to(request.user), key=key)
    back = draft.article.get_absolute_url() if draft.article else reverse("article-list")
    draft.delete()
    return redirect(back)


@require_POST
@repeatable
def preview(request: HttpRequest) -> HttpResponse:
    """The text as it would look; writes nothing, so it may be asked for at every pause."""
    article = _article_of(request)
    kind = article.kind if article else request.POST.get("kind", "")
    if kind not in Kind.values or not permissions.can_write_any(request.user):
        raise PermissionDenied
    key = request.POST.get("draft", "")
    mine = WorkingDraft.objects.visible_to(request.user)
    draft = mine.filter(key=key).first() if _is_uuid(key) else None
    context = {"preview": preview_of(kind, request.POST, pictures(article, draft))}
    return TemplateResponse(request, "knowledge/_preview.html", context)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
