"""The buyer's page of one order: what it costs, whether it is paid, and the button that pays."""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gateways import addresses
from orders.models import Order

checkout = urlsplit(settings.RAZORPAY_CHECKOUT_URL)
# Razorpay publishes no list; these are the hosts that its script speaks to.
RAZORPAY_HOSTS = [f"{checkout.scheme}://{checkout.netloc}", "https://*.razorpay.com"]


@require_safe
@never_cache
@login_not_required
@csp_update(  # type: ignore[arg-type]
    {
        "script-src": RAZORPAY_HOSTS,
        "frame-src": [SELF, *RAZORPAY_HOSTS],
        "connect-src": RAZORPAY_HOSTS,
        "img-src": RAZORPAY_HOSTS,
    }
)
def pay(request: HttpRequest, uid: str) -> HttpResponse:
    """Checkout's own success message is only a hint: the page shows what the books say."""
    orders = Order.objects.select_related("gateway__account", "product", "customer", "price")
    order = get_object_or_404(orders, uid=uid)
    context = {
        "order": order,
        "key_id": order.gateway.key_id,
        "script": settings.RAZORPAY_CHECKOUT_URL,
        "at_the_desk": addresses.at_the_desk(),
        "sandbox": settings.RAZORPAY_API_URL,
        "open": order.status in {Order.Status.CREATED, Order.Status.ATTEMPTED}
        and order.gateway.is_connected
        and order.razorpay_order_id is not None,
    }
    return render(request, "orders/pay.html", context)
