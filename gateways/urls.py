from django.urls import path

from gateways import views

app_name = "gateways"

urlpatterns = [
    path("problems/", views.problems, name="problems"),
    path("settings/gateways/", views.gateway_list, name="list"),
    path("settings/gateways/add/", views.add, name="add"),
    path("settings/gateways/add/razorpay/", views.connect, name="connect"),
    path("settings/gateways/<str:uid>/", views.change, name="change"),
    path("settings/gateways/<str:uid>/health/", views.health, name="health"),
    path("settings/gateways/<str:uid>/keys/", views.replace_keys, name="replace_keys"),
    path("settings/gateways/<str:uid>/secret/", views.secret, name="secret"),
    path("settings/gateways/<str:uid>/secret/new/", views.rotate, name="rotate"),
    path("settings/gateways/<str:uid>/secret/end/", views.end_secret, name="end_secret"),
    path("settings/gateways/<str:uid>/disconnect/", views.disconnect, name="disconnect"),
]
