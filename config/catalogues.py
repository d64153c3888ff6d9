"""The translations: gather what is said, compare, compile. `python -m config.catalogues [update]`.

With Babel, because a bare machine has neither xgettext nor msgfmt. English is the source; compiled
files are never committed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("hi",)
ROOMS = ("accounts", "gateways", "orders", "subscriptions", "webhooks", "config")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}

Message = tuple[Any, list[str]]


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def messages() -> Iterator[Message]:
    """Every text that is shown to people, with the comments for translators."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                with path.open("rb") as source:
                    yield from found(extract_python(source, KEYWORDS, ["Translators:"], {}))
    for path in sorted((ROOT / "templates").rglob("*.*")):
        yield from in_template(path)


def in_template(path: Path) -> Iterator[Message]:
    """A template as the code that Django makes of it for gettext; Babel forgives its form."""
    from django.utils.translation.template import templatize

    code = templatize(path.read_text())
    yield from found(extract_javascript(BytesIO(code.encode()), KEYWORDS, [], {}))


def found(extracted: Any) -> Iterator[Message]:
    for _line, function, texts, comments in extracted:
        if isinstance(texts, tuple) and function.startswith("ngettext"):
            yield texts[:2], comments
        else:
            yield (texts[0] if isinstance(texts, tuple) else texts), comments


def template() -> Catalog:
    """All messages, untranslated."""
    catalogue = Catalog(project="Raseed", charset="utf-8", fuzzy=False)
    for texts, comments in messages():
        if texts and (texts[0] if isinstance(texts, tuple) else texts).strip():
            catalogue.add(texts, auto_comments=comments)
    return catalogue


def read(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as po:
        return read_po(po, locale=language)


def update() -> None:
    """Bring the catalogues up to date; new texts are empty, and what is no longer said goes."""
    wanted = template()
    for language in LANGUAGES:
        path = catalogue_path(language)
        catalogue = read(language) if path.exists() else Catalog(locale=language, fuzzy=False)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as po:
            write_po(po, catalogue, width=100, sort_output=True, omit_header=False)


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Compile each catalogue that changed; the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalogue = read_po(po)
        partial = target.with_suffix(".part")
        with partial.open("wb") as mo:
            write_mo(mo, catalogue)
        partial.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    compile_all()
