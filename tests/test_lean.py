"""A run over hundreds of clusters must not hold all their pages."""

from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from clusterbook.publishing import lean


@pytest.mark.parametrize("phase", ["doctree-read", "html-page-context"])
def test_pages_that_were_read_are_forgotten(tmp_path: Path, phase: str):
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.rst").write_text("Index\n=====\n\n.. toctree::\n   :glob:\n\n   page*\n")
    for number in range(6):
        (source / f"page{number}.rst").write_text(f"Page {number}\n======\n\nText.\n")
    held = []
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source, None, tmp_path / "html", tmp_path / "trees", "html",
            confoverrides={"extensions": []}, status=None,
        )  # fmt: skip
        lean.connect(app)
        app.connect(phase, lambda app, *_: held.append(
            sum(len(getattr(app.env, store)) for store in lean.KEPT)), priority=999)  # fmt: skip
        app.build()
    assert len(held) >= 7
    assert max(held) == 0
    assert "Text." in (tmp_path / "html" / "page5.html").read_text()
