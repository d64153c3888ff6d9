"""Who works here: people, the businesses they work for, and what they may do there."""

from __future__ import annotations

import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager
from knox.settings import CONSTANTS

from accounts.fields import UidField
from accounts.sentences import SentenceField


def normal_email(address: str) -> str:
    """The one form in which an e-mail address is stored and compared."""
    return address.strip().lower()


class UserManager(BaseUserManager["User"]):
    """People are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=normal_email(email or ""))


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person who signs in: a seller's member or an operator."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        # allauth notes addresses in a table of its own and lets in whoever names one of them: a
        # former address must not stay there.
        self.emailaddress_set.exclude(email=self.email).delete()  # type: ignore[attr-defined]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Forms ask this before they ask whether an address is taken."""
        return normal_email(username)

    def get_full_name(self) -> str:
        return str(self)

    @property
    def initials(self) -> str:
        """At most two letters for the round badge in the top bar."""
        return "".join(word[0] for word in str(self).split()[:2]).upper()


def check_time_zone(name: str) -> None:
    """Refuse a zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class Account(models.Model):
    """A seller's business. Everything that is sold, paid and opened belongs to exactly one."""

    uid = UidField(prefix="act")
    name = models.CharField(_("business name"), max_length=150)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Kolkata", validators=[check_time_zone]
    )
    language = models.CharField(
        _("language of mails"),
        max_length=5,
        default="en",
        choices=[("en", "English"), ("hi", "हिन्दी")],
    )
    # Razorpay writes to buyers of failed charges as well; Raseed always does.
    razorpay_mails_buyers = models.BooleanField(default=False)
    access_on_form = models.BooleanField(
        _("give access as soon as the order form is sent"),
        default=False,
        help_text=_("Otherwise access starts with the money."),
    )
    buyers_may_cancel = models.BooleanField(
        _("buyers may cancel their subscriptions themselves"),
        default=True,
        help_text=_("At the end of the paid period, under “My purchases”."),
    )
    # Days after which the raw bodies of events are dropped; what was merged of them stays.
    keep_bodies_days = models.PositiveSmallIntegerField(
        _("days for which the raw events are kept"), default=180
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members: models.ManyToManyField[User, Membership] = models.ManyToManyField(
        User, through="Membership", related_name="accounts"
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone in which this account's pages show times."""
        return zoneinfo.ZoneInfo(self.time_zone)


class Membership(models.Model):
    """One person's role in one account."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        STAFF = "staff", _("staff")
        READ_ONLY = "read_only", _("read-only")

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.OWNER)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "user"], name="one_role_per_account_and_user"
            )
        ]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.account}"

    @property
    def may_manage(self) -> bool:
        """Owners alone touch keys and secrets."""
        return self.role == self.Role.OWNER

    @property
    def may_change(self) -> bool:
        """Owners and staff sell, refund and help customers; others only look."""
        return self.role != self.Role.READ_ONLY


class ApiToken(AbstractAuthToken):
    """The one API token of an account; only its digest is stored."""

    # knox would have the digest for a primary key, and so in addresses, logs and browsers' history.
    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, unique=True)
    account = models.OneToOneField(Account, models.CASCADE, related_name="api_token")
    objects: ClassVar[AuthTokenManager] = AuthTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.account}: {self.token_key}…"


class AuditEntry(models.Model):
    """Who changed what in an account's settings, and when. Rows are only ever added."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="audit")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    what = SentenceField()

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="audit_newest_first")]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
