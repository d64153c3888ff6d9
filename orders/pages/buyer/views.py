"""My purchases: come in by a mailed link, see what was bought, open it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from orders import visiting
from orders.models import Customer
from orders.pages.buyer import doors, shops
from orders.pages.buyer.forms import AskForm

# Opening an address by GET changes nothing: programs that scan mails open every link.
visitors = require_http_methods(["GET", "HEAD", "POST"])


@visitors
@never_cache
@login_not_required
def my(request: HttpRequest) -> HttpResponse:
    """What the visitor bought; to somebody unknown, the question for the address."""
    if request.method == "POST":
        return ask(request)
    customers = visiting.here(request)
    if not customers:
        return render(request, "orders/buyer/ask.html", {"form": AskForm()})
    context = {"shops": shops.of(customers), "email": customers[0].email}
    return render(request, "orders/buyer/my.html", context)


def ask(request: HttpRequest) -> HttpResponse:
    """Mail a link, if there is anybody to mail it to. The answer does not say so."""
    form = AskForm.of(request)
    if not form.is_valid():
        return render(request, "orders/buyer/ask.html", {"form": form})
    email = form.cleaned_data["email"]
    if not visiting.may_ask(get_adapter().get_client_ip(request), email):
        form.add_error(None, _("Too many links were asked for. Please wait an hour."))
        return render(request, "orders/buyer/ask.html", {"form": form}, status=429)
    visiting.mail_later(email)
    return redirect("orders:my_sent")


@require_safe
@never_cache
@login_not_required
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "orders/buyer/sent.html")


@visitors
@never_cache
@login_not_required
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """A button to press by GET; by POST the link is used up and the visit begins."""
    link = visiting.find(token)
    if link is not None and request.method != "POST":
        return render(request, "orders/buyer/open.html", {"business": link.customer.account.name})
    customer = visiting.use(token) if request.method == "POST" else None
    if customer is not None:
        visiting.enter(request, customer)
        return in_their_language(request, redirect("orders:my"), customer)
    if visiting.was_let_in(request, token):
        return redirect("orders:my")
    return render(request, "orders/buyer/gone.html")


def in_their_language(
    request: HttpRequest, response: HttpResponse, customer: Customer
) -> HttpResponse:
    """The pages speak the buyer's language, unless this browser was told another."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            customer.speaks,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


@visitors
@never_cache
@login_not_required
def leave(request: HttpRequest) -> HttpResponse:
    """By POST only; whoever types the address stays."""
    if request.method == "POST":
        visiting.leave(request)
    return redirect("orders:my")


@require_safe
@never_cache
@login_not_required
def resource(request: HttpRequest, uid: str) -> HttpResponse:
    """What was bought, if a grant is live right now; else why not, and what would change it."""
    customers = visiting.here(request)
    if not customers:
        return redirect("orders:my")
    door = doors.find(customers, uid)
    if door is None:
        raise Http404
    if not door.opens:
        return render(request, "orders/buyer/closed.html", {"door": door})
    if door.resource.text or not door.resource.url:
        return render(request, "orders/buyer/resource.html", {"door": door})
    return away(door.resource.url)


def away(url: str) -> HttpResponse:
    """Off to the seller's site, which is not told where from."""
    response = HttpResponseRedirect(url)
    response["Referrer-Policy"] = "no-referrer"
    return response
