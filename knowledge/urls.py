from django.urls import path

from knowledge.answers import views as answers
from knowledge.evidence import views as evidence
from knowledge.feeds import public_articles
from knowledge.reuse import views as reuse
from knowledge.transfer import views as transfer
from knowledge.translation import views as translation
from knowledge.upkeep import views as upkeep
from knowledge.views import (
    annotations,
    citing,
    comments,
    drafts,
    from_lab,
    lists,
    reading,
    restoring,
    reviews,
    versions,
    writing,
)
from knowledge.word import views as word

NEED = "cities/<slug:slug>/wishes/<int:pk>"

#: A step of a replication plan.
STEP = "twinning/groups/<slug:slug>/plan/<slug:city>/steps/<int:pk>/"

urlpatterns = [
    path(f"{NEED}/answers/", answers.answer_new, name="answer-new"),
    path(f"{NEED}/answers/<int:answer>/verdict/", answers.answer_verdict, name="answer-verdict"),
    path(f"{NEED}/answers/<int:answer>/removal/", answers.answer_removal, name="answer-removal"),
    path("knowledge/", lists.article_list, name="article-list"),
    path("knowledge/new/", writing.article_new, name="article-new"),
    path("knowledge/import/", word.article_import, name="article-import"),
    path("knowledge/from-lab/<slug:slug>/", from_lab.article_from_lab, name="article-from-lab"),
    path("knowledge/preview/", drafts.preview, name="article-preview"),
    path("knowledge/drafts/<uuid:key>/", drafts.save, name="article-draft"),
    path("knowledge/drafts/<uuid:key>/images/", drafts.image, name="article-draft-image"),
    path("knowledge/drafts/<uuid:key>/removal/", drafts.remove, name="article-draft-remove"),
    path("knowledge/flow/", reuse.flow, name="knowledge-flow"),
    path("knowledge/flow/flow.csv", reuse.flow_csv, name="knowledge-flow-csv"),
    path("knowledge/flow/prov.json", reuse.flow_prov, name="knowledge-flow-prov"),
    path("knowledge/reviews/", reviews.review_list, name="review-list"),
    path("knowledge/radar/", upkeep.knowledge_radar, name="knowledge-radar"),
    path("knowledge/radar/radar.csv", upkeep.knowledge_radar_csv, name="knowledge-radar-csv"),
    path("knowledge/still-true/<str:token>/", upkeep.still_true, name="still-true"),
    path("knowledge/translations/", translation.translation_list, name="translation-list"),
    path(
        "knowledge/translations/translations.csv",
        translation.translation_csv,
        name="translation-csv",
    ),
    path("knowledge/<slug:slug>/", reading.article, name="article"),
    path("knowledge/<slug:slug>/edit/", writing.article_edit, name="article-edit"),
    path("knowledge/<slug:slug>/archiving/", writing.article_archive, name="article-archive"),
    path("knowledge/<slug:slug>/return/", writing.article_return, name="article-return"),
    path("knowledge/<slug:slug>/versions/", versions.version_list, name="article-versions"),
    path("knowledge/<slug:slug>/v/<int:number>/", versions.version, name="article-version"),
    path("knowledge/<slug:slug>/v/<int:number>/citation.bib", citing.bibtex, name="article-bibtex"),
    path("knowledge/<slug:slug>/v/<int:number>/citation.ris", citing.ris, name="article-ris"),
    path(
        "knowledge/<slug:slug>/v/<int:number>/restoring/",
        restoring.article_restore,
        name="article-restore",
    ),
    path("knowledge/<slug:slug>/transfer/", transfer.article_transfer, name="article-transfer"),
    path("knowledge/<slug:slug>/reading/", reading.article_read, name="article-read"),
    path("knowledge/<slug:slug>/compare/", versions.compare, name="article-compare"),
    path("knowledge/<slug:slug>/reviews/<int:pk>/", reviews.review, name="review"),
    path(
        "knowledge/<slug:slug>/reviews/<int:pk>/publication/",
        reviews.review_publish,
        name="review-publish",
    ),
    path(
        "knowledge/<slug:slug>/reviews/<int:pk>/sending-back/",
        reviews.review_send_back,
        name="review-send-back",
    ),
    path(
        "knowledge/<slug:slug>/reviews/<int:pk>/withdrawal/",
        reviews.review_withdraw,
        name="review-withdraw",
    ),
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
    path(
        "knowledge/<slug:slug>/translations/",
        translation.article_translations,
        name="article-translations",
    ),
    path(
        "knowledge/<slug:slug>/translations/machine/",
        translation.article_machine,
        name="article-machine",
    ),
    path(
        "knowledge/<slug:slug>/confirmation/", translation.article_confirm, name="article-confirm"
    ),
    path("knowledge/<slug:slug>/reuse/", reuse.article_reuse, name="article-reuse"),
    path("knowledge/<slug:slug>/reuse/<int:pk>/answer/", reuse.reuse_answer, name="reuse-answer"),
    path(
        "knowledge/<slug:slug>/reuse/<int:pk>/removal/", reuse.reuse_removal, name="reuse-removal"
    ),
    path("knowledge/<slug:slug>/check/", upkeep.article_check, name="article-check"),
    path("knowledge/<slug:slug>/check/date/", upkeep.article_check_date, name="article-check-date"),
    path("knowledge/<slug:slug>/check/question/", upkeep.article_ask, name="article-ask"),
    path("knowledge/<slug:slug>/check/flags/<int:pk>/", upkeep.flag_settle, name="article-flag"),
    path(
        "knowledge/<slug:slug>/check/handover/<int:pk>/",
        upkeep.article_handover,
        name="article-handover",
    ),
    path("knowledge/<slug:slug>/figures/new/", upkeep.figure_new, name="article-figure-new"),
    path(f"{STEP}citations/", evidence.plan_step_citations, name="plan-step-citations"),
    path(
        f"{STEP}citations/<int:citation>/removal/",
        evidence.plan_citation_removal,
        name="plan-citation-removal",
    ),
    path(
        f"{STEP}citations/<int:citation>/look/",
        evidence.plan_citation_look,
        name="plan-citation-look",
    ),
    path("feeds/knowledge.atom", public_articles, name="knowledge-feed"),
]
