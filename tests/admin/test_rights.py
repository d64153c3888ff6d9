"""Who comes into the admin, and through which door."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.admin.conftest import OURS, change, changelist

PATHS = [changelist(model) for model in OURS]


@pytest.mark.usefixtures("stage")
def test_a_colleague_without_rights_gets_403_everywhere(colleague: Client) -> None:
    rows = [change(model._default_manager.all()[0]) for model in OURS]
    assert {path: colleague.get(path).status_code for path in PATHS + rows} == dict.fromkeys(
        PATHS + rows, 403
    )


def test_a_colleague_without_rights_sees_an_empty_index(colleague: Client) -> None:
    response = colleague.get("/admin/")
    assert response.status_code == 200
    assert response.context["app_list"] == []


def test_a_seller_does_not_come_in(client: Client, owner: User) -> None:
    client.force_login(owner)
    for path in ("/admin/", *PATHS):
        assert client.get(path, follow=True).status_code == 403


def test_signed_out_every_address_leads_to_the_one_sign_in(client: Client) -> None:
    for path in ("/admin/", "/admin/login/", *PATHS):
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")
        assert response.templates[0].name == "account/login.html"


def test_the_admins_own_form_signs_nobody_in(client: Client, operator: User) -> None:
    """It would count no attempts and ask for no second factor."""
    form = {"username": operator.email, "password": "pw", "next": "/admin/"}
    response = client.post("/admin/login/", form)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_after_the_sign_in_one_is_where_one_wanted_to_be(client: Client, operator: User) -> None:
    form = {"login": operator.email, "password": "pw", "next": "/admin/webhooks/event/"}
    assert client.post("/accounts/login/", form)["Location"] == "/admin/webhooks/event/"


def test_rights_taken_away_are_gone_with_the_next_page(desk: Client, operator: User) -> None:
    assert desk.get("/admin/webhooks/event/").status_code == 200
    User.objects.filter(pk=operator.pk).update(is_staff=False)
    assert desk.get("/admin/webhooks/event/", follow=True).status_code == 403
