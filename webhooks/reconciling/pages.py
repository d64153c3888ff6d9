"""The seller's pages of comparisons: how far each is, what it brought, and "compare now"."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import listing
from accounts.access import member_required
from accounts.middleware import SellerRequest
from gateways.models import Gateway, Reconciliation
from webhooks.reconciling import ending, runs
from webhooks.reconciling.forms import CompareForm
from webhooks.reconciling.places import Place


def of_account(request: SellerRequest) -> QuerySet[Reconciliation]:
    """The account's runs; every look-up starts here."""
    mine = Reconciliation.objects.filter(gateway__account=request.account)
    return mine.select_related("gateway", "made_by")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@member_required
def run_list(request: SellerRequest) -> HttpResponse:
    """All runs; whoever may change things may begin one."""
    gateways = Gateway.objects.connected().filter(account=request.account).order_by("mode", "pk")
    if request.method == "POST" and not request.membership.may_change:
        raise PermissionDenied(_("With your role you may look, and not change."))
    form = CompareForm(request.POST if request.method == "POST" else None, gateways)
    if request.method == "POST" and form.is_valid():
        return begin(request, form)
    context = {
        "page": listing.page(request, of_account(request)),
        "form": form,
        "gateways": gateways,
        "may_change": request.membership.may_change,
    }
    return render(request, "webhooks/reconciling/list.html", context)


def begin(request: SellerRequest, form: CompareForm) -> HttpResponse:
    """One at a time: whoever presses twice is led to the first."""
    run, is_new = runs.begin_by_hand(
        form.cleaned_data["gateway"],
        user=request.user,
        questions=form.questions,
        **form.asked_for,
    )
    if is_new:
        messages.success(request, _("The comparison begins within a minute."))
    elif form.is_about(run):
        messages.info(request, _("This comparison is not finished yet."))
    else:
        said = _(
            "Another comparison is not finished yet, so yours was not begun."
            " Wait for it, or stop it."
        )
        messages.warning(request, said)
    return redirect("webhooks:reconciliation", run.uid)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@member_required
def run(request: SellerRequest, uid: str) -> HttpResponse:
    """One run and what it brought. Posted to, it is stopped."""
    found = get_object_or_404(of_account(request), uid=uid)
    if request.method == "POST":
        return stop(request, found)
    brought = found.events.select_related("order").defer("body")
    context = {
        "run": found,
        "place": Place.of(found.place),
        "page": listing.page(request, brought),
        "may_stop": may_stop(request, found),
    }
    return render(request, "webhooks/reconciling/run.html", context)


def stop(request: SellerRequest, run: Reconciliation) -> HttpResponse:
    if not request.membership.may_change:
        raise PermissionDenied(_("With your role you may look, and not change."))
    if may_stop(request, run) and ending.stop_by_hand(run, request.user):
        messages.success(request, _("Stopped. What was fetched stays in the books."))
    else:
        messages.info(request, _("This comparison cannot be stopped, or it has ended already."))
    return redirect("webhooks:reconciliation", run.uid)


def may_stop(request: SellerRequest, run: Reconciliation) -> bool:
    """Those that a person began: the daily ones keep nobody from comparing."""
    is_open = run.finished_at is None and run.made_by is not None
    return is_open and request.membership.may_change
