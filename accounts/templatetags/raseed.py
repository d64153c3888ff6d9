"""How pages show icons, times and states. One way each."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import get_timezone, get_timezone_name
from django import template
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite; the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def when(moment: datetime | int | None) -> str | SafeString:
    """A time as people say it: "today, 14:58", "22 Nov, 09:05", "22 Nov 2025, 09:05"."""
    if moment is None:
        return ""
    if isinstance(moment, int):
        moment = datetime.fromtimestamp(moment, UTC)
    local, now = timezone.localtime(moment), timezone.localtime()
    clock = date_format(local, "H:i")
    days = (now.date() - local.date()).days
    if days == 0:
        said = _("today, %(time)s") % {"time": clock}
    elif days == 1:
        said = _("yesterday, %(time)s") % {"time": clock}
    elif days == -1:
        said = _("tomorrow, %(time)s") % {"time": clock}
    else:
        said = date_format(local, "j M, H:i" if local.year == now.year else "j M Y, H:i")
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), said)


@register.filter
def on_day(moment: datetime | int | None) -> str | SafeString:
    """As `when`; with the day of the week while it is less than a week away: "Fri 27 Nov, 9:05"."""
    if isinstance(moment, int):
        moment = datetime.fromtimestamp(moment, UTC)
    away = (timezone.localtime(moment).date() - timezone.localdate()).days if moment else 0
    if moment is None or not 1 < away < 7:
        return when(moment)
    local = timezone.localtime(moment)
    said = date_format(local, "D j M, H:i")
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), said)


@register.filter
def zone_name(zone: str) -> str:
    """A time zone as people call it: "India Time"."""
    language = (translation.get_language() or "en").split("-")[0]
    return get_timezone_name(get_timezone(zone), width="long", locale=language)


# Status words -> (kind of badge, icon).
BADGES = {
    "parked": ("bad", "player-pause"),
    "unmatched": ("wait", "unlink"),
    "foreign": ("bad", "alert-triangle"),
    "unreadable": ("bad", "x"),
    "ignored": ("over", "minus"),
    "received": ("wait", "clock"),
    "paid": ("good", "check"),
    "captured": ("good", "check"),
    "active": ("good", "check"),
    "open": ("good", "check"),
    "attempted": ("wait", "clock"),
    "authorized": ("wait", "clock"),
    "authenticated": ("wait", "clock"),
    "pending": ("wait", "clock"),
    "created": ("over", "minus"),
    "draft": ("over", "minus"),
    "issued": ("wait", "clock"),
    "partially_paid": ("wait", "clock"),
    "failed": ("bad", "x"),
    "halted": ("bad", "player-pause"),
    "paused": ("wait", "player-pause"),
    "scheduled": ("plan", "calendar"),
    "partially_refunded": ("over", "minus"),
    "refunded": ("over", "minus"),
    "cancelled": ("over", "minus"),
    "completed": ("over", "check"),
    "expired": ("over", "minus"),
    "archived": ("over", "minus"),
}


@register.simple_tag
def state(value: str, label: str) -> SafeString:
    """A state: quiet where it is the normal case, a badge where it differs."""
    kind, picture = BADGES.get(value, ("", "check"))
    style = f"badge-state {kind}" if kind else "quiet-state"
    return format_html('<span class="{}">{} {}</span>', style, icon(picture), label)
