"""What one chapter alone uses of the library is little, and each of it has a reason.

Here it is read from the code who calls whom: names that are imported, what is asked of imported
modules, and `cb.name`. So every cluster counts, and it takes seconds; `python tests/single_use.py`
runs the chapters under a profiler and lists what they in fact call.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jupytext
from single_use import LIBRARY, REASONS
from test_text_rules import CHAPTERS

_FORM = "a form of chart, or of words, that fits any rows of its kind"
ALLOWED = {
    "analysis/moves.moves": "a rule over many rows, held by a table of cases",
    "analysis/moves.moves_of": "gives that rule the rows of all clusters",
    "analysis/participation.deciding": "the base of every share of a say",
    "analysis/participation.programmes": "a rule over many rows, held by a table of cases",
    "analysis/tidy.elsewhere": "puts the rows of all other clusters in one unit",
    "charts/answer_shares.answer_shares": _FORM,
    "prose/answers.answers_table": "shares its rows and links with the table of tensions",
    "prose/numbers.probability": _FORM,
    "prose/numbers.spans": _FORM,
}
"""Functions that one chapter alone uses, and why they stand in the library nevertheless."""

MOST, MOST_LINES = 40, 600
Place = tuple[str, str]
"""A function or class by its module and its name; a chapter by "chapters" and its name."""


def dotted(path: Path) -> str:
    """Return the name of a module of the library: "clusterbook.charts.figure"."""
    inside = path.relative_to(LIBRARY.parent).with_suffix("").as_posix().replace("/", ".")
    return inside.removesuffix(".__init__")


TREES = {dotted(path): ast.parse(path.read_text("utf-8")) for path in LIBRARY.rglob("*.py")}


@cache
def defined(module: str) -> dict[str, ast.stmt]:
    """Return what a module defines: functions, classes, and values that are assigned."""
    found: dict[str, ast.stmt] = {}
    for node in TREES[module].body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id: node for t in targets for one in ast.walk(t)
                      if isinstance(one, ast.Name)}  # fmt: skip
    return found


@cache
def imported(tree: ast.AST, module: str) -> dict[str, str]:
    """Return the imported names of a module with what they mean, as dotted names."""
    package = module if (LIBRARY.parent / module.replace(".", "/")).is_dir() else ""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.asname or one.name.partition(".")[0]: one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            here = (package or module.rpartition(".")[0]).split(".")
            above = ".".join(here[: len(here) - node.level + 1]) if node.level else ""
            source = ".".join(filter(None, (above, node.module)))
            names |= {one.asname or one.name: f"{source}.{one.name}" for one in node.names}
    return names


@cache
def meaning(name: str) -> Place | None:
    """Return the place that a dotted name leads to, through what modules hand on."""
    module, parts = name, []
    while module and module not in TREES:
        module, _, last = module.rpartition(".")
        parts.insert(0, last)
    if not module or not parts:
        return None
    if parts[0] in defined(module):
        return module, parts[0]
    further = imported(TREES[module], module).get(parts[0])
    return meaning(".".join([further, *parts[1:]])) if further and further != name else None


def asked(node: ast.AST, names: dict[str, str], module: str = "") -> Iterator[Place]:
    """Yield the places that code asks for."""
    for one in ast.walk(node):
        chain: list[str] = []
        while isinstance(one, ast.Attribute):
            chain.insert(0, one.attr)
            one = one.value
        if isinstance(one, ast.Name):
            if one.id in names:
                found = meaning(".".join([names[one.id], *chain]))
            else:
                found = (module, one.id) if module and one.id in defined(module) else None
            if found:
                yield found


@cache
def callers() -> dict[Place, set[Place]]:
    """Return for each place of the library who asks for it."""
    found: dict[Place, set[Place]] = defaultdict(set)
    for path in CHAPTERS:
        cells = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]
        tree = ast.parse("\n".join(cells))
        for place in asked(tree, imported(tree, "")):
            found[place].add(("chapters", path.stem))
    for module, tree in TREES.items():
        names = imported(tree, module)
        own = {id(node) for node in defined(module).values()}
        run = [("run when imported", node) for node in tree.body if id(node) not in own]
        for name, node in [*defined(module).items(), *run]:
            for place in asked(node, names, module):
                if place != (module, name):
                    found[place].add((module, name))
    return found


def users(place: Place) -> set[str]:
    """Return the chapters that a place serves, "the book" where commands or the build use it."""
    seen, left = {place}, [place]
    while left:
        for caller in callers()[left.pop()] - seen:
            seen.add(caller)
            left.append(caller)
    built = any(
        module.startswith(("clusterbook.publishing", "clusterbook.cli")) for module, _ in seen
    )
    return {name for module, name in seen if module == "chapters"} | (
        {"the book"} if built else set()
    )


def single() -> dict[str, tuple[str, int]]:
    """Return what one chapter alone uses: room and name -> the chapter, and its lines."""
    found = {}
    for module in TREES.keys() - {"clusterbook"}:
        room = module.removeprefix("clusterbook.").replace(".", "/")
        for name, node in defined(module).items():
            if room in REASONS or not isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            if len(by := users((module, name))) == 1 and by != {"the book"}:
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found[f"{room}.{name}"] = (next(iter(by)), lines)
    return found


def test_what_one_chapter_alone_uses_is_little_and_has_a_reason() -> None:
    found = single()
    unsaid, idle = sorted(set(found) - set(ALLOWED)), sorted(set(ALLOWED) - set(found))
    assert unsaid == [], "move it into the chapter's cells, or say why not"
    assert idle == [], "is used by several chapters, or by none: take it out of the list"
    assert len(found) <= MOST
    assert sum(lines for _, lines in found.values()) <= MOST_LINES


def test_nothing_of_the_library_serves_tests_alone() -> None:
    idle = {
        f"{module.removeprefix('clusterbook.').replace('.', '/')}.{name}"
        for module in TREES
        for name, node in defined(module).items()
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and (isinstance(node, ast.ClassDef) or not node.decorator_list) and not name.startswith("__") and not callers()[module, name]
    }  # fmt: skip
    entered = {"publishing/extension.setup", "publishing/engine.ForkEngine",
               "publishing/figures.FigureRenderer"}  # fmt: skip
    assert idle - entered == set()


def test_what_a_chapter_and_the_book_use_is_told() -> None:
    assert users(("clusterbook.charts.spans", "spans")) >= {"sheet", "comparison", "overview"}
    assert users(("clusterbook.prose.claims", "checked")) >= {"economic", "social"}
    assert "the book" in users(("clusterbook.analysis.lifelines", "lifelines"))
    assert users(("clusterbook.charts.answer_shares", "answer_shares")) == {"instrument"}
