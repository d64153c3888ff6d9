from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Account, ApiToken, Membership, User
from tests.commands.terminal import refused, run, run_json
from tests.scripts import Api

MEERA = ("create_seller", "meera@example.com", "--business", "Dastakari Store")

pytestmark = pytest.mark.django_db


def sign_in(email: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": password})
    return client


def test_it_prints_exactly_the_account_the_login_and_the_token() -> None:
    made = run_json(*MEERA)
    assert set(made) == {"account", "email", "password", "api_token"}
    account = Account.objects.get(uid=made["account"])
    assert (account.name, made["email"]) == ("Dastakari Store", "meera@example.com")
    owner = Membership.objects.get(account=account)
    assert (owner.role, owner.user.email) == (Membership.Role.OWNER, made["email"])


def test_the_password_signs_in() -> None:
    made = run_json(*MEERA)
    assert sign_in(made["email"], made["password"]).get("/settings/gateways/").status_code == 200
    assert (
        sign_in(made["email"], made["password"] + "x").get("/settings/gateways/").status_code == 302
    )


def test_the_token_opens_the_api_of_that_account_alone() -> None:
    first = run_json(*MEERA)
    other = run_json("create_seller", "charlie@example.com", "--business", "Elsewhere")
    body = {"name": "Course", "price": {"amount": 100, "currency": "INR"},
            "resources": [{"title": "Videos", "url": "https://example.com/v"}]}  # fmt: skip
    made = Api(first["api_token"]).client.post("/api/v1/products/", body, "application/json")
    assert made.status_code == 201, made.content
    assert [row["name"] for row in Api(first["api_token"]).get("products")["results"]] == ["Course"]
    assert Api(other["api_token"]).get("products")["results"] == []


def test_password_and_token_are_kept_as_digests_only() -> None:
    made = run_json(*MEERA)
    assert made["password"] not in User.objects.get().password
    kept = ApiToken.objects.values().get()
    assert made["api_token"] not in map(str, kept.values())


def test_for_people_it_prints_one_fact_a_line() -> None:
    lines = dict(line.split() for line in run(*MEERA).splitlines())
    assert list(lines) == ["account", "email", "password", "api_token"]


def test_the_address_is_kept_in_its_one_form() -> None:
    made = run_json("create_seller", " Meera@Example.COM ", "--business", " Dastakari ")
    assert made["email"] == "meera@example.com"
    assert Account.objects.get().name == "Dastakari"


def test_nobody_is_an_operator_unless_said_so() -> None:
    run_json(*MEERA)
    run_json("create_seller", "op@example.com", "--business", "Ops", "--operator")
    operators = User.objects.filter(is_staff=True, is_superuser=True)
    assert [user.email for user in operators] == ["op@example.com"]
    assert User.objects.filter(is_staff=False, is_superuser=False).count() == 1


@pytest.mark.parametrize("again", ["meera@example.com", "MEERA@example.com"])
def test_the_same_address_twice_is_refused_and_makes_nothing(again: str) -> None:
    run_json(*MEERA)
    said = refused("create_seller", again, "--business", "Another")
    assert said == "meera@example.com signs in here already."
    assert [account.name for account in Account.objects.all()] == ["Dastakari Store"]


@pytest.mark.parametrize(
    ("email", "business", "words"),
    [
        ("meera", "Dastakari", "“meera”: Enter a valid email address."),
        ("", "Dastakari", "“”: This field cannot be blank."),
        ("m@" + "x" * 250 + ".com", "Dastakari", "at most 254 characters"),
        ("meera@example.com", " ", "--business: This field cannot be blank."),
        ("meera@example.com", "x" * 151, "at most 150 characters"),
    ],
    ids=["no address", "empty", "too long", "no business", "long business"],
)
def test_what_a_form_would_not_take_is_refused(email: str, business: str, words: str) -> None:
    assert words in refused("create_seller", email, "--business", business)
    assert not User.objects.exists()
    assert not Account.objects.exists()


def test_nobody_is_mailed() -> None:
    run_json(*MEERA)
    assert mail.outbox == []
