from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.people import views

urlpatterns: list[URLPattern] = [
    path("customers/<str:uid>/email/", views.email, name="customer_email"),
    path("customers/<str:uid>/merge/", views.merge, name="customer_merge"),
]
