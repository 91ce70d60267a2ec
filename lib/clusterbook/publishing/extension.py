"""The Sphinx extension of the book: strict, never stale, self-contained, accessible."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util.display import status_iterator
from sphinx.util.docutils import SphinxDirective

from clusterbook.charts.theme import DARK, IN_BOOK, LIGHT
from clusterbook.evidence import open_case
from clusterbook.evidence.toc import read_contents

from . import abstracts, gallery, lean, long_ledger, page_sources, pages, pictures, search, uses
from .chapters import chapters
from .digest import execution_digest
from .download import PLACE, write_evidence
from .execute import processes
from .figures import store_folder, tokens_css
from .folding import Fold
from .own_texts import book_problems
from .stage import MAIN
from .templating import render

HERE = Path(__file__).parent
NOTED = ("figures", "uses", "long")
"""What is noted of a page that is read, among its metadata in the build environment."""


def configure(app: Sphinx, config: Any) -> None:
    """Set what `_config.yml` cannot: folders of the package, the cache keyed by its inputs."""
    root = Path(os.environ.get("CLUSTERBOOK_ROOT") or app.srcdir)
    # jupyter-book build chapters/economic.md, or README.md
    chapter = not (Path(app.srcdir) / "_toc.yml").is_file()
    beside = Path(app.outdir).parts[-4:-2] == ("_build", "_page")
    if chapter or beside:
        report = f"clusterbook report {config.clusterbook_cluster} --chapters {config.root_doc}"
        raise ConfigError(
            "a page is not built by itself, for its numbers lead to other pages: "
            f"{f'write {report}, or ' if chapter else ''}build the whole book with jupyter-book "
            "build . in its own folder"
        )
    os.environ |= {"CLUSTERBOOK_ROOT": str(root), IN_BOOK: "1"}
    if not os.environ.get("CLUSTERBOOK_CHECKED") and (problems := book_problems(root)):
        listed = "\n".join(map(str, problems))
        raise ConfigError(f"the evidence has {len(problems)} faults, nothing was built:\n{listed}")
    assets = store_folder(Path(app.outdir)) / "assets"
    pictures.vega_bundle(assets / "clusterbook" / "vega.js")
    (assets / "clusterbook" / "tokens.css").write_text(tokens_css(), encoding="utf-8")
    config.templates_path.append(str(HERE / "templates"))
    config.html_static_path += [str(HERE / "static"), str(assets)]
    config.html_favicon = str(HERE / "static" / "icon.svg")
    sidebar = ["navbar-logo.html", "search-button-field.html", "cb-sidebar.html"]
    config.html_sidebars = {"**": sidebar}
    config.html_theme_options |= {
        "article_header_start": ["toggle-primary-sidebar.html", "cb-switcher.html"],
        "footer_content_items": ["cb-footer.html"],
        "article_footer_items": ["cb-cite.html"],
    }
    main = config.clusterbook_cluster
    try:
        config.clusterbook_issues = uses.check_address(config.clusterbook_issues)
        contents, every = read_contents(root), chapters(root)
        config.clusterbook_lines = contents.lines()
        # another cluster's pages are made by a parameter
        app.clusterbook_files = contents.files if main == MAIN else {}
        config.clusterbook_once = [chapter.page for chapter in every if chapter.once]
        alone = {chapter.page: {main: chapter.page} for chapter in every if chapter.of_city}
        config.clusterbook_cities = config.clusterbook_cities or alone
    except ValueError as error:
        raise ConfigError(str(error)) from None
    config.html_css_files += ["clusterbook/tokens.css", "clusterbook.css"]
    config.html_js_files += [(name, {"defer": "defer"}) for name in ("cb-charts.js", "cb-page.js")]
    cache = Path(app.outdir).parent / ".jupyter_cache" / execution_digest(root)
    config.nb_execution_cache_path = str(cache)


def find(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Keep which pages the book has, those of its other parts too."""
    env.clusterbook_pages = env.found_docs | {*app.config.clusterbook_pages}


def note_uses(app: Sphinx, doctree: nodes.document) -> None:
    """Note which evidence rows a page leads to or draws."""
    page = app.env.docname
    noted = app.env.metadata[page]
    store = store_folder(Path(app.outdir))
    figures = {
        name: (store / f"{digests['csv']}.csv").read_text(encoding="utf-8")
        for name, digests in noted.get("cb_figures", {}).items()
    }
    texts = [raw.astext() for raw in doctree.findall(nodes.raw)]
    if any(long_ledger.INDEX in text for text in texts):
        noted["cb_long"] = True
    pieces = [text for text in texts if not text.startswith('<figure class="cb-figure"')]
    if page.rpartition("/")[2] not in uses.NOT_USES:
        noted["cb_uses"] = uses.uses_of(pieces, figures)


def ledgers(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the pages written after any change that say where rows are used, and how many."""
    for name in NOTED:
        found = {p: of[f"cb_{name}"] for p, of in env.metadata.items() if f"cb_{name}" in of}
        setattr(env, f"clusterbook_{name}", found)
    env.clusterbook_clusters = pages.clusters_in(env.clusterbook_pages, pages.the_book(app.config))
    return sorted(page for page in env.found_docs if page.endswith(("/ledger", "/status")))


def further_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages of ledgers that one page cannot hold."""
    of = pages.the_book(app.config).cluster_of
    yield from long_ledger.made(app.env.clusterbook_long, app.env.titles, of)


def page(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give a page its cluster's chapters for the sidebar; before the theme drops empty parts."""
    book = pages.the_book(app.config)
    root = Path(os.environ["CLUSTERBOOK_ROOT"])
    pages.colophon(context, pagename, book, root, app.config.html_baseurl)
    context["cb_links"] = pages.sidebar(pagename, book, app.env.titles)
    context["cb_gallery"] = "clusters" in app.env.found_docs
    clusters, written = app.env.clusterbook_clusters, app.env.clusterbook_pages
    context["cb_switch"] = pages.switcher(pagename, book, clusters, written)
    context["cb_cluster"] = clusters.get(book.cluster_of(pagename), "")


def mend(app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Mend every page after all others have had their say."""
    book, env = pages.the_book(app.config), app.env
    scripts = context.get("script_files", [])
    context["script_files"] = [s for s in scripts if not pages.is_foreign(s)]
    context["header_buttons"] = pages.launch_where_it_works(
        context.get("header_buttons", []), pagename, app.clusterbook_files
    )
    context["title"] = search.named_title(app, pagename, str(context.get("title", "")))
    if not context.get("body"):
        return
    for side in ("prev", "next"):
        if not pages.stays((context.get(side) or {}).get("link", ""), pagename, book):
            context[side] = None
    told = pages.mend_body(context["body"])
    body = pages.lead(told, pagename, book, env.clusterbook_pages)
    folder, _, name = pagename.rpartition("/")
    cluster = book.cluster_of(pagename)
    if cluster:
        body = pages.banner(*book.subject(pagename)) + body
    if long := env.clusterbook_long:
        body = long_ledger.lead(body, pagename, long, book.cluster_of)
    if long_ledger.chapter_of(name) == "ledger":
        order = [line.page.rpartition("/")[2] for line in book.lines if line.page]
        body = uses.fill(body, folder, env.clusterbook_uses, order)
        body = uses.add_links(body, app.config.clusterbook_issues, context["cb_edition"].number)
    if name == "status" and cluster:
        used = env.clusterbook_uses.items()
        own = (of for page, of in used if page.rpartition("/")[0] == folder)
        body = uses.with_coverage(body, uses.coverage(open_case(cluster), own))
    used_here = env.clusterbook_uses.get(pagename, {})
    # sources of clusters that this book has not are cited all the same
    context["body"] = body + page_sources.offer(told, pagename, book, used_here, Path(app.outdir))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write pictures and plotted rows; leave no doctrees after a build that had warnings."""
    wanted_pictures = not os.environ.get("CLUSTERBOOK_NO_PICTURES")  # left out by benchmarks
    if exception is None and app.builder.format == "html" and wanted_pictures:
        store, outdir = store_folder(Path(app.outdir)), Path(app.outdir)
        figures = app.env.clusterbook_figures
        digests = [d[layout] for named in figures.values() for d in named.values()
                   for layout in ("wide", "narrow")]  # fmt: skip
        wanted = pictures.missing(store, digests)
        done = pictures.make_pictures(store, wanted, processes())
        for _ in status_iterator(done, "drawing pictures... ", "brown", len(wanted)):
            pass
        pictures.place_files(store, outdir, figures)
        write_evidence(Path(os.environ["CLUSTERBOOK_ROOT"]), outdir / PLACE)
        write_not_found(app, outdir / "404.html")
    if exception is not None or app._warncount:
        shutil.rmtree(app.doctreedir, ignore_errors=True)


def write_not_found(app: Sphinx, target: Path) -> None:
    """Write the page for addresses that lead nowhere."""
    titles = app.env.titles
    wanted = [*(line.page for line in app.config.clusterbook_lines), "clusters"]
    links = [(titles[page].astext(), f"{page}.html") for page in wanted if page in titles]
    title = str(app.config.html_title or app.config.project)
    address = app.config.html_baseurl
    root = f"{urlsplit(address).path.rstrip('/')}/" if address else None
    html = render("404.html", title=title, links=links, root=root, light=LIGHT, dark=DARK)
    target.write_text(html, encoding="utf-8")


class Gallery(SphinxDirective):
    """`{cb-gallery}`: a card for each cluster that has pages, as finished HTML."""

    def run(self) -> list[nodes.Node]:
        """Return the cards as one node."""
        book = pages.the_book(self.env.app.config)
        there = self.env.clusterbook_pages

        def page_of(cluster: str, every: Iterable[str], ending: str = "") -> str:
            found = (book.page_of(page, cluster) for page in every)
            return next((page for page in found if page in there and page.endswith(ending)), "")

        clusters = pages.clusters_in(there, book)
        html = gallery.gallery(
            clusters, lambda c: page_of(c, book.chapters), lambda c: page_of(c, book.cities)
        ) + gallery.sheets(clusters, lambda c: page_of(c, book.chapters, "/sheet"))
        return [nodes.raw("", html, format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension. A build of this book is strict: any warning fails it."""
    app.keep_going = True
    app.add_config_value("clusterbook_cluster", "m50", "env")
    app.add_config_value("clusterbook_lines", [], "env")
    app.add_config_value("clusterbook_once", [], "env")
    app.add_config_value("clusterbook_cities", {}, "env")
    app.add_config_value("clusterbook_pages", [], "env")
    app.add_config_value("clusterbook_issues", "", "html")
    app.connect("config-inited", configure, priority=100)
    app.connect("builder-inited", search.name_results)
    app.connect("env-before-read-docs", find)
    app.connect("doctree-read", note_uses)
    app.connect("doctree-read", abstracts.show)
    app.connect("env-updated", ledgers)
    app.connect("html-collect-pages", further_pages)
    app.connect("html-page-context", page, priority=100)
    app.connect("html-page-context", mend, priority=900)
    app.connect("build-finished", finish)
    app.add_transform(Fold)
    app.add_search_language(search.SearchBook)
    app.add_directive("cb-gallery", Gallery)
    lean.connect(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
