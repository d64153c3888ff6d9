"""Why no debit was made, as a column of text holds it: Razorpay's own words as they came, ours so
that they are read in any language."""

from __future__ import annotations

import json

from django.utils.translation import gettext

from accounts.sentences import Sentence, pack, unpack

BEGINS = '{"say": '


def keep(said: Sentence) -> str:
    """Our words with their values; where there are none, the msgid alone."""
    return json.dumps(pack(said), ensure_ascii=False) if said.values else said.text


def shown(kept: str) -> str:
    """What is kept, in the reader's language. Words that are not ours stay as they are."""
    if not kept:
        return ""
    if not kept.startswith(BEGINS):
        return gettext(kept)
    try:
        return str(unpack(json.loads(kept)))
    except ValueError:  # not ours after all
        return kept
