"""What keeps one Sphinx run over hundreds of clusters in time and memory like many short ones."""

from __future__ import annotations

from typing import Any

import nbformat
from sphinx.application import Sphinx

KEPT = ("_write_doc_doctree_cache", "_pickled_doctree_cache")
"""Where Sphinx keeps every page that it read until the end, as nodes and as bytes."""


def connect(app: Sphinx) -> None:
    """Have the pages that were read forgotten: they are read back from their files to be written.

    Kept, they are 14 MB a cluster. Where Sphinx has no such stores, nothing is done.
    """
    app.connect("doctree-read", _forget)
    app.connect("html-page-context", _forget)
    app.connect("html-page-context", _no_sidebar_tree, priority=900)


def _forget(app: Sphinx, *_: Any) -> None:
    for store in KEPT:
        getattr(app.env, store, {}).clear()


def _no_sidebar_tree(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Spare the theme a walk over all pages, on each page, to see if its sidebar has a tree."""
    context["suppress_sidebar_toctree"] = lambda *_, **__: False


def no_second_notebooks() -> None:
    """Have MyST-NB not write each executed notebook once more, into a folder that is thrown away.

    For a process that does nothing but build pages: notebooks are not written in it any more.
    """
    nbformat.writes = lambda *_, **__: ""
