"""The API's addresses: every room's resources under one roof."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from gateways.api import Gateways, Problems
from orders.api.access import Access
from orders.api.catalogue import Products
from orders.api.customers import Customers
from orders.api.forms import OrderForms
from orders.api.orders import Orders
from orders.api.payments import Payments, Refunds
from orders.api.reattempts import Reattempts
from subscriptions.api import Subscriptions
from subscriptions.plans_api import Plans
from webhooks.api import Events

router = SimpleRouter()
# A redirect to the address with its slash would lose the body of a POST.
router.trailing_slash = "/?"
router.register("gateways", Gateways)
router.register("products", Products)
router.register("order-forms", OrderForms)
router.register("orders", Orders)
router.register("payments", Payments)
router.register("refunds", Refunds)
router.register("subscriptions", Subscriptions)
router.register("plans", Plans)
router.register("customers", Customers)
router.register("reattempts", Reattempts)
router.register("events", Events)
router.register("problems", Problems)

urlpatterns: list[URLPattern | URLResolver] = [
    re_path("^v1/access/?$", Access.as_view(), name="access"),
    path("v1/", include(router.urls)),
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path(
        "docs/",
        login_not_required(SpectacularSwaggerSplitView.as_view(url_name="schema")),
        name="docs",
    ),
]
