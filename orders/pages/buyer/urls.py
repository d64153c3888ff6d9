from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.buyer import views

urlpatterns: list[URLPattern] = [
    path("my/", views.my, name="my"),
    path("my/sent/", views.sent, name="my_sent"),
    path("my/open/<str:token>/", views.open_link, name="my_open"),
    path("my/leave/", views.leave, name="my_leave"),
    path("my/r/<str:uid>/", views.resource, name="my_resource"),
]
