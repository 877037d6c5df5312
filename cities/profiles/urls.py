from django.urls import path

from cities.profiles import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.person_page, name="person"),
    path("settings/profile/", views.profile, name="own-profile"),
]
