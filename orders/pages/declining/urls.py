from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.declining import views

urlpatterns: list[URLPattern] = [
    path("r/<str:token>/", views.reopen, name="reopen"),
    path("r/<str:token>/no/", views.decline, name="decline"),
]
