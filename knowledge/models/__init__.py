from knowledge.models.annotations import Passage
from knowledge.models.articles import Article, Authorship
from knowledge.models.attachments import Attachment
from knowledge.models.comments import Comment, EarlierComment
from knowledge.models.drafts import WorkingDraft
from knowledge.models.revisions import Revision

__all__ = [
    "Article",
    "Attachment",
    "Authorship",
    "Comment",
    "EarlierComment",
    "Passage",
    "Revision",
    "WorkingDraft",
]
