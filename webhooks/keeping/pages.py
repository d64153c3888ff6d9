"""Settings > Data: for how long raw events are kept, and the inbox as a file. For owners."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import member_required, owner_required
from accounts.middleware import SellerRequest
from accounts.models import Account, User
from gateways.models import Gateway
from orders import auditing
from webhooks.keeping import exporting
from webhooks.keeping.dropping import LONGEST, SHORTEST

CHANGED = gettext_noop("Raw events are now kept for %(present)s days (before: %(former)s).")
EXPORTED = gettext_noop("The inbox was downloaded.")
DAYS = gettext_lazy("Give a whole number of days, from 30 to 3650.")


class KeepingForm(forms.Form):
    """How many days."""

    days = forms.IntegerField(
        label=gettext_lazy("Raw events are kept for this many days"),
        min_value=SHORTEST,
        max_value=LONGEST,
        error_messages={
            "required": DAYS, "invalid": DAYS, "min_value": DAYS, "max_value": DAYS,
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@member_required
def data(request: SellerRequest) -> HttpResponse:
    """Shown to every member, saved for owners."""
    may_manage = request.membership.may_manage
    if request.method == "POST":
        if not may_manage:
            raise PermissionDenied(_("Only an owner of the account may do this."))
        form = KeepingForm(request.POST)
        if form.is_valid():
            change(request.account, request.user, form.cleaned_data["days"])
            messages.success(request, _("Saved."))
            return redirect("webhooks:data")
    else:
        form = KeepingForm(initial={"days": request.account.keep_bodies_days})
    return render(request, "webhooks/data.html", {"form": form, "may_manage": may_manage})


@transaction.atomic
def change(account: Account, user: User, days: int) -> None:
    """Another period, with a line in the account's log."""
    held = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    former = held.keep_bodies_days
    if days == former:
        return
    held.keep_bodies_days = days
    held.save(update_fields=["keep_bodies_days"])
    if days > former:
        # Events that were open when the walk passed them are younger than the new period.
        Gateway.objects.filter(account=held).update(bodies_dropped_to=0)
    auditing.note(held, user, CHANGED, former=former, present=days)


@require_GET
@never_cache
@owner_required
def download(request: SellerRequest) -> HttpResponse:
    """The whole inbox of the account, as it is read."""
    auditing.note(request.account, request.user, EXPORTED)
    lines = exporting.of_account(request.account)
    response = StreamingHttpResponse(lines, content_type="application/jsonl")
    name = f"raseed-inbox-{timezone.localdate():%Y-%m-%d}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response  # type: ignore[return-value]
