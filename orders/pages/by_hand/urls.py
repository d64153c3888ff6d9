from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.by_hand import views

ONE = "orders/<str:uid>/access/<str:resource>"

urlpatterns: list[URLPattern] = [
    path("orders/<str:uid>/access/", views.access, name="access"),
    path("orders/<str:uid>/access/another/", views.another, name="give_another"),
    path(f"{ONE}/give/", views.decide, {"verb": "give"}, name="give_access"),
    path(f"{ONE}/end/", views.decide, {"verb": "end"}, name="end_access"),
    path(f"{ONE}/undo/", views.decide, {"verb": "undo"}, name="undo_access"),
]
