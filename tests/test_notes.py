"""Notes: the subset of MyST that they are written in, its HTML, and what `check` tells of them."""

from __future__ import annotations

import base64
import json
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterbook.evidence import Case, open_case
from clusterbook.evidence.check import check_folder
from clusterbook.evidence.root import FOLDERS, written_folders
from clusterbook.evidence.rules_notes import note_problems
from clusterbook.evidence.toc import Line
from clusterbook.prose.notes import note, notes_problems
from clusterbook.prose.references import source_list
from clusterbook.publishing.own_texts import text_problems
from clusterbook.publishing.pages import Book, lead
from clusterbook.publishing.stage import with_cells

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
HEAD = "---\nfigures:\n  first: rent@2000~#m50article\n---\n"
Make = Callable[..., Case]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Give a function that returns M50 with other notes on its economy, and files beside them."""

    def make(text: str, **files: str | bytes) -> Case:
        folder = tmp_path / "own"
        if not folder.exists():
            home = ROOT / "data" / "clusters" / "m50"
            shutil.copytree(home, folder, ignore=shutil.ignore_patterns("notes", "claims.csv"))
            monkeypatch.setenv(FOLDERS, written_folders([folder]))
        shutil.rmtree(folder / "notes", ignore_errors=True)
        (folder / "notes").mkdir()
        (folder / "notes" / "economic.md").write_text(text, "utf-8")
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / "notes" / name.replace("_", ".", 1)).write_bytes(data)
        return open_case("own")

    return make


READ = [
    ("Plain *words* and **more**.", "<p>Plain <em>words</em> and <strong>more</strong>.</p>"),
    ('"Quoted" & <', "<p>“Quoted” &amp; &lt;</p>"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("2. a\n3. b", '<ol start="2">\n<li>a</li>\n<li>b</li>\n</ol>'),
    ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
    ("### Lower", "<h3>Lower</h3>"),
    ("`code <b>`", "<code>code &lt;b&gt;</code>"),
    ("```text\na <b>\n```", '<pre class="cb-as-written">a &lt;b&gt;\n</pre>'),
    ("```\na\n```", '<pre class="cb-as-written">a\n</pre>'),
    ("| a | b |\n|---|--:|\n| 1 | 2 |", '<th scope="col">a</th>'),
    ("[x](https://example.org/a?b=1&c)", '<a href="https://example.org/a?b=1&amp;c" rel="noopener noreferrer">x</a>'),
    ("<https://example.org>", '<a href="https://example.org" rel="noopener noreferrer">https://example.org</a>'),
    ("[x][y]\n\n[y]: http://example.org", '<a href="http://example.org"'),
    ("[the end](synthesis.md)", '<a href="synthesis.html">the end</a>'),
    ("[the end](./synthesis.html)", '<a href="synthesis.html">the end</a>'),
    ("{doc}`social`", '<a href="social.html">Social'),
    ("{doc}`*people* <social>`", '<a href="social.html">*people*</a>'),
    ("{source}`shen2010rents`", '<a class="cb-cite" href="sources.html#src-shen2010rents" title="'),
    (":::{note}\nBody\n:::", '<div class="admonition note"><p class="admonition-title">Note</p>\n<p>Body</p>\n</div>'),
    ("```{warning} With *care*\nBody\n```", '<p class="admonition-title">With <em>care</em></p>'),
    (":::{seealso}\nx\n:::", '<p class="admonition-title">See also</p>'),
    ("::::{tip}\n:::{note}\n[x][y]\n:::\n::::\n\n[y]: http://example.org", '<a href="http://example.org"'),
    ("![A mill](a.png)", '<img src="data:image/png;base64,iVBORw0KGgo'),
    ("![A mill](a.png)", 'alt="A mill">'),
    (":::{figure} a.svg\n:alt: A mill\n\nThe *mill*.\n:::", "<figcaption><p>The <em>mill</em>.</p>\n</figcaption></figure>"),
    (":::{figure} a.svg\nThe mill of {source}`shen2010rents`.\n:::", 'alt="The mill of (Shen 2010)."'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "html"), READ, ids=[text[:30] for text, _ in READ])
def test_what_a_note_may_hold(own: Make, text: str, html: str) -> None:
    case = own(f"## rents\n\n{text}\n", a_png=PNG, a_svg=SVG.format(""))
    assert notes_problems(case, "economic") == []
    shown = note(case, "economic", "rents")
    assert shown is not None
    assert html in shown.html


def test_figures_are_resolved_in_every_front_end(own: Make) -> None:
    text = HEAD + "## rents\n\nFrom {glue}`first`, {glue:text}`first`.\n"
    shown = note(own(text), "economic", "rents")
    assert shown is not None
    assert shown._repr_html_().count('<a class="cb-n" href="ledger.html#obs-') == 2
    assert repr(shown) == "From about 0.3–0.4, about 0.3–0.4.\n"
    assert note(own(text), "economic", "tiers") is None
    assert note(own(text), "social", "say") is None


INCLUDE = "../../../../../../../../../../../etc/passwd"
TOLD = [
    # the small cases of a review
    ("<script>window.__pwn='note-html'</script>", 3, "is HTML"),
    ("x\n<img src=x onerror=\"window.__pwn='note-img'\">", 4, "is HTML"),
    ("```{raw} html\n<script>window.__pwn='note-raw'</script>\n```", 3, "the directive '{raw} html' is not read"),
    ("[click](javascript:window.__pwn=2)", 3, "leads neither to a web address nor to a chapter"),
    ("a\nb ![p](http://evil.test/p.png)", 4, "is no picture beside the notes"),
    (f"```{{include}} {INCLUDE}\n```", 3, "the directive '{include} ../.."),
    (f"```{{eval-rst}}\n.. include:: {INCLUDE}\n   :literal:\n```", 3, "the directive '{eval-rst}'"),
    ("See [the social chapter](socal.md).", 3, "'socal' is no chapter, so the link leads nowhere; write social"),
    ("As shown {source}`nobody`.", 3, "the source 'nobody' is not in sources.bib"),
    # others
    ("x\ny\n{source}`shen2010rent`", 5, "write shen2010rents"),
    ("{glue}`second`", 3, "'second' is used but not in the list of figures at the top; add it"),
    ("{sorce}`x`", 3, "the role {sorce} is not read in notes; write source"),
    ("{doc}`nowhere`", 3, "'nowhere' is no chapter"),
    ("{source} `x`", 3, "'{source}' is a role without its text"),
    (":::{nte}\nx\n:::", 3, "or write note (the list"),
    (":::note\nx\n:::", 3, "the directive 'note' is not read"),
    (":::{note}\n:class: x\nBody\n:::", 4, "the option class is not read in notes"),
    (":::{note}\nx\n\n<b>y</b>\n:::", 6, "is HTML"),
    ("- a\n\n  :::{note}\n  x\n  {eval}`y`\n  :::", 7, "the role {eval}"),
    ("> :::{tip}\n> x\n>\n> :::{include} a\n> :::\n> :::", 6, "the directive '{include} a'"),
    (":::::{tip}\n::::{tip}\n:::{tip}\n```{tip}\n```\n:::\n::::\n:::::", 6, "too deep in other directives"),
    ("\n".join(f"{'  ' * n}- x" for n in range(12)), 12, "too deep in each other"),
    ("# High", 3, "is a heading as high as a section's; write ### High"),
    (":::{note}\n## rents\n:::", 4, "is a heading as high as a section's"),
    ("![](a.png)", 3, "has no words for who cannot see it"),
    ("![x](b.png)", 3, "the picture 'b.png' is not in notes/; write a.png"),
    ("![x](../notes/a.png)", 3, "is no picture beside the notes"),
    ("![x](economic.md)", 3, "is no picture beside the notes"),
    ("[x](../../cluster.csv)", 3, "leads neither to a web address nor to a chapter"),
    ("[x](social.md#say)", 3, "leads neither to a web address nor to a chapter"),
    ("[x](mailto:a@example.org)", 3, "leads neither"),
    ("[x](https:///etc/passwd)", 3, "leads neither"),
    ("x[^1]\n\n[^1]: http://example.org", 5, "is a footnote"),
    ("x[^1]", 3, "'[^1]' is a footnote"),
    ("Rents rose [@shen2010rents, p. 4].", 3, "(here it is {source}`key`)"),
    ("as told {cite:p}`shen2010rents`", 3, "the role {cite:p} is not read in notes"),
    ("{doc}`../chapters/social`", 3, "is no chapter, so the link leads nowhere"),
    ("[x](../798/economic.md)", 3, "name a chapter, as in synthesis.md"),
    ("![A hall](pictures/a.png)", 3, "and write its name alone"),
    ("{{ cluster }}", 3, "'{{ cluster }}' is a substitution"),
    ("x\n% hidden", 4, "is a comment"),
    ("+++", 3, "is a break between cells"),
    ("(here)=\n", 3, "'(here)=' is a label"),
    ("term\n: meaning", 4, "is a definition"),
    ("- [ ] do", 3, "is a task"),
    ("zero\u200bwidth", 3, "holds an invisible character (U+200B"),
    ("x\n\u202eturned", 4, "holds a bidirectional control character"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), TOLD, ids=[text[:30] for text, _, _ in TOLD])
def test_check_names_the_line(own: Make, text: str, line: int, words: str) -> None:
    case = own(f"## rents\n\n{text}\n", a_png=PNG)
    file = case.folder / "notes" / "economic.md"
    problems = [*note_problems(file), *notes_problems(case, "economic")]
    told = [str(problem) for problem in problems]
    begins = f"notes/economic.md, line {line}"
    assert any(one.startswith((f"{begins},", f"{begins}:")) and words in one for one in told), told
    assert all("; " in one for one in told), "a remedy"


HEADS = [
    # figures: what the first line of the list must say
    ("a: tenants@2010 as pwn", 3, "'pwn' is no form of this row; write as and one of amount"),
    ("a: tenants@2010 as __class__", 3, "is no form of this row"),
    ("a: event~Mill as date_words", 3, "event~Mill"),
    ("a: multiple(tenants[none]@2010, tenants@2010)", 3, "multiple would divide by a value of 0"),
    ("a: change(tenants[none]@2010, tenants@2010)", 3, "would divide by a value of 0"),
    ("a: growth(tenants[none]@2010, tenants@2010)", 3, "would divide by a value of 0"),
    ("a: growth(tenants@2010, tenants@2010)", 3, "growth cannot be computed"),
    ("a: share(tenants@2010, tenants[none]@2010)", 3, "share would divide by a value of 0"),
    ("a: ratio(tenants[none]@2010, tenants[none]@2010)", 3, "would divide by a value of 0"),
    ("a: share(fact[name], tenants@2010)", 3, "share takes two observations"),
]  # fmt: skip


@pytest.mark.parametrize(("figure", "line", "words"), HEADS, ids=[head[0] for head in HEADS])
def test_a_figure_that_cannot_be_told_is_told_with_its_line(
    own: Make, figure: str, line: int, words: str
) -> None:
    case = own("")
    table = case.folder / "observations.csv"
    rows = [
        f"tenants,{segment},2010,{value},,count,exact,cultural,internal,m50article,p. 1,,,"
        for segment, value in (("none", 0), ("", 12))
    ]
    header = table.read_text("utf-8").splitlines()[0]
    table.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    case = own(f"---\nfigures:\n  {figure}\n---\n## rents\n\n{{glue}}`a`\n")
    told = [str(problem) for problem in notes_problems(case, "economic")]
    assert len(told) == 1, told
    assert told[0].startswith(f"notes/economic.md, line {line}, a: "), told
    assert words in told[0]


@pytest.mark.parametrize("head", ["- a", "5", "figurs: {}", "figures: {}\ntitle: x"])
def test_text_in_the_head_is_told(own: Make, head: str) -> None:
    case = own(f"---\n{head}\n---\n## rents\n\nText.\n")
    (problem,) = notes_problems(case, "economic")
    assert "the head holds more than a list of figures" in str(problem)


PICTURES = [
    ("a_png", b"GIF89a", "is no png"),
    ("a_jpg", PNG, "is no jpeg"),
    ("a_svg", "no", "is no SVG"),
    ("a_svg", "<html/>", "is no SVG"),
    ("a_svg", SVG.format("<script>1</script>"), "holds a script or a page"),
    ("a_svg", SVG.format('<g onload="x()"/>'), "holds a script or a page"),
    ("a_svg", SVG.format("<foreignObject/>"), "holds a script or a page"),
    ("a_svg", SVG.format('<image href="http://evil.test/a.png"/>'), "takes something from elsewhere"),
    ("a_svg", SVG.format('<a xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:x()"/>'), "or leads there"),
    ("a_svg", SVG.format("<style>@import 'http://evil.test/a.css'</style>"), "takes something from elsewhere"),
    ("a_svg", SVG.format('<rect style="fill:url(http://evil.test/a)"/>'), "takes something from elsewhere"),
    ("a_svg", '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("&a;"), "takes something"),
    ("a_png", PNG + bytes(1_000_000), "has more than 1,000,000 bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), PICTURES)
def test_pictures_that_are_none(own: Make, name: str, content: str | bytes, words: str) -> None:
    file = name.replace("_", ".")
    case = own(f"## rents\n\n![A mill]({file})\n", **{name: content})
    assert words in str(note_problems(case.folder / "notes" / file))
    assert any(words in str(p) for p in notes_problems(case, "economic"))
    assert note(case, "economic", "rents").html == "<p>A mill</p>\n"  # type: ignore[union-attr]


def test_a_plain_svg_with_its_own_gradient_is_a_picture(own: Make) -> None:
    inside = '<style>rect{fill:url(#g)}</style><use href="#g"/>'
    case = own("## rents\n\n![A mill](a.svg)\n", a_svg='<?xml version="1.0"?>' + SVG.format(inside))
    assert check_folder(case.folder, ROOT) == []
    assert text_problems(ROOT, "own") == []


OF_A_FILE = [
    # the file's name, what it holds, the words that tell of it
    ("economy.md", "## rents\n\nx\n", "'economy' is no chapter; write economic (the list: "),
    ("rents.md", "x", "'rents' is no chapter; write one of overview, sheet, "),
    ("glossary.md", "## x\n\ny\n", "has no parameter 'cluster', so no page shows it; move it"),
    ("economic.md", "Rents rose.\n", "stands in no section and would not be shown; put a line with ##"),
    ("economic.md", "## rents\n\na\n\n## rents\n\nb\n", "is the name of two sections; put them together"),
    ("economic.md", "## Rents\n\na\n", "has no place for this section; write rents"),
    ("economic.MD", "## rents\n\na\n", "is not read; keep only .md files"),
    ("economic.docx", "PK", "is not read; keep only .md files"),
    ("._economic.md", b"\x00\x05\x16\x07\xb0", ""),  # what macOS writes on other disks
    ("._a.png", b"\x00\x05\x16\x07\xb0", ""),
    ("README.md", "How these notes came about.\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), OF_A_FILE)
def test_a_file_in_notes_is_of_a_chapter(
    own: Make, name: str, content: str | bytes, words: str
) -> None:
    case = own("")
    data = content.encode() if isinstance(content, str) else content
    (case.folder / "notes" / name).write_bytes(data)
    told = [*check_folder(case.folder, ROOT), *text_problems(ROOT, "own")]
    assert bool(told) == bool(words), told
    assert not words or any(f"notes/{name}" in str(p) and words in str(p) for p in told), told


def test_a_picture_that_no_note_shows_is_told(own: Make) -> None:
    own("## rents\n\nThey rose.\n", a_png=PNG)
    (problem,) = text_problems(ROOT, "own")
    assert str(problem).startswith("notes/a.png: is a picture that no note shows; show it")


def test_a_link_out_of_the_folder_is_no_picture(own: Make, tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(PNG)
    case = own("## rents\n\n![A mill](a.png)\n")
    (case.folder / "notes" / "a.png").symlink_to(tmp_path / "out.png")
    assert "leads out of the folder" in str(check_folder(case.folder, ROOT))
    assert "<img" not in note(case, "economic", "rents").html  # type: ignore[union-attr]


def test_a_source_that_notes_alone_cite_is_listed(own: Make) -> None:
    case = own("## rents\n\nNothing.\n")
    bib = case.folder / "sources.bib"
    extra = "\n@misc{onlynoted,\n  title = {Only noted},\n  keywords = {grade:B}\n}\n"
    bib.write_text(bib.read_text("utf-8") + extra, "utf-8")
    before = open_case("own")
    assert 'id="src-onlynoted"' not in source_list(before).html
    after = own("## rents\n\nSee {source}`onlynoted`.\n")
    assert 'id="src-onlynoted"' in source_list(after).html


TAGS = {
    "p", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "hr",
    "br", "a", "img", "figure", "figcaption", "div", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "rel", "class", "title"}, "img": {"src", "alt"}, "ol": {"start"}, "th": {"scope", "style"},
    "td": {"style"}, "div": {"class", "tabindex", "role", "aria-label"}, "p": {"class"},
    "pre": {"class"}, "figure": {"class"}, "table": {"class"},
}  # fmt: skip
HREF = re.compile(r"https?://[^\s/]|[\w-]+\.html$|(sources|ledger)\.html[?#]")


def assert_harmless(html: str) -> None:
    """Nothing in a note's HTML but what the subset has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(True):
        assert element.name in TAGS, element
        assert set(element.attrs) <= ATTRIBUTES.get(element.name, set()), element
        assert element.name != "a" or HREF.match(str(element["href"])), element
        assert element.name != "img" or str(element["src"]).startswith("data:image/"), element
        assert re.fullmatch(r"(text-align:(left|right|center))?", str(element.get("style", "")))


PIECES = [
    "<script>", "</pre>", "<img src=x onerror=x()>", "<!--", "```", ":::", "::::", "{note}", "{include}",
    "{figure} a.png", "\n", "\n\n", "> ", "- ", "1. ", "  ", "    ", "| a | b |\n|---|---|\n", "[x](",
    "javascript:x()", "https://a.b", ")", "![", "](", "a.png", "`", "{source}`", "{glue}`", "{doc}`",
    "social", "&#106;", "&lt;", "\\", '"', "'", "*", "**", "_", "# ", "## ", "### ", ":alt: ", "[^1]",
    "[y]: ", "<https://a.b>", "<javascript:x>", "---", "===", "\t", "\x00", "工", "{{", "}}", "%", "+++",
]  # fmt: skip


def test_whatever_a_note_holds_its_html_is_harmless(own: Make) -> None:
    case = own("## rents\n", a_png=PNG)
    file = case.folder / "notes" / "economic.md"

    @settings(max_examples=400, deadline=None, derandomize=True)
    @given(pieces=st.lists(st.sampled_from(PIECES), max_size=25))
    def harmless(pieces: list[str]) -> None:
        file.write_text("## rents\n\n" + "".join(pieces), "utf-8")
        notes_problems(case, "economic")
        shown = note(case, "economic", "rents")
        assert shown is not None
        assert_harmless(shown.html)

    harmless()


def test_the_notes_that_are_shipped_are_harmless() -> None:
    case = open_case("m50")
    for path in sorted((case.folder / "notes").glob("*.md")):
        for section in re.findall(r"^## +(\S+)", path.read_text("utf-8"), re.M):
            shown = note(case, path.stem, section)
            assert shown is not None
            assert_harmless(shown.html)
            assert not re.search(r"\{[a-z:]+\}|`", repr(shown))


def test_links_to_chapters_that_are_not_in_a_report_become_words() -> None:
    number = '<a href="ledger.html#obs-1">1</a>'
    html = f'<a href="social.html#a">all <em>people</em></a> {number}'
    book = Book("m50", [Line("", f"chapters/{name}") for name in ("social", "ledger")], [])
    for page, written in (("chapters/a", "chapters/ledger"), ("clusters/b/a", "clusters/b/ledger")):
        assert lead(html, page, book, [written]) == f"all <em>people</em> {number}"
    assert lead(html, "chapters/a", book, ["chapters/social", "chapters/ledger"]) == html


def test_outputs_are_not_read_as_markdown() -> None:
    cells = [
        {"cell_type": "markdown", "source": "[x](a.md)"},
        {"cell_type": "code", "outputs": [{"data": {"text/html": "[x](script.md)"}}]},
        {"cell_type": "code", "outputs": [{"name": "stdout", "text": "x"}]},
    ]
    read = json.loads(with_cells(json.dumps({"cells": cells}), str.upper))["cells"]
    assert read[0]["source"] == "[X](A.MD)"
    assert read[1:] == cells[1:]


def test_a_note_that_would_take_minutes_to_read_is_refused(tmp_path: Path) -> None:
    from clusterbook.evidence.rules_notes import LONGEST, note_problems

    path = tmp_path / "notes" / "economic.md"
    path.parent.mkdir()
    path.write_text("## rents\n\n" + "*a " * 60_000, encoding="utf-8")
    (problem,) = note_problems(path)
    assert f"keep it to {LONGEST:,}" in str(problem)


def test_a_note_of_no_chapter_names_the_chapters() -> None:
    case = open_case("tianzifang")
    assert note(case, "economic", "no-such-section") is None
    with pytest.raises(LookupError, match="there is no chapter 'econmic'; write economic"):
        note(case, "econmic", "argument")
