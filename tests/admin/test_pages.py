"""Every model of ours is in the admin, and all of its pages open."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from subscriptions.models import Subscription
from tests.admin.conftest import OURS, change, changelist

BY_HAND = {"user", "account", "membership"}


def name(model: type[Model]) -> str:
    return str(model._meta.model_name)


def test_every_model_of_ours_is_in_the_admin() -> None:
    assert [model for model in OURS if model not in admin.site._registry] == []


@pytest.mark.usefixtures("stage")
def test_the_stage_has_a_row_of_every_model() -> None:
    assert [model for model in OURS if not model._default_manager.exists()] == []


@pytest.mark.usefixtures("stage")
def test_every_list_and_every_row_opens(desk: Client) -> None:
    pages = [change(row) for model in OURS for row in model._default_manager.all()]
    pages += [changelist(model) for model in OURS] + ["/admin/"]
    assert {page: desk.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


@pytest.mark.usefixtures("stage")
def test_every_list_can_be_searched_and_filtered(desk: Client) -> None:
    for model in OURS:
        page = admin.site._registry[model]
        if page.search_fields:
            assert desk.get(changelist(model), {"q": "ananya"}).status_code == 200
        for choice in page.list_filter:
            if isinstance(choice, str):
                answer = desk.get(changelist(model), {f"{choice}__exact": "1"})
                assert (model, choice, answer.status_code) == (model, choice, 200)


@pytest.mark.usefixtures("stage")
def test_books_are_shown_and_never_edited(desk: Client) -> None:
    answers = {name(model): answers_to_changes(desk, model) for model in OURS}
    by_hand = {model: answers.pop(model) for model in BY_HAND}
    assert [model for model, given in by_hand.items() if 403 in given.values()] == []
    assert answers.pop("product") == {"add": 403, "change": 200, "delete": 403}
    assert answers == dict.fromkeys(answers, {"add": 403, "change": 403, "delete": 403})


def answers_to_changes(desk: Client, model: type[Model]) -> dict[str, int]:
    """The row is there still, whatever was answered."""
    row = model._default_manager.all()[0]
    paths = {
        "add": f"{changelist(model)}add/",
        "change": change(row),
        "delete": change(row).replace("/change/", "/delete/"),
    }
    answers = {verb: desk.post(path).status_code for verb, path in paths.items()}
    assert model._default_manager.filter(pk=row.pk).exists(), model
    return answers


@pytest.mark.usefixtures("stage")
def test_a_row_inside_another_cannot_be_added_either(desk: Client) -> None:
    response = desk.get(change(Subscription.objects.get()))
    (cycles,) = response.context["inline_admin_formsets"]
    assert cycles.formset.total_form_count() == 1
    assert not cycles.has_add_permission
    assert not cycles.has_change_permission


@pytest.mark.usefixtures("stage")
def test_no_list_asks_the_database_once_per_row(desk: Client) -> None:
    again = {name(model): asked_again(desk, model) for model in OURS}
    assert again == dict.fromkeys(again, [])


def asked_again(desk: Client, model: type[Model]) -> list[str]:
    """The statements of its list that differ in their values only."""
    with CaptureQueriesContext(connection) as asked:
        desk.get(changelist(model))
    shapes = Counter(re.sub(r"\d+|'[^']*'", "?", query["sql"]) for query in asked)
    return [shape for shape, times in shapes.items() if times > 1 and "COUNT(" not in shape]
