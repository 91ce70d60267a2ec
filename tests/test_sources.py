"""Sources: labels, grades, LaTeX spellings, and addresses that must not be printed."""

import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from clusterbook.evidence import open_case
from clusterbook.evidence.literature import works
from clusterbook.evidence.problems import EvidenceError
from clusterbook.evidence.root import book_root, cluster_slugs
from clusterbook.evidence.rules_sources import bib_problems
from clusterbook.evidence.sources import Source, cited_key, read_sources
from clusterbook.prose.notes import shown_in_notes
from clusterbook.prose.references import all_rows, source_list, work_list


def source(tmp_path: Path, fields: str, kind: str = "misc") -> Source:
    (tmp_path / "sources.bib").write_text(f"@{kind}{{key1,\n{fields}\n}}\n", encoding="utf-8")
    return read_sources(tmp_path / "sources.bib", "here")["key1"]


LABELS = [
    ("author = {Shen, Qi}, year = {2010}", "Shen 2010"),
    ("author = {Shen, Qi and Li, Wei}, year = {2010}", "Shen and Li 2010"),
    ("author = {Shen, Qi and Li, Wei and Tan, Bo}, year = {2010}", "Shen and others 2010"),
    ("author = {Shen, Qi and others}, year = {2010}", "Shen and others 2010"),
    ("author = {{World Bank}}, year = {2025}", "World Bank 2025"),
    ("author = {van der Berg, Jan}, year = {1999}", "van der Berg 1999"),
    ("author = {沈琪}, year = {2010}", "Shen 2010"),
    ("author = {曾國藩 and 欧阳修}, year = {2010}", "Zeng and Ouyang 2010"),
    ("author = {{文化部}}, year = {2010}", "Wenhuabu 2010"),
    ("publisher = {{澎湃新闻 (The Paper), online copy}}, year = {2023}", "The Paper 2023"),
    ("publisher = {{看看新闻 Knews}}, year = {2023}", "Knews 2023"),
    ("publisher = {{99艺术网}}, year = {2010}", "99 Yishuwang 2010"),
    (
        "publisher = {spam.cyou}, title = {{A list of all the parks of the city (copy)}},"
        " keywords = {nolink}",
        "“A list of all the parks…” undated",
    ),
    ("author = {Shen, Qi}", "Shen undated"),
    ("author = {Shen, Qi}, date = {2008-10-04}", "Shen 2008"),
    ("shortauthor = {M50 article}, author = {Shen, Qi}, year = {2025}", "M50 article 2025"),
    ("publisher = {{The Paper}}, title = {Rents}, year = {2023}", "The Paper 2023"),
    ("publisher = {{The Paper, online copy}}, year = {2023}", "The Paper 2023"),
    ("publisher = {{The Paper (in Chinese)}}, year = {2023}", "The Paper 2023"),
    ("title = {{Rents}}, year = {2023}", "“Rents” 2023"),
    (r"author = {{\"O}zt{\"u}rk, {\'E}mile}, year = {2001}", "Öztürk 2001"),
    (r"author = {M{\"{u}}ller, J}, year = {2001}", "Müller 2001"),
    (r"author = {{\v S}koda, J}, year = {2001}", "Škoda 2001"),
    (r"publisher = {Johnson \& Sons}, year = {2001}", "Johnson & Sons 2001"),
]


@pytest.mark.parametrize(("fields", "label"), LABELS)
def test_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: str, label: str) -> None:
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(tmp_path))  # no other list has the name
    assert source(tmp_path, fields).label == label


def test_every_given_name_of_an_author_is_kept(tmp_path: Path) -> None:
    found = source(tmp_path, "author = {Ning, Yajing and Chang, T. C.}, year = {2022}")
    assert found.authors == (("Ning", "Yajing"), ("Chang", "T. C."))


TITLES = [
    (r"Stra{\ss}e 30\% \& {M50}", "Straße 30% & M50"),
    (r"{\L}{\'o}d{\'z}", "Łódź"),
    (r"Gar\c{c}\~ao", "Garção"),
    (r"\'{\i}", "í"),
    (r"a\_b \#1 \$2", "a_b #1 $2"),
    (r"On \emph{loft} living", "On loft living"),
    (r"broken off \verb", r"broken off \verb"),
    (r"back\textbackslash{}slash", r"back\slash"),
    ("莫干山路50号", "莫干山路50号"),
]


@pytest.mark.parametrize(("latex", "title"), TITLES)
def test_latex_becomes_text(tmp_path: Path, latex: str, title: str) -> None:
    assert source(tmp_path, f"title = {{{{{latex}}}}}").title == title


ZOTERO = [
    (r"Rents 1990--2000 \textendash{} now", "Rents 1990–2000 – now"),
    (r"the city\textquoterights rents", "the city’s rents"),
    (r"the city\textquoteright{}s rents", "the city’s rents"),
    (r"\textquotedblleft Loft\textquotedblright{} living", "“Loft” living"),
    ("``Loft'' living---an artist's view", "“Loft” living—an artist's view"),
    (r"50 m\textsuperscript{2} at 5~km", "50 m² at 5 km"),
    (r"\textbf{M50} \& \textit{798}", "M50 & 798"),
    (r"US\$20 or US$30, 5% raw & more", "US$20 or US$30, 5% raw & more"),
    (r"R&D in 30% of #1", "R&D in 30% of #1"),
    (r"Growth of $\alpha$ lofts", "Growth of α lofts"),
    (r"{\'E}cole, Z{\"u}rich, {\O}resund, {\ae}sthetics", "École, Zürich, Øresund, æsthetics"),
    (r"{\v{Z}}i{\v z}ek", "Žižek"),
    (r"\href{https://x.org/a_b}{The page}", "The page"),
    (r"an \unknownmacro{word} here", r"an \unknownmacroword here"),
    ("Mu\u0308ller", "Müller"),
    (r"R\&amp;D and <i>lofts</i> of 5 m<sup>2</sup>", "R&D and lofts of 5 m²"),
    ("Art &#38; trade: &quot;798&quot; &amp; M50", 'Art & trade: "798" & M50'),
    ("a <b> c, x < 5 & AT&T", "a  c, x < 5 & AT&T"),
    (r"a {\textasciitilde} b", "a ~ b"),
    (r"\emph{M50: {{An}} \textit{Art} place}", "M50: An Art place"),
]


@pytest.mark.parametrize(("latex", "title"), ZOTERO)
def test_latex_of_reference_managers_becomes_text(tmp_path: Path, latex: str, title: str) -> None:
    assert source(tmp_path, f"title = {{{latex}}}").title == title


APPEARED = [
    # kind, fields, where it appeared
    ("article", "journaltitle = {J}", "J"),
    ("article", "journal = {J}, publisher = {P}", "J"),
    ("inproceedings", "booktitle = {Proc.}, publisher = {P}", "Proc."),
    ("incollection", "booktitle = {Vol.}, editor = {E, F}, publisher = {P}", "Vol."),
    ("online", "organization = {Office}", "Office"),
    ("phdthesis", "school = {U}", "U"),
    ("thesis", "institution = {U}", "U"),
    ("book", "booktitle = {T}, publisher = {P}", "P"),
    ("misc", "howpublished = {H}", "H"),
    ("misc", "", ""),
]


@pytest.mark.parametrize(("kind", "fields", "publisher"), APPEARED)
def test_where_a_source_appeared(tmp_path: Path, kind: str, fields: str, publisher: str) -> None:
    assert source(tmp_path, f"title = {{T}}, {fields}", kind).publisher == publisher


ADDRESSES = [
    ("url = {https://x.org/a b.pdf; https://x.org/b}", "https://x.org/a%20b.pdf"),
    ("url = {https://x.org/a https://x.org/b}", "https://x.org/a"),
    ("url = {https://x.org/a,https://x.org/b}", "https://x.org/a"),
    (r"url = {https://x.org/a\_b\%20c--d\#e}", "https://x.org/a_b%20c--d#e"),
    (r"url = {\url{https://x.org/{\textasciitilde}me}}", "https://x.org/~me"),
    ("url = {https://x.org/~me/$1}", "https://x.org/~me/$1"),
    ("doi = {10.1/ab_c}", "https://doi.org/10.1/ab_c"),
    ("doi = {https://doi.org/10.1/abc}", "https://doi.org/10.1/abc"),
    ("doi = {DOI: 10.1/abc}", "https://doi.org/10.1/abc"),
    ("doi = {10.1/abc}, url = {https://x.org/a}", "https://x.org/a"),
    ("doi = {none}", ""),
]


@pytest.mark.parametrize(("fields", "address"), ADDRESSES)
def test_the_address_of_a_source(tmp_path: Path, fields: str, address: str) -> None:
    assert source(tmp_path, f"title = {{T}}, {fields}").address == address


def test_a_chapter_inherits_from_its_volume(tmp_path: Path) -> None:
    (tmp_path / "sources.bib").write_text(
        "@inbook{one, author={Wu, L}, title={One}, crossref={Vol}, keywords={grade:B}}\n"
        "@incollection{two, title={Two}, subtitle={More}, crossref={vol}, year={2011}}\n"
        "@book{vol, editor={Sun, Q and others}, title={The volume}, publisher={P}, year={2010},\n"
        "  url={https://x.org}, keywords={grade:A}}\n"
    )
    one, two, volume = read_sources(tmp_path / "sources.bib", "here").values()
    assert (one.publisher, one.year, one.address, one.grade) == ("The volume", "2010", "", "B")
    assert (two.title, two.year, two.authors, two.grade) == ("Two: More", "2011", (), "")
    assert volume.authors == (("Sun", "Q (ed.)"), ("others", ""))
    assert volume.label == "Sun and others 2010"
    assert volume.publisher == "P"


def test_a_crossref_to_nothing_is_told(tmp_path: Path) -> None:
    text = "\n@inbook{one, title={One}, crossref={vol}, keywords={grade:B}}\n"
    (tmp_path / "sources.bib").write_text(text)
    _, (problem,) = bib_problems(tmp_path / "sources.bib")
    assert (problem.row, problem.field) == (2, "one")
    assert "crossref 'vol' is not in the file" in problem.wrong


def test_keywords_give_grade_kind_and_nolink(tmp_path: Path) -> None:
    found = source(
        tmp_path,
        "title = {T}, url = {https://x.org/a}, keywords = {heritage, grade:B, kind:press, nolink}",
    )
    assert (found.grade, found.kind, found.link, found.address) == ("B", "press", False, "")
    for written in (r"kind:peer\_reviewed, grade:A", "mills; grade:A; kind:peer_reviewed"):
        found = source(tmp_path, f"title = {{T}}, keywords = {{{written}}}")
        assert (found.grade, found.kind) == ("A", "peer_reviewed")
    bare = source(tmp_path, "title = {T}, url = {https://x.org/a}", "article")
    assert (bare.grade, bare.kind, bare.address) == ("", "article", "https://x.org/a")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.org", "x.org/page", "//x.org", "https://["]
)
def test_only_web_addresses_are_shown(tmp_path: Path, url: str) -> None:
    assert source(tmp_path, f"title = {{T}}, url = {{{url}}}").address == ""


NAMELESS = "a website that is not named here"
HIDDEN = [
    # publisher of an entry that must not be linked, what is shown, who said it
    ("spam.cyou", NAMELESS, NAMELESS),
    ("x-x-x.name", NAMELESS, NAMELESS),
    ("91.203.5.66", NAMELESS, NAMELESS),
    ("The Paper (copy at ccget.cc)", "The Paper, online copy", "The Paper"),
    ("The Paper, read in m.91dzs.com/a/b.html", "The Paper, online copy", "The Paper"),
    ("The Straits Times (copy at c3a.org.sg)", "The Straits Times, online copy", None),
    ("来自abc.com的副本", "a website的副本", None),
    ("see HTTPS of WWW.SPAM.COM", "see HTTPS of a website", None),
    ("Proc. of the 3.4 million club", "Proc. of the 3.4 million club", None),
]


@pytest.mark.parametrize(("publisher", "shown", "who"), HIDDEN)
def test_no_host_is_shown_of_a_source_without_link(
    tmp_path: Path, publisher: str, shown: str, who: str | None
) -> None:
    found = source(tmp_path, f"publisher = {{{{{publisher}}}}}, keywords = {{grade:D, nolink}}")
    assert found.shown_publisher == shown
    assert who is None or found.who == who


def test_title_note_and_author_lose_hosts_too(tmp_path: Path) -> None:
    found = source(
        tmp_path,
        "author = {{bad.site}}, title = {As read at bad.site/1}, note = {also at other.xyz},"
        " keywords = {nolink}",
    )
    said = " ".join([found.label, found.title, found.note, found.shown_publisher])
    assert "bad.site" not in said
    assert "other.xyz" not in said
    linked = source(tmp_path, "title = {As read at good.site}, note = {also at other.xyz}")
    assert (linked.title, linked.note) == ("As read at good.site", "also at other.xyz")


def test_shipped_sources_never_show_the_host_of_an_unlinked_address() -> None:
    unlinked = 0
    for file in sorted((book_root() / "data").glob("*/*/sources.bib")):
        for found in read_sources(file, file.parent.name).values():
            if found.link or not found.url:
                continue
            unlinked += 1
            url = found.url if "//" in found.url else f"//{found.url}"
            host = urlsplit(url).netloc.removeprefix("www.").removeprefix("m.")
            said = [found.label, found.title, found.note, found.shown_publisher, found.address]
            assert host not in " ".join(said), found.key
    assert unlinked > 100


def test_two_sources_of_one_name_and_year_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTERBOOK_ROOT", str(tmp_path))
    entry = "@misc{{{key}, author = {{Shen, Qi}}, year = {{{year}}}}}\n"
    text = "".join(entry.format(key=k, year=y) for k, y in [("a", 2010), ("b", 2010), ("c", 2011)])
    (tmp_path / "sources.bib").write_text(text)
    found = read_sources(tmp_path / "sources.bib", "here")
    assert [s.label for s in found.values()] == ["Shen 2010a", "Shen 2010b", "Shen 2011"]


def test_a_label_is_one_work_on_the_whole_site() -> None:
    works: dict[str, set[str]] = {}
    for slug in cluster_slugs():
        case = open_case(slug)
        labels = [(s.label, s.title) for s in case.all_sources.values()]
        for label, title in labels:
            assert not re.search("[\u3400-\u9fff]", label.split("“")[0]), label
            works.setdefault(label, set()).add(re.sub(r"\W+", " ", title).casefold())
    assert len(works) > 500
    assert {label: titles for label, titles in works.items() if len(titles) > 1} == {}


@pytest.mark.parametrize("slug", cluster_slugs())
def test_every_cited_key_is_in_the_references(slug: str) -> None:
    case = open_case(slug)
    cited = set(all_rows(case)["source"]) - {""} | shown_in_notes(case)[0]
    for chapter in (book_root() / "chapters").glob("*.md"):
        cited |= set(re.findall(r'source\((?:case|None), "(\w+)"\)', chapter.read_text("utf-8")))
    listed = f"{source_list(case).html}{work_list(works()).html}"
    assert {key for key in cited if f'id="src-{key}"' not in listed} == set()
    for via in set(all_rows(case)["via"]) - {""}:
        assert cited_key(via, case.all_sources) or escape(via) in listed


BROKEN = [
    (b"@misc{a, title = {T}}\n@misc{a, title = {U}}", "stands in line 1 already"),
    (b"@misc{a, title = {T", "is no BibTeX"),
    (b"@misc{a, author = {A, B, C, D}}", "commas"),
    (b"@misc{a, month = sometime}", "sometime"),
    ("@misc{a, title = {莫干山路}}".encode("gb18030"), "UTF-8"),
]


@pytest.mark.parametrize(("content", "word"), BROKEN)
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "sources.bib").write_bytes(content)
    with pytest.raises(EvidenceError, match=word):
        read_sources(tmp_path / "sources.bib", "here")


def test_no_file_gives_no_sources(tmp_path: Path) -> None:
    assert read_sources(tmp_path / "sources.bib", "here") == {}
