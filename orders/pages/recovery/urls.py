from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.recovery import views

urlpatterns: list[URLPattern] = [path("recovery/", views.recovery, name="recovery")]
