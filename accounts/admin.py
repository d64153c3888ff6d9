"""People and businesses, for operators."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, ApiToken, AuditEntry, Membership, User

# Roles are memberships.
admin.site.unregister(Group)


class ReadOnly:
    """Shown, searched, never edited: what was derived or only ever added to."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    show_full_result_count = False


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    extra = 0


class Members(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(User)
class People(UserAdmin):
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["email", "password", "name"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Times"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "password1", "password2"]})]


@admin.register(Account)
class Accounts(admin.ModelAdmin):
    list_display = ["name", "uid", "time_zone", "language", "access_on_form", "created_at"]
    search_fields = ["name", "uid", "members__email"]
    readonly_fields = ["uid", "created_at"]
    inlines = [Members]


@admin.register(Membership)
class Memberships(admin.ModelAdmin):
    list_display = ["user", "account", "role"]
    list_filter = ["role"]
    list_select_related = ["user", "account"]
    search_fields = ["user__email", "account__name", "account__uid"]
    autocomplete_fields = ["user", "account"]


@admin.register(ApiToken)
class ApiTokens(ReadOnlyAdmin):
    """That there is one, and since when. Only its digest is stored, and that is not shown."""

    list_display = ["account", "token_key", "user", "created"]
    list_select_related = ["account", "user"]
    fields = ["account", "token_key", "user", "created"]
    search_fields = ["account__name", "account__uid"]


@admin.register(AuditEntry)
class Audit(ReadOnlyAdmin):
    list_display = ["at", "account", "user", "what"]
    list_select_related = ["account", "user"]
    search_fields = ["account__name", "account__uid", "user__email"]
    date_hierarchy = "at"
