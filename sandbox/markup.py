"""HTML by calling functions. What is not markup already is escaped, always."""

from html import escape

VOID = {"input", "link", "meta"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def el(tag: str, *children: object, **attributes: object) -> Markup:
    """el("p", "a < b", class_="note") is <p class="note">a &lt; b</p>."""
    opening = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{tag}{opening}>")
    return Markup(f"<{tag}{opening}>{join(*children)}</{tag}>")


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(str(value))}"'


def join(*children: object) -> Markup:
    return Markup("".join(_text(child) for child in children))


def _text(child: object) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Markup) else escape(str(child))


def table(heads: list[str], rows: list[list[object]], empty: str) -> Markup:
    """On a narrow screen each row becomes a card; the labels are there for that."""
    if not rows:
        return el("p", empty, class_="empty")
    head = el("tr", *(el("th", name) for name in heads))
    lines = [el("tr", *_cells(heads, row)) for row in rows]
    return el("div", el("table", el("thead", head), el("tbody", *lines)), class_="wide")


def _cells(heads: list[str], row: list[object]) -> list[Markup]:
    labelled = zip(heads, row, strict=True)
    return [el("td", el("div", cell), data_label=name) for name, cell in labelled]
