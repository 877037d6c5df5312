from django.urls import path

from cities.needs import views

urlpatterns = [
    path("needs/", views.need_list, name="need-list"),
    path("cities/<slug:slug>/wishes/", views.wish_new, name="wish-new"),
    path("cities/<slug:slug>/questions/", views.question_new, name="question-new"),
    path("cities/<slug:slug>/wishes/<int:pk>/", views.wish, name="wish"),
    path("cities/<slug:slug>/wishes/<int:pk>/closing/", views.wish_closing, name="wish-closing"),
    path("cities/<slug:slug>/wishes/<int:pk>/return/", views.wish_return, name="wish-return"),
]
