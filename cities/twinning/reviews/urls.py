from django.urls import path

from cities.twinning.reviews import views

CALL = "twinning/calls/<slug:slug>/"
BOARD = f"{CALL}reviewing/"
ONE = f"{CALL}reviews/<int:pk>/"

urlpatterns = [
    path(f"{CALL}reviews/", views.review_list, name="application-review-list"),
    path(ONE, views.review, name="application-review"),
    path(f"{ONE}files/<int:file>/", views.review_file, name="application-review-file"),
    path(f"{ONE}conflict/", views.review_conflict, name="application-review-conflict"),
    path(f"{ONE}abstention/", views.review_abstention, name="application-review-abstention"),
    path(BOARD, views.review_board, name="application-review-board"),
    path(f"{BOARD}proposal/", views.review_proposal, name="application-review-proposal"),
    path(f"{BOARD}<int:pk>/removal/", views.review_removal, name="application-review-removal"),
]
