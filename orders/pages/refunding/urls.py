from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.refunding import deciding, views

urlpatterns: list[URLPattern] = [
    path("orders/<str:uid>/refund/", views.refund, name="refund"),
    path("orders/<str:uid>/refund/decide/", deciding.decide, name="decide_refund"),
]
