from django.urls import path

from cities.twinning.workspace import views

OF = "twinning/groups/<slug:slug>/"

urlpatterns = [
    path("twinning/fit/<str:token>/", views.fit_answer, name="fit-answer"),
    path(f"{OF}milestones/<int:pk>/", views.milestone, name="group-milestone"),
    path(
        f"{OF}milestones/<int:pk>/reopening/",
        views.milestone_reopening,
        name="group-milestone-reopening",
    ),
    path(f"{OF}goals/new/", views.goal_new, name="group-goal-new"),
    path(f"{OF}goals/<int:pk>/", views.goal, name="group-goal"),
    path(f"{OF}files/", views.files, name="group-files"),
    path(f"{OF}files/<int:pk>/", views.file, name="group-file"),
    path(f"{OF}files/<int:pk>/removal/", views.file_removal, name="group-file-removal"),
    path(f"{OF}log/", views.log, name="group-log"),
    path(f"{OF}next-action/", views.next_action, name="group-action"),
    path(f"{OF}next-action/completion/", views.action_completion, name="group-action-completion"),
    path(f"{OF}template/", views.template, name="group-template"),
    path(f"{OF}handover/<slug:city>/", views.handover, name="group-handover"),
    path(f"{OF}fit/<int:month>/", views.fit, name="group-fit"),
]
