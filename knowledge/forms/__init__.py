from knowledge.forms.annotations import AnnotationForm, PassageForm
from knowledge.forms.articles import ArchiveForm, ArticleForm, PictureForm
from knowledge.forms.comments import CommentForm, RemovalForm
from knowledge.forms.filters import FilterForm
from knowledge.forms.reviews import RemarkForm, SendBackForm
from knowledge.forms.versions import ReadForm, RestoreForm

__all__ = [
    "AnnotationForm",
    "ArchiveForm",
    "ArticleForm",
    "CommentForm",
    "FilterForm",
    "PassageForm",
    "PictureForm",
    "ReadForm",
    "RemarkForm",
    "RemovalForm",
    "RestoreForm",
    "SendBackForm",
]
