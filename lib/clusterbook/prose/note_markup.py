"""The subset of MyST that a cluster's own text is written in, and its HTML.

The text is read with markdown-it and set here, never by Sphinx: an element that is not listed below
is a problem of the note and becomes plain words, so that nothing in a note can run, be included or
be fetched. `data/README.md` tells authors what a note may hold.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape, unescape
from itertools import takewhile
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from clusterbook.evidence import Case, EvidenceError, Problem
from clusterbook.evidence.bibtex import is_web_address
from clusterbook.evidence.problems import nearest, one_of, said
from clusterbook.evidence.root import book_root
from clusterbook.evidence.rules_notes import PICTURES, picture_fault
from clusterbook.evidence.sourced import Sourced
from clusterbook.evidence.toc import page_files

ADMONITIONS = (
    "admonition", "attention", "caution", "danger", "error", "hint", "important", "note", "seealso",
    "tip", "warning",
)  # fmt: skip
DIRECTIVES = (*ADMONITIONS, "figure")
ROLES = ("glue", "glue:text", "source", "doc")
_DEEPEST = 3
"""How many directives may stand within each other."""
_NESTED = 18
"""How deep lists and quotations may stand within each other; markdown-it drops what is deeper."""

_WORDS = r"the parts of a note are listed in data/README.md"
_UNREAD: tuple[tuple[str, str], ...] = (  # what MyST would take for more than words
    (r"^%\s", "a comment"),  # with ^ where a line begins, else at any place
    (r"^\+\+\+", "a break between cells"),
    (r"^\([\w-]+\)=", "a label"),
    (r"^:\s", "a definition"),
    (r"^\[[ xX]\]\s", "a task"),
    (r"\{\{.*?\}\}", "a substitution"),
    (r"\{[A-Za-z][\w:.-]*\}", "a role without its text"),
    (r"\[\^[^\]]*\]", "a footnote"),
    (r"\$\$", "a formula"),
    (r"\[-?@[^\]]*\]", "a citation of Pandoc's (here it is {source}`key`)"),
)


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (which links are good is judged below)
        return True


def _parser() -> MarkdownIt:
    options = {"html": True, "typographer": True}  # HTML is read as such to be told and escaped
    parser = _Markdown("commonmark", options).enable(["table", "smartquotes"])
    return parser.use(colon_fence_plugin).use(myst_role_plugin)


PARSER = _parser()


class NoteHtml(RendererHTML):
    """Sets a note of a cluster; `problems` are what it may not hold or what is not there.

    `figure` returns a figure of the note as a number, `links` are those defined at another place of
    the file. `used`, `sources` and `pictures` are the figures, sources and files that are shown.
    """

    def __init__(
        self, case: Case, file: str, figure: Callable[[str], Sourced], links: dict[str, Any]
    ) -> None:
        super().__init__()
        self.case, self.file, self.figure, self.links = case, file, figure, links
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self.sources: set[str] = set()
        self.pictures: set[str] = set()
        self._line = 1
        self._above = 0  # lines above the text that is being set
        self._depth = 0
        self._end = ""  # how the open link ends; none stands in another

    def html(self, tokens: Sequence[Token]) -> str:
        """Return what `PARSER` read as finished HTML."""
        return self.render(tokens, PARSER.options, self.links)

    def render(self, tokens: Sequence[Token], options: Any, env: Any) -> str:
        parts = []
        for place, token in enumerate(tokens):
            if token.map:
                self._line = self._above + token.map[0] + 1
            if token.level == _NESTED and token.nesting == 1:
                wrong = "lists or quotations stand too deep in each other"
                self._refuse("", wrong, "write them side by side")
            if token.type == "inline":
                parts.append(self.renderInline(token.children or [], options, env))
            elif token.type in self.rules:
                parts.append(self.rules[token.type](tokens, place, options, env))
            else:
                parts.append(self.renderToken(tokens, place, options, env))
        return "".join(parts)

    def _refuse(self, what: str, wrong: str, right: str) -> None:
        self.problems.append(Problem(self.file, self._line, what, wrong, right))

    # words

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        words = tokens[idx].content
        first = idx == 0 or tokens[idx - 1].type in ("softbreak", "hardbreak")
        for sign, what in _UNREAD:
            match = re.search(sign, words)
            if match and (first or not sign.startswith("^")):
                wrong = f"{said(match.group().strip())} is {what}, which is not read in notes"
                self._refuse("", wrong, f"put it in plain words; {_WORDS}")
                break
        return escape(words)

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        self._line += 1
        return "\n" if tokens[idx].type == "softbreak" else "<br>\n"

    hardbreak = softbreak

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        if tokens[idx].tag in ("h1", "h2"):
            wrong = "is a heading as high as a section's"
            heading = tokens[idx + 1].content
            self._refuse(heading, wrong, f"write ### {heading}, or end what stands around it")
            tokens[idx].tag = tokens[idx + 2].tag = "h3"
        return self.renderToken(tokens, idx, options, env)

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        words = tokens[idx].content
        first = words.strip().partition("\n")[0]
        self._refuse("", f"{said(first)} is HTML, which is not read in notes", _WORDS)
        self._line += words.count("\n")
        return escape(words)

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<p>{self.html_inline(tokens, idx, options, env).strip()}</p>\n"

    # tables and what is shown as it is written

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        heads = takewhile(lambda token: token.type != "tr_close", tokens[idx:])
        named = ", ".join(token.content for token in heads if token.type == "inline")
        return (
            f'<div class="cb-scroll" tabindex="0" role="region" aria-label="{escape(named)}">'
            '<table class="cb-table">\n'
        )

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        tokens[idx].attrSet("scope", "col")
        return self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _as_written(tokens[idx].content)

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        if not re.fullmatch(r"[\w+#.-]*", token.info.strip()):
            return self._directive(token, options, env)
        return _as_written(token.content)

    def colon_fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self._directive(tokens[idx], options, env)

    # directives

    def _directive(self, token: Token, options: Any, env: Any) -> str:
        info = token.info.strip()
        match = re.fullmatch(r"\{([\w:.-]+)\}\s*(.*)", info)
        name, argument = match.groups() if match else ("", info)
        lines = token.content.splitlines()
        shown = _as_written("\n".join([f"{token.markup}{info}", *lines, token.markup]))
        if name not in DIRECTIVES:
            wrong = f"the directive {said(info)} is not read in notes"
            right = f"write its text itself, or {one_of(name, DIRECTIVES)}"
            self._refuse(name, wrong, right)
            return shown
        if self._depth == _DEEPEST:
            self._refuse(name, "stands too deep in other directives", "write it outside of them")
            return shown
        chosen: dict[str, str] = {}
        while lines and (option := re.fullmatch(r":([\w-]+):\s*(.*?)\s*", lines[0])):
            chosen[option.group(1)] = option.group(2)
            lines.pop(0)
            self._line += 1
            if option.group(1) != "alt" or name != "figure":
                right = "take it out; a figure alone has an option, :alt: with what it shows"
                self._refuse(name, f"the option {option.group(1)} is not read in notes", right)
        before = self._above, self._depth
        self._above += token.map[0] + 1 + len(chosen) if token.map else 0
        self._depth += 1
        body = self.render(PARSER.parse("\n".join(lines), env), options, env)
        self._above, self._depth = before
        self._line = self._above + token.map[0] + 1 if token.map else self._line
        if name == "figure":
            alt = chosen.get("alt") or _plain(body)
            caption = f"<figcaption>{body}</figcaption>" if body else ""
            return f'<figure class="cb-picture">{self._picture(argument, alt)}{caption}</figure>\n'
        title = self.renderInline(PARSER.parseInline(argument, env)[0].children or [], options, env)
        title = title or {"admonition": "Note", "seealso": "See also"}.get(name, name.capitalize())
        head = f'<p class="admonition-title">{title}</p>\n'
        return f'<div class="admonition {name}">{head}{body}</div>\n'

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        alt = self.renderInlineAsText(tokens[idx].children, options, env)
        return self._picture(str(tokens[idx].attrs["src"]), alt)

    def _picture(self, name: str, alt: str) -> str:
        folder = self.case.folder / "notes"
        words = alt or name
        if not re.fullmatch(r"[\w][\w.-]*", name) or not name.lower().endswith(tuple(PICTURES)):
            wrong = f"{said(name)} is no picture beside the notes"
            right = f"put a {', '.join(PICTURES)} file into notes/ and write its name alone"
            self._refuse("", wrong, right)
            return escape(words)
        path = folder / name
        self.pictures.add(name)
        if not path.is_file():
            near = nearest(name, tuple(sorted(p.name for p in folder.iterdir())))
            right = f"write {near}, or put it into notes/" if near else "put it into notes/"
            self._refuse("", f"the picture {said(name)} is not in notes/", right)
            return escape(words)
        if fault := picture_fault(path):
            self._refuse("", f"the picture {said(name)} {fault[0]}", fault[1])
            return escape(words)
        if not alt.strip():
            right = f"write ![what it shows]({name}), in a figure :alt: or a caption"
            self._refuse("", f"the picture {said(name)} has no words for who cannot see it", right)
        data = base64.b64encode(path.read_bytes()).decode()
        kind = PICTURES[path.suffix.lower()]
        return f'<img src="data:{kind};base64,{data}" alt="{escape(words)}">'

    # links and roles

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        begun = self._link(str(tokens[idx].attrs["href"]))
        self._end = "</a>" if begun else ""
        return begun

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self._end

    def _link(self, address: str) -> str:
        if is_web_address(address):
            return f'<a href="{escape(address)}" rel="noopener noreferrer">'
        chapter = re.fullmatch(r"(?:\./)?([\w-]+)\.(?:md|html)", address)
        if chapter:
            return self._to_chapter(chapter.group(1))
        wrong = f"{said(address)} leads neither to a web address nor to a chapter"
        self._refuse("", wrong, "begin it with https://, or name a chapter, as in synthesis.md")
        return ""

    def _to_chapter(self, name: str) -> str:
        if chapter_title(name) is not None:
            return f'<a href="{escape(name)}.html">'
        wrong = f"{said(name)} is no chapter, so the link leads nowhere"
        self._refuse(name, wrong, one_of(name, tuple(page_files(book_root()))))
        return ""

    def myst_role(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        name, text = str(tokens[idx].meta["name"]), tokens[idx].content.strip()
        if name in ("glue", "glue:text"):
            return self._figure(text)
        if name == "source":
            return self._source(text)
        if name == "doc":
            words, _, target = text.rpartition("<")
            chapter = target.removesuffix(">").strip() if words else text
            begun = self._to_chapter(chapter)
            shown = words.strip() or chapter_title(chapter) or chapter
            return f"{begun}{escape(shown)}{'</a>' if begun else ''}"
        self._refuse(name, f"the role {{{name}}} is not read in notes", one_of(name, ROLES))
        return escape(text)

    def _figure(self, name: str) -> str:
        self.used.add(name)
        try:
            return self.figure(name)._repr_html_()
        except EvidenceError as error:
            self.problems += [replace(p, row=p.row or self._line) for p in error.problems]
            return escape(name)

    def _source(self, key: str) -> str:
        source = self.case.all_sources.get(key)
        if source is None:
            near = nearest(key, tuple(self.case.all_sources))
            right = f"write {near}, or add the entry there" if near else "add the entry there"
            self._refuse(key, f"the source {said(key)} is not in sources.bib", right)
            return escape(key)
        self.sources.add(key)
        about = escape(f"{source.title}, grade {source.grade}")
        return (
            f'(<a class="cb-cite" href="{escape(source.href)}" title="{about}">'
            f"{escape(source.label)}</a>)"
        )


def chapter_title(name: str) -> str | None:
    """Return the title of a chapter of the book; None where there is no such chapter."""
    path = page_files(book_root()).get(name)
    if path is None:
        return None
    title = re.search(r"^# +(.+?) *$", path.read_text(encoding="utf-8"), re.M)
    return title.group(1) if title else name


def _as_written(text: str) -> str:
    return f'<pre class="cb-as-written">{escape(text)}</pre>\n'


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
