from __future__ import annotations

from django.urls import URLPattern, path

from orders.pages.sales import customers, orders

urlpatterns: list[URLPattern] = [
    path("orders/", orders.order_list, name="orders"),
    path("orders/<str:uid>/", orders.order, name="order"),
    path("customers/", customers.customer_list, name="customers"),
    path("customers/<str:uid>/", customers.customer, name="customer"),
]
