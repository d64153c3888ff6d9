"""Every address. What needs no sign-in is marked at its view, and listed by a test."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views import defaults
from django.views.generic import RedirectView
from django.views.i18n import set_language

from accounts.api import errors
from config import health

# One way in: the admin uses the sign-in that has limits and, later, a second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# A person has one address, and it is on the person.
admin.site.unregister(EmailAddress)
admin.site.site_header = admin.site.site_title = "Raseed"

API = "/api/"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="gateways:list"), name="home"),
    path("", include("gateways.urls")),
    path("", include("webhooks.urls")),
    path("", include("accounts.pages.urls")),
    path("accounts/", include("accounts.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("orders.urls")),
    path("", include("subscriptions.urls")),
    path("api/", include("config.api")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Scripts get a problem document, people a page."""
    if request.path.startswith(API):
        return errors.bad_request(request, exception)
    return defaults.bad_request(request, exception)


def handler404(request: HttpRequest, exception: Http404) -> HttpResponse:
    """Scripts get a problem document, people a page."""
    if request.path.startswith(API):
        return errors.not_found(request, exception)
    return defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return errors.failed(request)
    return defaults.server_error(request)
