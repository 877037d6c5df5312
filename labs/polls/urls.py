from django.urls import path

from labs.polls.views import conduct, editing, pages, voting

urlpatterns = [
    path("labs/polls/", pages.poll_list, name="poll-list"),
    path("labs/polls/new/", editing.poll_new, name="poll-new"),
    path("labs/polls/<slug:slug>/", pages.poll, name="poll"),
    path("labs/polls/<slug:slug>/edit/", editing.poll_edit, name="poll-edit"),
    path("labs/polls/<slug:slug>/vote/", voting.poll_vote, name="poll-vote"),
    path(
        "labs/polls/<slug:slug>/vote/<str:token>/",
        voting.poll_vote_by_link,
        name="poll-vote-by-link",
    ),
    path("labs/polls/<slug:slug>/reminder/", conduct.poll_reminder, name="poll-reminder"),
    path("labs/polls/<slug:slug>/decision/", conduct.poll_decision, name="poll-decision"),
    path(
        "labs/polls/<slug:slug>/cancellation/",
        conduct.poll_cancellation,
        name="poll-cancellation",
    ),
    path("labs/polls/<slug:slug>/messages/", conduct.poll_messages, name="poll-messages"),
]
