from django.urls import path

from hub.moderation import views

urlpatterns = [
    path("reports/", views.report_list, name="report-list"),
    path("reports/about/<str:subject>/", views.report_new, name="report-new"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/decision/", views.report_decision, name="report-decision"),
    path("reports/<int:pk>/appeal/", views.report_appeal, name="report-appeal"),
    path("reports/<int:pk>/appeal/decision/", views.appeal_decision, name="appeal-decision"),
]
