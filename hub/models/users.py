from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub import access
from hub.enums import Listing, MailChoice, Theme

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def seen_by(user: "User | AnonymousUser", path: str = "") -> models.Q:
    """The one rule of who is known to be here; `path` leads from a row to the person: "user__".

    Colleagues know each other, visitors who chose it; who is unlisted is known to themselves,
    and a closed account to nobody.
    """
    if not user.is_authenticated:
        return models.Q(**{f"{path}is_active": True, f"{path}listing": Listing.PUBLIC})
    listed = ~models.Q(**{f"{path}listing": Listing.UNLISTED})
    return models.Q(**{f"{path}is_active": True}) & (listed | models.Q(**{f"{path}pk": user.pk}))


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User | AnonymousUser") -> "UserQuerySet":
        return self.filter(seen_by(user))

    def listed(self) -> "UserQuerySet":
        """Those who may be proposed to others, for a duty or as a co-author."""
        return self.exclude(listing=Listing.UNLISTED)

    def with_keys(self) -> "UserQuerySet":
        """Each person with all access keys, in the same query."""
        return self.annotate(**access.sources())

    def holding(self, *keys: str) -> "UserQuerySet":
        """Active people who hold at least one of the keys."""
        wanted = list(keys)
        if access.PUBLIC in wanted or access.SIGNED_IN in wanted:
            return self.with_keys().filter(is_active=True)
        held = models.Q()
        for name in access.names():
            held |= models.Q(**{f"{name}__overlap": wanted})
        own = [int(k.split(":")[1]) for k in wanted if k.startswith("user:")]
        held |= models.Q(pk__in=own)
        if access.ADMIN in wanted:
            held |= models.Q(is_admin=True)
        return self.with_keys().filter(held, is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_admin=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        user: User = self.get(email=normal_email(email or ""))
        return user


def normal_email(email: str) -> str:
    """One spelling per mailbox: NFKC, trimmed, lower case."""
    import unicodedata

    return unicodedata.normalize("NFKC", email).strip().lower()


class User(AbstractBaseUser):
    """A person with an account; what they may do hangs on memberships."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, default="sv")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Stockholm")
    theme = models.CharField(_("appearance"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    mail_notes = models.CharField(
        _("mail about news in my inbox"),
        max_length=10,
        choices=MailChoice,
        default=MailChoice.AT_ONCE,
    )
    listing = models.CharField(
        _("who may know that you are here"),
        max_length=10,
        choices=Listing,
        default=Listing.SIGNED_IN,
        db_default=Listing.SIGNED_IN,
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_admin = models.BooleanField(_("platform admin"), default=False)
    is_sample = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(
                name="user_listing_known", condition=models.Q(listing__in=Listing.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email.split("@")[0]

    @property
    def subject(self) -> str:
        return f"person:{self.pk}"

    @property
    def is_listed(self) -> bool:
        return self.is_active and self.listing != Listing.UNLISTED

    @cached_property
    def access_keys(self) -> frozenset[str]:
        """All access keys held now; free where the row came through `with_keys()`."""
        names = access.names()
        if names and not all(hasattr(self, name) for name in names):
            row = User.objects.with_keys().values(*names).get(pk=self.pk)
            found = [row[name] for name in names]
        else:
            found = [getattr(self, name) for name in names]
        keys = {access.PUBLIC, access.SIGNED_IN, access.key("user", self.pk)}
        if self.is_admin:
            keys.add(access.ADMIN)
        for part in found:
            keys.update(part or ())
        return frozenset(keys)

    #: Both set on the person of a request only (hub.backends).
    has_second_factor = False
    awaits_second_factor = False

    def hold_back_privileges(self) -> None:
        """Leave the privileged keys out for this request, until there is a second factor."""
        held = self.access_keys
        self.access_keys = frozenset(k for k in held if not access.is_privileged(k))
        self.awaits_second_factor = self.access_keys != held

    # Django's admin asks these three.
    @property
    def is_staff(self) -> bool:
        return access.ADMIN in self.access_keys

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
