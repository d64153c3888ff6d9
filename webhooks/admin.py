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
from webhooks import replay
from webhooks.models import Event, Mention
from webhooks.pages import readable


@admin.register(Event)
class Events(ReadOnlyAdmin):
    list_display = ["received_at", "type", "status", "account", "attempts", "outcome"]
    list_filter = ["status", "type", "kind", "gateway__mode"]
    list_select_related = ["gateway__account", "order"]
    search_fields = ["event_id", "order__uid", "order__razorpay_order_id", "gateway__key_id"]
    search_help_text = gettext_lazy("Event ID, order or key ID")
    ordering = ["-pk"]
    actions = ["process_again"]
    exclude = ["body", "body_sha256", "secret", "claimed_by", "claimed_until"]
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
        return format_html("<pre>{}</pre>", readable(bytes(event.body)))

    @admin.action(description=gettext_lazy("Process again"), permissions=["view"])
    def process_again(self, request: HttpRequest, events: QuerySet[Event]) -> None:
        """As if they had just come; what is being processed already is left alone."""
        opened = replay.process_again(Event.objects.filter(pk__in=events.values("pk")))
        said = ngettext(
            "%(n)s event is being processed again.",
            "%(n)s events are being processed again.",
            opened,
        )
        level = messages.SUCCESS if opened else messages.WARNING
        self.message_user(request, said % {"n": opened}, level)
        if opened < events.count():
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
