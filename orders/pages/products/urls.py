from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.products import changing, views

urlpatterns: list[URLPattern] = [
    path("products/", views.product_list, name="products"),
    path("products/add/", changing.add, name="add_product"),
    path("products/<str:uid>/", views.product, name="product"),
    path("products/<str:uid>/change/", changing.change, name="change_product"),
    path("products/<str:uid>/price/", changing.change_price, name="change_price"),
    path("products/<str:uid>/archive/", changing.archive, name="archive_product"),
    path("products/<str:uid>/unarchive/", changing.unarchive, name="unarchive_product"),
]
