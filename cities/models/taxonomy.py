"""Two axes (emission domains, levers of change) and the Open Academy's areas, as rows."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def is_swedish() -> bool:
    """Whether the reader's language is Swedish; all others get English names."""
    return (get_language() or "").startswith("sv")


class Term(models.Model):
    """One word of the taxonomy in both languages of the interface."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=80)
    name_sv = models.CharField(_("name in Swedish"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(getattr(self, self.name_field()))

    @staticmethod
    def name_field() -> str:
        """Where the name in the reader's language is."""
        return "name_sv" if is_swedish() else "name_en"


class Domain(Term):
    """Emission domain."""

    class Meta(Term.Meta):
        verbose_name = _("emission domain")
        verbose_name_plural = _("emission domains")


class Lever(Term):
    """Lever of change."""

    class Meta(Term.Meta):
        verbose_name = _("lever of change")
        verbose_name_plural = _("levers of change")


class KnowledgeArea(Term):
    """The one area in focus of a term."""

    class Meta(Term.Meta):
        verbose_name = _("knowledge area")
        verbose_name_plural = _("knowledge areas")
