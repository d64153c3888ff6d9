"""Are Hindi and English both complete?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from babel.messages.catalog import Catalog, Message

from config import catalogues

PLACES = re.compile(r"%\(\w+\)s|%s|%d|</?\w+>")


def complaints() -> str:
    """What is missing or wrong in any catalogue; "" if nothing is."""
    said = template_texts()
    found = [f"hidden in an f-string, where no text is found: {place}" for place in hidden()]
    for language in catalogues.LANGUAGES:
        catalogue = catalogues.read(language)
        found += [f"{language}: {text}" for text in in_catalogue(catalogue, said)]
    return "\n".join(found)


def hidden() -> Iterator[str]:
    """Where a text is said inside an f-string: the extractor does not look there."""
    for room in catalogues.ROOMS:
        for path in sorted((catalogues.ROOT / room).rglob("*.py")):
            for text in ast.walk(ast.parse(path.read_text())):
                if isinstance(text, ast.JoinedStr) and any(map(says, ast.walk(text))):
                    yield f"{path.relative_to(catalogues.ROOT)}:{text.lineno}"


def says(part: ast.AST) -> bool:
    said = part.func if isinstance(part, ast.Call) else None
    return isinstance(said, ast.Name) and said.id in catalogues.KEYWORDS


def template_texts() -> set[Any]:
    return {message.id for message in catalogues.template() if message.id}


def in_catalogue(catalogue: Catalog, said: set[Any]) -> list[str]:
    """One line for each text that is missing, empty, doubtful, no longer said, or misplaced."""
    known = {message.id: message for message in catalogue if message.id}
    lines = [f"missing: {text!r}" for text in sorted(said - set(known), key=str)]
    lines += [f"no longer said: {text!r}" for text in sorted(set(known) - said, key=str)]
    for message in known.values():
        if not all(translations(message)):
            lines.append(f"not translated: {message.id!r}")
        elif message.fuzzy:
            lines.append(f"doubtful: {message.id!r}")
        elif not same_places(message):
            lines.append(f"other placeholders: {message.id!r}")
    return lines


def translations(message: Message) -> list[str]:
    texts = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return [text or "" for text in texts]


def same_places(message: Message) -> bool:
    """Whether the translation has the source's placeholders and tags, whatever their order."""
    sources = message.id if isinstance(message.id, (tuple, list)) else [message.id]
    allowed = {tuple(sorted(PLACES.findall(source))) for source in sources}
    return all(tuple(sorted(PLACES.findall(text))) in allowed for text in translations(message))
