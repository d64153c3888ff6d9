"""Customers: made by the seller, or by Razorpay itself when a buyer authenticates."""

import re

from sandbox import asked
from sandbox.books import Doc, Merchant
from sandbox.entities import bodies
from sandbox.refusals import Refused
from sandbox.world import World

FIELDS = ("name", "email", "contact", "fail_existing", "gstin", "notes")


def create(world: World, merchant: Merchant, body: Doc) -> Doc:
    asked.only(body, *FIELDS)
    name, email, contact = _details(body)
    existing = _same(world, merchant, email, contact)
    if existing and asked.flag(body, "fail_existing", default=True):
        raise Refused("Customer already exists for the merchant", reason="NA")
    if existing:
        return existing
    customer = bodies.customer(name, email, contact, at=world.now)
    customer.update(gstin=asked.text(body, "gstin", longest=15), notes=asked.notes(body))
    return world.books.add(merchant, customer)


def edit(world: World, customer: Doc, body: Doc) -> Doc:
    asked.only(body, "name", "email", "contact")
    name, email, contact = _details(body)
    given = {"name": name, "email": email, "contact": contact}
    customer.update({field: value for field, value in given.items() if field in body})
    return world.books.put(customer)


def _details(body: Doc) -> tuple[str | None, str | None, str | None]:
    name = asked.text(body, "name", longest=50)
    if name and len(name) < 3:
        raise Refused("The name must be at least 3 characters.", field="name")
    email = asked.text(body, "email", longest=64)
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise Refused("The email must be a valid email address.", field="email")
    contact = asked.text(body, "contact", longest=15)
    if contact and len(re.sub(r"[^0-9]", "", contact)) < 8:
        text = "Contact number should be at least 8 digits, including country code"
        raise Refused(text, field="contact", reason="invalid_contact_number", step="NA")
    return name, email, contact


def _same(world: World, merchant: Merchant, email: str | None, contact: str | None) -> Doc | None:
    found = world.books.all("customer", email=email) if email else []
    for customer in found:
        mine = (customer["_account"], customer["_mode"]) == merchant
        if mine and customer["contact"] == contact:
            return customer
    return None


def of_buyer(world: World, merchant: Merchant, email: str | None, contact: str) -> Doc:
    existing = _same(world, merchant, email, contact)
    if existing:
        return existing
    return world.books.add(merchant, bodies.customer(None, email, contact, at=world.now))
