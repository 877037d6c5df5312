from django.urls import path

from cities.twinning.plans import views

OF_GROUP = "twinning/groups/<slug:slug>/plan/"
OF_CITY = f"{OF_GROUP}<slug:city>/"

urlpatterns = [
    path(OF_GROUP, views.plan_list, name="plan-list"),
    path(OF_CITY, views.plan, name="plan"),
    path(f"{OF_CITY}writing/", views.plan_writing, name="plan-writing"),
    path(f"{OF_CITY}steps/new/", views.step_new, name="plan-step-new"),
    path(f"{OF_CITY}steps/<int:pk>/", views.step, name="plan-step"),
    path(f"{OF_CITY}steps/<int:pk>/place/", views.step_place, name="plan-step-place"),
    path(f"{OF_CITY}steps/<int:pk>/removal/", views.step_removal, name="plan-step-removal"),
    path(f"{OF_CITY}comments/", views.plan_comments, name="plan-comments"),
    path(
        f"{OF_CITY}comments/<int:pk>/resolution/",
        views.comment_resolution,
        name="plan-comment-resolution",
    ),
    path(f"{OF_CITY}versions/", views.plan_versions, name="plan-versions"),
    path(f"{OF_CITY}v/<int:number>/", views.plan_version, name="plan-version"),
    path(f"{OF_CITY}comparison/", views.plan_comparison, name="plan-comparison"),
    path(f"{OF_CITY}plan.docx", views.plan_docx, name="plan-docx"),
    path(f"{OF_CITY}plan.pdf", views.plan_pdf, name="plan-pdf"),
    path(f"{OF_CITY}signature/", views.plan_signature, name="plan-signature"),
    path(f"{OF_CITY}revision/", views.plan_revision, name="plan-revision"),
    path(f"{OF_CITY}publication/", views.plan_publication, name="plan-publication"),
    path(f"{OF_CITY}owner/", views.plan_owner, name="plan-owner"),
    path(f"{OF_CITY}follow-ups/<int:months>/", views.plan_follow_up, name="plan-follow-up"),
]
