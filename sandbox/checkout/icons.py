"""A few outline icons, drawn in the text's colour."""

from sandbox.markup import Markup, el

PATHS = {
    "flask": ["M9 3h6", "M10 3v6L5 19a1.5 1.5 0 0 0 1.4 2h11.2a1.5 1.5 0 0 0 1.4-2L14 9V3"],
    "check": ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0", "M8.5 12.5l2.5 2.5 5-5.5"],
    "alert": ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0", "M12 8v4.5", "M12 16v.01"],
    "clock": ["M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0", "M12 7v5l3 2"],
    "close": ["M6 6l12 12", "M18 6L6 18"],
}


def icon(name: str) -> Markup:
    drawn = [el("path", d=path) for path in PATHS[name]]
    return el("svg", *drawn, viewBox="0 0 24 24", aria_hidden="true", focusable="false")
