"""What the platform admin repairs by hand; everything else has pages of its own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hub import people
from hub.actions.people import disable_person, enable_person
from hub.models import Event, Invitation, User
from hub.requests import person


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts come by invitation and are closed, never deleted: what they wrote stays theirs."""

    list_display = ("name", "email", "is_active", "is_admin", "joined_at")
    list_filter = ("is_active", "is_admin", "language")
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = ("name", "email", "language", "time_zone", "is_active", "is_admin", "joined_at")
    readonly_fields = ("email", "joined_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            switch = enable_person if obj.is_active else disable_person
            switch(person=obj, by=person(request))
        elif "name" in form.changed_data:
            people.changed(obj)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ("email", "invited_by", "invited_at", "state", "accepted_at", "revoked_at")
    search_fields = ("email",)
    # The token would let the admin in under another name.
    fields = ("email", "name", "invited_by", "invited_at", "expires_at", "accepted_at")


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ("created_at", "verb", "actor", "title")
    list_filter = ("verb",)
    search_fields = ("title",)
    list_select_related = ("actor",)
    fields = ("created_at", "verb", "actor", "title", "text", "url", "audience", "subjects")
