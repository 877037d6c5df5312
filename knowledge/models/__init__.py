from knowledge.models.annotations import Passage
from knowledge.models.answers import Answer
from knowledge.models.articles import Article, Authorship
from knowledge.models.attachments import Attachment
from knowledge.models.comments import Comment, EarlierComment
from knowledge.models.drafts import WorkingDraft
from knowledge.models.plan_citations import PlanAlarm, PlanCitation
from knowledge.models.readings import Reading
from knowledge.models.reuse import Reuse, ReuseStep
from knowledge.models.reviews import Remark, Review
from knowledge.models.revisions import Revision
from knowledge.models.translations import Rendering, Translation, TranslationJob
from knowledge.models.upkeep import Confirmation, Flag, Handover, Link

__all__ = [
    "Answer",
    "Article",
    "Attachment",
    "Authorship",
    "Comment",
    "Confirmation",
    "EarlierComment",
    "Flag",
    "Handover",
    "Link",
    "Passage",
    "PlanAlarm",
    "PlanCitation",
    "Reading",
    "Remark",
    "Rendering",
    "Reuse",
    "ReuseStep",
    "Review",
    "Revision",
    "Translation",
    "TranslationJob",
    "WorkingDraft",
]
