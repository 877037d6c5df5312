from django.urls import path

from cities.asking import views

urlpatterns = [
    path("people/<int:pk>/question/", views.question, name="person-question"),
    path("people/questions/", views.inquiry_list, name="inquiry-list"),
    path("people/questions/<int:pk>/", views.inquiry, name="inquiry"),
    path("people/questions/<int:pk>/answer/", views.answer, name="inquiry-answer"),
    path("people/questions/<int:pk>/refusal/", views.refusal, name="inquiry-refusal"),
    path("people/questions/<int:pk>/return/", views.taking_again, name="inquiry-return"),
    path("people/questions/by-mail/<str:token>/", views.reply, name="inquiry-reply"),
]
