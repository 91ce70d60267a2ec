"""Pages and pieces of pages from the package's own templates: HTML stands in files of HTML."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"

_JINJA = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
)  # fmt: skip


def render(template: str, **values: Any) -> str:
    """Return a template filled in; every value is escaped but those that it marks as HTML."""
    return _JINJA.get_template(template).render(values)


def static(name: str) -> str:
    """Return one of the package's styles or scripts."""
    return (STATIC / name).read_text("utf-8")


def font() -> str:
    """Return the address of the book's font that holds it."""
    return data_uri("font/woff2", (STATIC / "fonts" / "inter-latin.woff2").read_bytes())


def data_uri(kind: str, content: bytes) -> str:
    """Return content as an address that holds it, so that a page needs no file."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def one_page(title: str, body: str, tokens: str, chapters: tuple[str, ...] = (),
             scripts: tuple[str, ...] = ()) -> str:  # fmt: skip
    """Return a page with the book's look and everything inside; `body` is HTML.

    `tokens` are the colours as CSS, `chapters` the names of the sections that it begins with links
    to.
    """
    style = tokens + static("clusterbook.css") + static("single.css")
    style = style.replace("fonts/inter-latin.woff2", font())
    return render(
        "single.html", title=title, body=body, style=style, chapters=chapters, scripts=scripts
    )
