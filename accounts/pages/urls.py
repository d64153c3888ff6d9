"""Pages of the account's settings."""

from __future__ import annotations

from django.urls import path

from accounts.pages import selling

app_name = "accounts"
urlpatterns = [path("settings/selling/", selling.selling, name="selling")]
