from cities.twinning.plans.views.deciding import (
    plan_owner,
    plan_publication,
    plan_revision,
    plan_signature,
)
from cities.twinning.plans.views.reading import (
    plan,
    plan_comparison,
    plan_docx,
    plan_list,
    plan_pdf,
    plan_version,
    plan_versions,
)
from cities.twinning.plans.views.steps import step, step_new, step_place, step_removal
from cities.twinning.plans.views.talking import comment_resolution, plan_comments, plan_follow_up
from cities.twinning.plans.views.writing import plan_writing

__all__ = [
    "comment_resolution",
    "plan",
    "plan_comments",
    "plan_comparison",
    "plan_docx",
    "plan_follow_up",
    "plan_list",
    "plan_owner",
    "plan_pdf",
    "plan_publication",
    "plan_revision",
    "plan_signature",
    "plan_version",
    "plan_versions",
    "plan_writing",
    "step",
    "step_new",
    "step_place",
    "step_removal",
]
