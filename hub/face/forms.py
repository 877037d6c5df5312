"""How forms are drawn: label, help, error and field tied together."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Uses the project's own templates, so that every form looks the same."""

    form_template_name = "django/forms/hub_form.html"
    field_template_name = "django/forms/hub_field.html"
