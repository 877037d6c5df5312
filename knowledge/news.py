"""What people hear of that follow a text, a need or a plan, in one sentence each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

#: By verb; {actor} and {title} are put in for each reader.
SENTENCES: dict[str, Any] = {
    "article.published": _("{actor} published “{title}”"),
    "article.revised": _("{actor} changed “{title}”"),
    "article.renewed": _("{actor} published a new version of “{title}”"),
    "article.archived": _("{actor} archived “{title}”"),
    "article.returned": _("{actor} brought “{title}” back"),
    "article.commented": _("{actor} commented on “{title}”"),
    "article.answered": _("{actor} answered a comment on “{title}”"),
    "reuse.declared": _("{actor} told that a city takes up “{title}”"),
    "reuse.changed": _("{actor} told how it goes with “{title}”"),
    "reuse.answered": _("{actor} answered that a city takes up “{title}”"),
    "review.sent": _("{actor} sent in “{title}” for review"),
    "review.remarked": _("{actor} remarked on “{title}”, which is in review"),
    "review.sent-back": _("{actor} sent back “{title}”"),
    "review.withdrawn": _("{actor} took “{title}” back from review"),
    "article.noted": _("{actor} wrote a note on a passage of “{title}”"),
    "article.note-resolved": _("{actor} resolved a note on “{title}”"),
    "article.note-reopened": _("{actor} took up a note on “{title}” again"),
    "article.doubted": _("{actor} marked “{title}” as possibly out of date"),
    "article.figure-reported": _("{actor} knows a newer figure for “{title}”"),
    "article.figure-taken": _("{actor} takes your figure into “{title}”"),
    "article.figure-declined": _("{actor} declined your figure for “{title}”"),
    "article.handed-over": _("{actor} answers for “{title}” from now on"),
    "article.handover-declined": _("{actor} declined to answer for “{title}”"),
    "translation.published": _("{actor} published a translation: “{title}”"),
    "translation.outdated": _(
        "{actor} changed the original of “{title}”: the translation is outdated"
    ),
    "translation.made": _("The machine has translated “{title}”"),
    "translation.failed": _("The machine could not translate “{title}”"),
    "need.answered": _("{actor} answered: “{title}”"),
    "need.judged": _("{actor} looked at an answer to “{title}”"),
    "plan.evidence-changed": _("{title}: a text your plan builds on has changed"),
    "plan.evidence-outdated": _("{title}: a text your plan builds on may be out of date"),
    "plan.evidence-stopped": _("{title}: a city has stopped using a text that your plan builds on"),
    "plan.evidence-gone": _("{title}: a text your plan builds on is no longer there"),
}
