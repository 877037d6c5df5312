from django.urls import path

from knowledge.feeds import public_articles
from knowledge.views import (
    annotations,
    comments,
    drafts,
    from_lab,
    lists,
    reading,
    versions,
    writing,
)

urlpatterns = [
    path("knowledge/", lists.article_list, name="article-list"),
    path("knowledge/new/", writing.article_new, name="article-new"),
    path("knowledge/from-lab/<slug:slug>/", from_lab.article_from_lab, name="article-from-lab"),
    path("knowledge/preview/", drafts.preview, name="article-preview"),
    path("knowledge/drafts/<uuid:key>/", drafts.save, name="article-draft"),
    path("knowledge/drafts/<uuid:key>/images/", drafts.image, name="article-draft-image"),
    path("knowledge/drafts/<uuid:key>/removal/", drafts.remove, name="article-draft-remove"),
    path("knowledge/<slug:slug>/", reading.article, name="article"),
    path("knowledge/<slug:slug>/edit/", writing.article_edit, name="article-edit"),
    path("knowledge/<slug:slug>/archiving/", writing.article_archive, name="article-archive"),
    path("knowledge/<slug:slug>/return/", writing.article_return, name="article-return"),
    path("knowledge/<slug:slug>/versions/", versions.version_list, name="article-versions"),
    path("knowledge/<slug:slug>/v/<int:number>/", versions.version, name="article-version"),
    path("knowledge/<slug:slug>/compare/", versions.compare, name="article-compare"),
    path("knowledge/<slug:slug>/comments/", comments.thread, name="article-comments"),
    path("knowledge/<slug:slug>/comments/<int:pk>/edit/", comments.edit, name="comment-edit"),
    path(
        "knowledge/<slug:slug>/comments/<int:pk>/history/", comments.history, name="comment-history"
    ),
    path(
        "knowledge/<slug:slug>/comments/<int:pk>/removal/", comments.remove, name="comment-remove"
    ),
    path("knowledge/<slug:slug>/notes/new/", annotations.note_new, name="article-note-new"),
    path("knowledge/<slug:slug>/notes/<int:pk>/", annotations.note, name="article-note"),
    path(
        "knowledge/<slug:slug>/notes/<int:pk>/resolution/",
        annotations.resolution,
        name="article-note-resolution",
    ),
    path("feeds/knowledge.atom", public_articles, name="knowledge-feed"),
]
