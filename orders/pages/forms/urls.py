from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.forms import public, views

urlpatterns: list[URLPattern] = [
    path("f/<slug:slug>/", public.form, name="form"),
    path("forms/", views.form_list, name="forms"),
    path("forms/add/", views.add, name="form_add"),
    path("forms/<slug:uid>/", views.change, name="form_change"),
    path("forms/<slug:uid>/preview/", views.preview, name="form_preview"),
    path("forms/<slug:uid>/publish/", views.publish, name="form_publish"),
    path("forms/<slug:uid>/take-back/", views.take_back, name="form_take_back"),
    path("forms/<slug:uid>/archive/", views.archive, name="form_archive"),
]
