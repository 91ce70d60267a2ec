"""Figures of the book: what a chart's output becomes on a page, and its files.

The notebook holds a Vega-Lite specification with the figure's words in `usermeta`. During the
Sphinx run each becomes a `<figure>`: title, subtitle and sources as HTML, the specifications of
both layouts as JSON for the loader, static pictures and the plotted rows as files.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes

from clusterbook.charts.figure import MIME, coloured, picture_html
from clusterbook.charts.theme import DARK, LIGHT

from .pages import address, the_book
from .process import write_atomically
from .templating import render

STORE = ".pictures"
"""The folder beside the book where specifications and pictures are kept by digest."""


def store_folder(outdir: Path) -> Path:
    """Return where pictures are kept: the same folder for a book and its next edition."""
    named = os.environ.get("CLUSTERBOOK_PICTURES")
    return Path(named) if named else outdir.parent / STORE


def _file_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _canonical(spec: dict[str, Any]) -> str:
    return json.dumps(spec, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def spec_digest(spec: dict[str, Any]) -> str:
    """Return the name by which a specification and its picture are kept."""
    return _file_digest(_canonical(spec))


def _write(path: Path, text: str) -> None:
    if not path.exists():
        write_atomically(path, text)


_AFAR = re.compile(r'"\?cluster=([a-z0-9-]+)/([\w-]+)(#[^"]*)?"')


def _with_links(text: str, env: Any) -> str:
    """Return a specification's text in which marks that name a cluster's page lead to it.

    A page that this book does not have is no link.
    """
    book = the_book(env.config)

    def led(match: re.Match[str]) -> str:
        cluster, name, place = match.groups(default="")
        page = book.page_of(book.named.get(name, name), cluster)
        there = page in env.clusterbook_pages
        return json.dumps(f"{address(page, env.docname)}{place}") if there else '"#"'

    return _AFAR.sub(led, text)


class FigureRenderer:
    """The MyST-NB renderer of our charts' outputs."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int]]] = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Return a figure for our own outputs; anything else is left to MyST-NB."""
        if data.mime_type != MIME:
            return None
        content = data.content
        spec = json.loads(content) if isinstance(content, str) else dict(content)
        meta = spec.pop("usermeta", {}).get("clusterbook")
        env = renderer.renderer.sphinx_env
        if meta is None or env is None:
            return None
        narrow = meta["narrow"]
        docname = env.docname
        store = store_folder(Path(env.app.outdir))
        digests, live = {}, {}
        for layout, one in (("wide", spec), ("narrow", narrow)):
            text = _canonical(one)  # a picture is the same wherever its page stands
            digests[layout] = _file_digest(text)
            _write(store / f"{digests[layout]}.json", text)
            live[layout] = json.loads(_with_links(text, env))
        digests["csv"] = _file_digest(meta["csv"])
        _write(store / f"{digests['csv']}.csv", meta["csv"])
        figures = env.metadata[docname].setdefault("cb_figures", {})
        meta["name"] = name = meta["name"] or f"chart-{len(figures) + 1}"
        if name in figures:
            raise ValueError(f"two figures named {name!r} on the page {docname}")
        figures[name] = digests
        up = "../" * docname.count("/")
        html = figure_html(meta, live["wide"], live["narrow"], f"{up}_figures/{docname}/{name}")
        return [nodes.raw("", html, format="html")]


MARK = "\u0001"
"""What a string that stands in the table of texts begins with."""


def _texts(node: Any) -> Iterator[str]:
    """Yield every text in a specification that is no name of a property."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _texts(child)


def packed(specs: dict[str, Any]) -> dict[str, Any]:
    """Return the layouts with texts that occur again moved to one table, `texts`.

    Tooltips and statements stand in both layouts and in several layers; without this they would
    be most of a page's weight.
    """
    counts = Counter(_texts(specs))
    texts = sorted(text for text, n in counts.items() if n > 1 and len(text) > 12)
    places = {text: f"{MARK}{place}" for place, text in enumerate(texts)}

    def pack(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: pack(child) for key, child in node.items()}
        if isinstance(node, list):
            return [pack(child) for child in node]
        return places.get(node, node) if isinstance(node, str) else node

    return {**pack(specs), "texts": texts}


def figure_html(
    meta: dict[str, Any], wide: dict[str, Any], narrow: dict[str, Any], path: str
) -> str:
    """Return a figure; `path` is where its files are, without their endings."""
    specs = _canonical(packed({"wide": wide, "narrow": narrow})).replace("<", "\\u003c")
    return render(
        "figure.html", meta=meta, subtitle=coloured(meta["subtitle"]), alt=wide["description"],
        specs=specs, path=path, rows_file=f"{path}.csv" if meta["csv"] else "",
    )  # fmt: skip


def tokens_css() -> str:
    """Return the colour tokens as CSS, light and dark, and the classes of coloured words."""
    light = "".join(f"--cb-{token}:{value};" for token, value in LIGHT.items())
    dark = "".join(f"--cb-{token}:{value};" for token, value in DARK.items())
    inks = "".join(f".cb-ink-{token}{{color:var(--cb-{token});font-weight:600}}" for token in LIGHT)
    return f":root{{{light}}}html[data-theme=dark]{{{dark}}}{inks}\n"


def with_pictures(text: str, store: Path) -> str:
    """Return a notebook (JSON) whose charts bear their pictures, which lie in `store` by digest.

    The book's build keeps a chart as a specification alone, which no other front end draws.
    """
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            spec = output.get("data", {}).get(MIME)
            words = (spec or {}).get("usermeta", {}).get("clusterbook")
            if words is None:
                continue
            bare = {key: value for key, value in spec.items() if key != "usermeta"}
            svg = store / f"{spec_digest(bare)}.svg"
            if svg.is_file():
                picture = svg.read_text(encoding="utf-8")
                output["data"] = {
                    "text/html": picture_html(words, picture),
                    "text/plain": output["data"]["text/plain"],
                }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
