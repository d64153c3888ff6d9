"""Where two books differ, row by row and field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from tests.law.shapes import Books, Slot

# Mails are tied to the fact: at most so many, and none for what never happened.
MAILS = ("receipts", "failure_mails")


def differences(expected: Books, found: Books) -> list[str]:
    """Every difference in one line of words; empty where the books are the same."""
    return [
        line
        for part in fields(Books)
        if part.name not in MAILS
        for line in _rows(part.name, getattr(expected, part.name), getattr(found, part.name))
    ] + [
        line
        for part in MAILS
        for line in _mails(part, getattr(expected, part), getattr(found, part))
    ]


def _rows(part: str, expected: Mapping[Any, object], found: Mapping[Any, object]) -> Iterator[str]:
    for key in sorted(expected.keys() | found.keys(), key=str):
        if key not in found:
            yield f"{part} {key}: missing, should be {expected[key]}"
        elif key not in expected:
            yield f"{part} {key}: should not be there, is {found[key]}"
        elif expected[key] != found[key]:
            yield from _fields(f"{part} {key}", expected[key], found[key])


def _fields(row: str, expected: object, found: object) -> Iterator[str]:
    if isinstance(expected, str):
        yield f"{row}: should be {expected}, is {found}"
        return
    for name, value in vars(expected).items():
        if isinstance(expected, Slot) and value is None:
            continue  # the facts do not say it
        if value != vars(found)[name]:
            yield f"{row}: {name} should be {value}, is {vars(found)[name]}"


def _mails(part: str, most: Mapping[Any, int], sent: Mapping[Any, int]) -> Iterator[str]:
    for key, count in sent.items():
        if count > most.get(key, 0):
            yield f"{part} {key}: {count} sent, at most {most.get(key, 0)} due"
