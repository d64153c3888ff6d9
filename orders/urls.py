"""Every page of this room: the seller's, then the buyer's."""

from __future__ import annotations

from orders.pages.buyer.urls import urlpatterns as buyer
from orders.pages.by_hand.urls import urlpatterns as by_hand
from orders.pages.declining.urls import urlpatterns as declining
from orders.pages.forms.urls import urlpatterns as forms
from orders.pages.odd_money.urls import urlpatterns as odd_money
from orders.pages.paying.urls import urlpatterns as paying
from orders.pages.people.urls import urlpatterns as people
from orders.pages.products.urls import urlpatterns as products
from orders.pages.recovery.urls import urlpatterns as recovery
from orders.pages.refunding.urls import urlpatterns as refunding
from orders.pages.sales.urls import urlpatterns as sales

app_name = "orders"
urlpatterns = [
    *products,
    *forms,
    *sales,
    *refunding,
    *by_hand,
    *odd_money,
    *people,
    *recovery,
    *paying,
    *declining,
    *buyer,
]
