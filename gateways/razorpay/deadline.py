"""A limit on the whole of a question.

The limits of `requests` are per address that is tried and per packet that is read, and looking up a
name has none at all, so several of them can add up to much more than a person waits.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.utils import translation

from gateways.razorpay import errors

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """The answer of `ask`, which changes nothing and uses no database.

    Raises Unreachable when it takes longer; what is under way is left to end by itself.
    """
    language = translation.get_language()

    def ask_in_the_same_language() -> T:
        with translation.override(language):
            return ask()

    asker = ThreadPoolExecutor(1, thread_name_prefix="razorpay")
    try:
        return asker.submit(ask_in_the_same_language).result(seconds)
    except TimeoutError as error:
        raise errors.unreachable(error) from error
    finally:
        asker.shutdown(wait=False)
