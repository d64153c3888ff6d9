from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.odd_money import views

urlpatterns: list[URLPattern] = [
    path("orders/<str:uid>/meant/", views.meant, name="meant"),
]
