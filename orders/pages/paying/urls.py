from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.paying import views

urlpatterns: list[URLPattern] = [
    path("pay/<str:uid>/", views.pay, name="pay"),
    path("pay/<str:uid>/return/", views.returned, name="returned"),
    path("pay/<str:uid>/thanks/", views.thanks, name="thanks"),
]
