"""The API's addresses: every room's resources under one roof."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.api import schema  # noqa: F401 - registers how the token is described
from orders.api.access import Access
from orders.api.catalogue import Products
from orders.api.customers import Customers
from orders.api.orders import Orders
from orders.api.payments import Payments, Refunds
from orders.api.reattempts import Reattempts
from subscriptions.api import Subscriptions
from webhooks.api import Events

router = SimpleRouter()
router.register("products", Products)
router.register("orders", Orders)
router.register("payments", Payments)
router.register("refunds", Refunds)
router.register("subscriptions", Subscriptions)
router.register("customers", Customers)
router.register("reattempts", Reattempts)
router.register("events", Events)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/access/", Access.as_view(), name="access"),
    path("v1/", include(router.urls)),
    path("schema/", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path(
        "docs/",
        login_not_required(SpectacularSwaggerSplitView.as_view(url_name="schema")),
        name="docs",
    ),
]
