"""Settings > Selling: what holds for all that an account sells. Owners change it, members look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import member_required
from accounts.middleware import SellerRequest
from accounts.models import Account, AuditEntry, User
from accounts.sentences import say

# What the account's log says of each change.
SWITCHED = {
    ("access_on_form", True): gettext_noop("Access now starts as soon as the order form is sent."),
    ("access_on_form", False): gettext_noop("Access now starts with the money."),
    ("buyers_may_cancel", True): gettext_noop("Buyers may now cancel their subscriptions."),
    ("buyers_may_cancel", False): gettext_noop("Buyers may no longer cancel their subscriptions."),
    ("razorpay_mails_buyers", True): gettext_noop(
        "Razorpay, too, now writes to buyers of new subscriptions about failed charges."
    ),
    ("razorpay_mails_buyers", False): gettext_noop(
        "Only Raseed now writes to buyers of new subscriptions about failed charges."
    ),
}
SET = {
    "language": gettext_noop("Language of mails changed from %(former)s to %(present)s."),
    "time_zone": gettext_noop("Time zone changed from %(former)s to %(present)s."),
}
WRITERS = {
    "": gettext_lazy("Raseed (recommended)"),
    "on": gettext_lazy("Razorpay as well"),
}

if TYPE_CHECKING:
    AccountForm = forms.ModelForm[Account]
else:
    AccountForm = forms.ModelForm


class SellingForm(AccountForm):
    """The account's switches, and how it speaks."""

    class Meta:
        model = Account
        fields = [
            "access_on_form", "buyers_may_cancel", "razorpay_mails_buyers", "language", "time_zone",
        ]  # fmt: skip
        help_texts = {
            "access_on_form": gettext_lazy(
                "Otherwise access starts with the money. It holds for orders from now on, and "
                "lasts at most 4 days without a payment."
            ),
            "buyers_may_cancel": gettext_lazy(
                "At the end of the paid period, under “My purchases”. Otherwise they are asked to "
                "write to you."
            ),
            "language": gettext_lazy("Of mails to you, and to buyers who chose none."),
            "time_zone": gettext_lazy("In which your pages and mails show times."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label,
            help_text=self.fields["time_zone"].help_text,
            choices=zones,
        )
        self.fields["razorpay_mails_buyers"] = forms.ChoiceField(
            label=_("Who writes to buyers about failed charges"),
            choices=WRITERS.items(),
            required=False,
            widget=forms.RadioSelect,
        )
        both = self.instance.razorpay_mails_buyers
        self.initial["razorpay_mails_buyers"] = "on" if both else ""

    def clean_razorpay_mails_buyers(self) -> bool:
        return bool(self.cleaned_data["razorpay_mails_buyers"])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@member_required
def selling(request: SellerRequest) -> HttpResponse:
    """Shown to every member, saved for owners."""
    may_manage = request.membership.may_manage
    if request.method == "POST":
        if not may_manage:
            raise PermissionDenied(_("Only an owner of the account may do this."))
        form = SellingForm(request.POST, instance=request.account)
        if form.is_valid():
            save(form, request.user)
            messages.success(request, _("Saved."))
            return redirect("accounts:selling")
    else:
        form = SellingForm(instance=request.account)
    context = {"form": form, "may_manage": may_manage}
    return render(request, "accounts/selling.html", context)


@transaction.atomic
def save(form: SellingForm, user: User) -> None:
    """Save what was changed, with a line in the account's log for each."""
    account = Account.objects.select_for_update().get(pk=form.instance.pk)
    former = {name: getattr(account, name) for name in form.fields}
    present = form.cleaned_data
    changed = [name for name in form.fields if former[name] != present[name]]
    for name in changed:
        setattr(account, name, present[name])
    if changed:
        account.save(update_fields=changed)
    AuditEntry.objects.bulk_create(lines(account, user, former, present, changed))


def lines(
    account: Account, user: User, former: dict[str, Any], present: dict[str, Any], names: list[str]
) -> Iterator[AuditEntry]:
    for name in names:
        if name in SET:
            what = say(SET[name], former=former[name], present=present[name])
        else:
            what = say(SWITCHED[name, present[name]])
        yield AuditEntry(account=account, user=user, what=what)
