"""Settings > Payment gateways: list, add, change, in the manner of Django admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import member_required, owner_required
from accounts.middleware import SellerRequest
from gateways import addresses, connecting, rotation
from gateways.checking import NotConnected
from gateways.forms import KeysForm
from gateways.health import Health
from gateways.models import Gateway, Problem, WebhookSecret


def ours(request: SellerRequest, uid: str) -> Gateway:
    """The account's own gateway, else 404: a stranger's is not told from none."""
    return get_object_or_404(Gateway, account=request.account, uid=uid)


def of_connected(
    view: Callable[[SellerRequest, Gateway], HttpResponse],
) -> Callable[[SellerRequest, str], HttpResponse]:
    """One that is disconnected, perhaps just now by somebody else, is shown and not changed."""

    @wraps(view)
    def checked(request: SellerRequest, uid: str) -> HttpResponse:
        gateway = ours(request, uid)
        try:
            return view(request, gateway) if gateway.is_connected else redirect(gateway)
        except Gateway.DoesNotExist:
            return redirect(gateway)

    return checked


@require_safe
@never_cache
@member_required
def gateway_list(request: SellerRequest) -> HttpResponse:
    connected_first = F("disconnected_at").desc(nulls_first=True)
    gateways = Gateway.objects.filter(account=request.account).order_by(connected_first, "pk")
    shown = [(gateway, Health.of(gateway)) for gateway in gateways]
    return render(request, "gateways/list.html", {"gateways": shown})


@require_safe
@never_cache
@member_required
def add(request: SellerRequest) -> HttpResponse:
    """Which kind of gateway? There is one."""
    return render(request, "gateways/add.html")


@never_cache
@owner_required
def connect(request: SellerRequest) -> HttpResponse:
    """Check the keys with Razorpay; nothing is saved unless it accepts them."""
    form = KeysForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            gateway = connecting.connect(request.account, **form.keys, user=request.user)
        except NotConnected as error:
            form.refuse(error)
        else:
            messages.success(request, connected_words(gateway))
            return redirect(gateway)
    form.focus_first_error()
    return render(request, "gateways/connect.html", {"form": form})


def connected_words(gateway: Gateway) -> str:
    if gateway.mode == "live":
        return _("Razorpay accepted the keys. Connected in live mode: real money moves.")
    return _("Razorpay accepted the keys. Connected in test mode: no real money moves.")


@require_safe
@never_cache
@member_required
def change(request: SellerRequest, uid: str) -> HttpResponse:
    return render(request, "gateways/change.html", page(request, ours(request, uid)))


@require_safe
@never_cache
@member_required
def health(request: SellerRequest, uid: str) -> HttpResponse:
    """The parts of the page that change by themselves; asked for every few seconds."""
    return render(request, "gateways/health.html", page(request, ours(request, uid)))


def page(request: SellerRequest, gateway: Gateway) -> dict[str, Any]:
    """What the gateway's page shows."""
    secrets = list(WebhookSecret.objects.filter(gateway=gateway).live())
    return {
        "gateway": gateway,
        "health": Health.of(gateway),
        "secret": secrets[0] if secrets else None,
        "older_secrets": secrets[1:],
        "objection": addresses.objection(gateway.webhook_url),
        "at_the_desk": addresses.at_the_desk(),
        "shares_keys": connecting.shares_keys(gateway),
        "may_manage": request.membership.may_manage,
    }


@require_POST
@never_cache
@owner_required
def secret(request: SellerRequest, uid: str) -> HttpResponse:
    """The webhook secret in clear, for the copy button; as a page where there is no script."""
    gateway = ours(request, uid)
    found = get_object_or_404(WebhookSecret, gateway=gateway, uid=request.POST.get("secret", ""))
    if "text/html" in request.headers.get("Accept", ""):
        return render(request, "gateways/secret.html", {"gateway": gateway, "secret": found})
    return HttpResponse(found.secret, content_type="text/plain; charset=utf-8")


@never_cache
@owner_required
@of_connected
def replace_keys(request: SellerRequest, gateway: Gateway) -> HttpResponse:
    """Put new keys of the same Razorpay account in place of the old."""
    posted = request.POST if request.method == "POST" else None
    form = KeysForm(posted, initial={"key_id": gateway.key_id})
    if request.method == "POST" and form.is_valid():
        try:
            connecting.replace_keys(gateway, **form.keys, user=request.user)
        except NotConnected as error:
            form.refuse(error)
        else:
            messages.success(request, _("Razorpay accepted the new keys."))
            return redirect(gateway)
    form.focus_first_error()
    return render(request, "gateways/replace_keys.html", {"form": form, "gateway": gateway})


@never_cache
@owner_required
@of_connected
def rotate(request: SellerRequest, gateway: Gateway) -> HttpResponse:
    """Ask, then make a new webhook secret."""
    if request.method == "POST":
        rotation.rotate(gateway, request.user)
        said = _("A new webhook secret was made. Paste it into the webhook's settings at Razorpay.")
        messages.success(request, said)
        return redirect(gateway)
    return render(request, "gateways/rotate.html", {"gateway": gateway})


@require_POST
@never_cache
@owner_required
def end_secret(request: SellerRequest, uid: str) -> HttpResponse:
    """End an older secret at once."""
    gateway = ours(request, uid)
    live = WebhookSecret.objects.filter(gateway=gateway).live()
    found = get_object_or_404(live, uid=request.POST.get("secret", ""))
    if found == live.first():
        messages.error(request, _("This is the newest secret. Make a new one first."))
    else:
        rotation.end_now(found, request.user)
        messages.success(request, _("The old secret no longer works."))
    return redirect(gateway)


@never_cache
@owner_required
@of_connected
def disconnect(request: SellerRequest, gateway: Gateway) -> HttpResponse:
    """Ask, then disconnect."""
    if request.method == "POST":
        connecting.disconnect(gateway, request.user)
        said = _("Razorpay was disconnected. Books and paid access stay as they are.")
        messages.success(request, said)
        return redirect("gateways:list")
    return render(request, "gateways/disconnect.html", {"gateway": gateway})


@require_safe
@never_cache
@member_required
def problems(request: SellerRequest) -> HttpResponse:
    """What only the seller can mend."""
    standing = Problem.objects.standing().filter(account=request.account)
    rows = standing.select_related("gateway").order_by("-last_seen_at")
    return render(request, "gateways/problems.html", {"problems": rows})
