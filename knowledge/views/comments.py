from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from hub.requests import person
from knowledge import permissions, reporting
from knowledge.actions import comments as actions
from knowledge.forms import CommentForm, RemovalForm
from knowledge.models import Article, Comment
from knowledge.threads import thread_context


def _article(request: HttpRequest, slug: str) -> Article:
    seen = Article.objects.visible_to(request.user).prefetch_related("authorships")
    return get_object_or_404(seen, slug=slug)


def _comment(request: HttpRequest, slug: str, pk: int) -> Comment:
    seen = Comment.objects.visible_to(request.user).select_related("article", "author")
    return get_object_or_404(seen, pk=pk, article__slug=slug)


# Public as the article is; writing is asked about below.
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def thread(request: HttpRequest, slug: str) -> HttpResponse:
    """The comments of an article; `?answer=7` opens the form for an answer."""
    article = _article(request, slug)
    if request.method == "POST":
        return _add(request, article)
    answering = _answered(article, request.GET.get("answer"))
    return _page(request, article, None, answering)


def _add(request: HttpRequest, article: Article) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(article.get_absolute_url())
    if not permissions.can_comment(request.user, article):
        raise PermissionDenied
    answering = _answered(article, request.POST.get("answer"))
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, article, form, answering, status=422)
    comment = actions.add(
        by=person(request), article=article, answers=answering, **form.cleaned_data
    )
    if request.htmx:  # type: ignore[attr-defined]
        return trigger_client_event(HttpResponse(status=204), f"{article.slug}-comments")
    messages.success(request, _("Your comment stands here."))
    return redirect(comment)


def _answered(article: Article, pk: str | None) -> Comment | None:
    """The comment that is being answered; one that has gone is not answered."""
    if not pk or not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return None
    written = Comment.objects.filter(article=article, removed_at=None)
    return get_object_or_404(written.select_related("parent", "author"), pk=int(pk))


def _page(
    request: HttpRequest,
    article: Article,
    form: CommentForm | None,
    answering: Comment | None,
    status: int = 200,
) -> TemplateResponse:
    only_thread = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "knowledge/_thread.html" if only_thread else "knowledge/comments.html"
    context = {
        "article": article,
        **thread_context(request, article, form=form, answering=answering),
    }
    if form is not None:
        context["form"] = form
    response = TemplateResponse(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    comment = _comment(request, slug, pk)
    if not permissions.can_edit_comment(request.user, comment):
        raise PermissionDenied
    form = CommentForm(request.POST or None, initial={"body": comment.body})
    del form.fields["quote"]
    if request.method == "POST" and form.is_valid():
        actions.edit(by=person(request), comment=comment, body=form.cleaned_data["body"])
        messages.success(request, _("The comment is changed."))
        return redirect(comment)
    context = {"comment": comment, "article": comment.article, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "knowledge/comment_edit.html", context, status=status)


# Public as the article is: that a comment was changed, and from what.
@require_safe
@login_not_required
def history(request: HttpRequest, slug: str, pk: int) -> TemplateResponse:
    comment = get_object_or_404(
        Comment.objects.visible_to(request.user)
        .filter(removed_at=None)
        .select_related("article", "author"),
        pk=pk,
        article__slug=slug,
    )
    context = {
        "comment": comment,
        "article": comment.article,
        "earlier": list(comment.earlier.all()[:50]),
    }
    return TemplateResponse(request, "knowledge/comment_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    comment = _comment(request, slug, pk)
    if not permissions.can_remove_comment(request.user, comment, comment.article):
        raise PermissionDenied
    form = RemovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reporting.remove_comment(
            by=person(request), comment=comment, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("The comment is removed."))
        return redirect("article", slug)
    context = {
        "confirm_title": _("Remove the comment?"),
        "confirm_text": comment.body[:200],
        "consequences": [
            _("Readers no longer see it; answers to it stay."),
            _("It is kept with your reason, since it may be a public record."),
            *(
                []
                if comment.author_id == request.user.pk
                else [_("Its author is told, and may appeal.")]
            ),
        ],
        "confirm_button": _("Remove the comment"),
        "cancel_url": comment.get_absolute_url(),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "components/confirm_page.html", context, status=status)
