"""The Sphinx extension of the book: strict, never stale, self-contained, accessible."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.display import status_iterator
from sphinx.util.docutils import SphinxRole

from . import pages, pictures
from .chapters import chapters
from .digest import execution_digest
from .figures import store_folder, tokens_css

HERE = Path(__file__).parent
LOGGER = logging.getLogger(__name__)


def _check_evidence(root: Path) -> None:
    """Stop before anything is written where the evidence has faults."""
    if os.environ.get("CLUSTERBOOK_CHECKED"):
        return
    try:
        from clusterbook.evidence.check import check_all
    except ImportError:
        return
    problems = check_all(root)
    if problems:
        listed = "\n".join(str(problem) for problem in problems)
        raise ConfigError(f"the evidence has {len(problems)} faults, nothing was built:\n{listed}")


def configure(app: Sphinx, config: Any) -> None:
    """Set what `_config.yml` cannot: folders of the package, the cache keyed by its inputs."""
    root = Path(os.environ.get("CLUSTERBOOK_ROOT") or app.srcdir)
    os.environ["CLUSTERBOOK_ROOT"] = str(root)
    _check_evidence(root)
    assets = store_folder(Path(app.outdir)) / "assets"
    pictures.vega_bundle(assets / "clusterbook" / "vega.js")
    (assets / "clusterbook" / "tokens.css").write_text(tokens_css(), encoding="utf-8")
    config.templates_path.append(str(HERE / "templates"))
    config.html_static_path += [str(HERE / "static"), str(assets)]
    config.html_favicon = str(HERE / "static" / "icon.svg")
    config.html_sidebars = {
        "**": ["navbar-logo.html", "search-button-field.html", "cb-sidebar.html"]
    }
    config.clusterbook_chapters = [chapter.name for chapter in chapters(root)]
    config.html_css_files += ["clusterbook/tokens.css", "clusterbook.css"]
    config.html_js_files += [
        ("cb-charts.js", {"defer": "defer"}),
        ("cb-page.js", {"defer": "defer"}),
    ]
    cache = Path(app.outdir).parent / ".jupyter_cache" / execution_digest(root)
    config.nb_execution_cache_path = str(cache)


def prepare(app: Sphinx) -> None:
    """Keep a table of figures by page in the build environment."""
    if not hasattr(app.env, "clusterbook_figures"):
        app.env.clusterbook_figures = {}


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the figures of a page that is read again."""
    getattr(env, "clusterbook_figures", {}).pop(docname, None)


def page(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page its cluster's chapters for the sidebar; before the theme drops empty parts."""
    main = app.config.clusterbook_cluster
    cluster = pages.cluster_of(pagename, main)
    order = app.config.clusterbook_chapters
    context["cb_links"] = pages.sidebar(pagename, cluster, app.env.titles, order) if cluster else []
    context["cb_gallery"] = "clusters" in app.env.found_docs
    if not cluster:
        context["cb_links"] = pages.sidebar("chapters/", main, app.env.titles, order)
        up = "../" * pagename.count("/")
        context["cb_links"] = [
            pages.Link(link.title, f"{up}chapters/{link.url}", False)
            for link in context["cb_links"]
        ]


def mend(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Mend every page after all others have had their say."""
    pages.mend_context(context, pagename, app.config.clusterbook_cluster)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write pictures and plotted rows; leave no doctrees after a build that had warnings."""
    if exception is None and app.builder.format == "html":
        store, outdir = store_folder(Path(app.outdir)), Path(app.outdir)
        figures = app.env.clusterbook_figures
        digests = [d[layout] for named in figures.values() for d in named.values()
                   for layout in ("wide", "narrow")]  # fmt: skip
        wanted = pictures.missing(store, digests)
        done = pictures.make_pictures(store, digests)
        for _ in status_iterator(done, "drawing pictures... ", "brown", len(wanted)):
            pass
        pictures.place_files(store, outdir, figures)
    if exception is not None or app._warncount:
        shutil.rmtree(app.doctreedir, ignore_errors=True)


class SourceRole(SphinxRole):
    """`` {source}`key` ``: a short citation that leads to the sources page of the same cluster."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        from clusterbook.evidence import open_case

        parts = self.env.docname.split("/")
        cluster = parts[1] if parts[0] == "clusters" else self.config.clusterbook_cluster
        source = open_case(cluster).all_sources.get(self.text)
        if source is None:
            LOGGER.warning(
                "source %r is in no sources.bib of %s",
                self.text,
                cluster,
                location=self.get_location(),
            )
            return [nodes.Text(self.text)], []
        link = nodes.reference(
            "", source.label, refuri=f"sources.html#src-{source.key}", internal=False,
            classes=["cb-cite"], reftitle=f"{source.title}, grade {source.grade}",
        )  # fmt: skip
        return [link], []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension. A build of this book is strict: any warning fails it."""
    app.keep_going = True
    app.add_config_value("clusterbook_cluster", "m50", "env")
    app.add_config_value("clusterbook_chapters", [], "env")
    app.connect("config-inited", configure, priority=100)
    app.connect("builder-inited", prepare)
    app.connect("env-purge-doc", purge)
    app.connect("html-page-context", page, priority=100)
    app.connect("html-page-context", mend, priority=900)
    app.connect("build-finished", finish)
    app.add_role("source", SourceRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
