from knowledge.forms.articles import ArchiveForm, ArticleForm, PictureForm
from knowledge.forms.comments import CommentForm, RemovalForm
from knowledge.forms.filters import FilterForm

__all__ = [
    "ArchiveForm",
    "ArticleForm",
    "CommentForm",
    "FilterForm",
    "PictureForm",
    "RemovalForm",
]
