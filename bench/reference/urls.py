from django.urls import path

from bench.reference import views

urlpatterns = [
    path("", views.newest, name="newest"),
    path("entries/<int:pk>/", views.newest, name="entry"),
    path("places/<str:name>/", views.newest, name="place"),
]
