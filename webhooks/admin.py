"""The inbox, for operators: read-only, with filter, search and "process again"."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import ReadOnlyAdmin
from gateways.razorpay import events
from webhooks import bodies, replay
from webhooks.models import Assignment, Event, Mention, Rebuild


class ByType(admin.SimpleListFilter):
    """The types we act on. Those that are stored would have to be gathered from the whole inbox."""

    title = gettext_lazy("event")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in (*events.EVENTS, *events.EXTRA)]

    def queryset(self, request: HttpRequest, rows: QuerySet[Event]) -> QuerySet[Event]:
        return rows.filter(type=self.value()) if self.value() else rows


@admin.register(Event)
class Events(ReadOnlyAdmin):
    list_display = ["received_at", "type", "status", "account", "attempts", "outcome"]
    list_filter = ["status", ByType, "kind", "gateway__mode"]
    list_select_related = ["gateway__account"]
    # Whole ids: the inbox grows for ever, and a part of a word is looked for in all of it.
    search_fields = [
        "event_id__exact",
        "order__uid__exact",
        "order__razorpay_order_id__exact",
        "order__payments__razorpay_payment_id__exact",
        "gateway__key_id__exact",
    ]
    search_help_text = gettext_lazy("Event ID, order, payment or key ID")
    ordering = ["-pk"]
    actions = ["process_again"]
    exclude = ["body", "kept", "body_sha256", "secret", "claimed_by", "claimed_until"]
    readonly_fields = ["text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        rows: QuerySet[Event] = super().get_queryset(request)
        match = request.resolver_match
        listing = match is not None and str(match.url_name).endswith("changelist")
        return rows.defer("body") if listing else rows

    @admin.display(description=gettext_lazy("account"))
    def account(self, event: Event) -> str:
        return event.gateway.account.name

    @admin.display(description=gettext_lazy("as Razorpay sent it"))
    def text(self, event: Event) -> SafeString:
        return format_html("<pre>{}</pre>", bodies.shown(event))

    def has_process_permission(self, request: HttpRequest) -> bool:
        """Whoever may change events: the rows are nobody's to edit, and looking is not enough."""
        return request.user.has_perm("webhooks.change_event")

    @admin.action(description=gettext_lazy("Process again"), permissions=["process"])
    def process_again(self, request: HttpRequest, chosen: QuerySet[Event]) -> None:
        """As if they had just come; what is being processed already is left alone."""
        asked = chosen.count()  # before they change, and perhaps leave the filter
        opened = replay.process_again(Event.objects.filter(pk__in=chosen.values("pk")))
        said = ngettext(
            "%(n)s event is being processed again.",
            "%(n)s events are being processed again.",
            opened,
        )
        level = messages.SUCCESS if opened else messages.WARNING
        self.message_user(request, said % {"n": opened}, level)
        if opened < asked:
            self.message_user(
                request,
                _("Events that are open, ignored or unreadable were left alone."),
                messages.INFO,
            )


@admin.register(Mention)
class Mentions(ReadOnlyAdmin):
    list_display = ["razorpay_id", "event", "gateway"]
    list_select_related = ["event", "gateway"]
    search_fields = ["razorpay_id"]


@admin.register(Assignment)
class Assignments(ReadOnlyAdmin):
    list_display = ["razorpay_payment_id", "order", "gateway", "user", "at", "undone_at"]
    list_select_related = ["order", "gateway", "user"]
    search_fields = ["razorpay_payment_id", "razorpay_order_id", "order__uid"]


@admin.register(Rebuild)
class Rebuilds(ReadOnlyAdmin):
    list_display = [
        "account", "started_at", "finished_at", "how_much", "events", "rows", "difference_count",
    ]  # fmt: skip
    list_select_related = ["account"]
    search_fields = ["account__uid", "account__name"]
    readonly_fields = ["how_much"]
    exclude = ["orders", "reached"]

    @admin.display(description=gettext_lazy("Looked at"))
    def how_much(self, rebuild: Rebuild) -> str:
        """All, or what belongs to so many orders."""
        n = rebuild.orders
        return _("All") if n is None else ngettext("%(n)s order", "%(n)s orders", n) % {"n": n}
