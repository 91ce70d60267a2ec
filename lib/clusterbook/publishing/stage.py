"""The folder that Sphinx reads: executed notebooks in their places, with their configuration."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from .chapters import Chapter
from .jobs import Job

MAIN = "m50"
"""The book's case: its chapters stand at `chapters/`, those of other clusters at `clusters/`."""


@dataclass(frozen=True)
class Place:
    """Where a cluster's pages stand in the book."""

    cluster: str
    main: str = MAIN

    @property
    def folder(self) -> str:
        """The folder of the cluster's pages."""
        return "chapters" if self.cluster == self.main else f"clusters/{self.cluster}"


def make_stage(
    root: Path, stage: Path, clusters: list[str], run: list[Chapter], jobs: list[Job], main: str
) -> None:
    """Write the stage anew: notebooks, `_config.yml`, `_toc.yml` and, for several, the gallery."""
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    done = {(job.cluster, job.chapter): job.result for job in jobs}
    files: dict[str, list[str]] = {}
    for cluster in clusters:
        folder = Place(cluster, main).folder
        (stage / folder).mkdir(parents=True, exist_ok=True)
        for chapter in run:
            text = as_roles(done[cluster, chapter.name].read_text(encoding="utf-8"))
            text = without_dead_links(text, {chapter.name for chapter in run})
            (stage / folder / f"{chapter.name}.ipynb").write_text(text, encoding="utf-8")
        files[cluster] = [f"{folder}/{chapter.name}" for chapter in run]
    _write_toc(stage, files, main)
    _write_config(root, stage, main)
    if len(clusters) > 1:
        from .gallery import gallery_page

        (stage / "clusters.md").write_text(gallery_page(clusters, main), encoding="utf-8")


_CHAPTER_LINK = re.compile(r"\[([^\]\[`<>]+)\]\(([\w-]+)\.md\)")


def as_roles(text: str) -> str:
    """Return a notebook's text with its links to chapters as roles: pages of a stage end in .ipynb.

    In a chapter they are Markdown, `[the ledger](ledger.md)`, which every front end can follow.
    """
    return _CHAPTER_LINK.sub(r"{doc}`\1 <\2>`", text)


_DOC = re.compile(r"\{doc\}`(?:([^`<]+?)\s*<([\w-]+)>|([\w-]+))`")


def without_dead_links(text: str, there: set[str]) -> str:
    """Return a notebook's text with links to chapters that are not in this run as plain words."""

    def mend(match: re.Match[str]) -> str:
        words, target, alone = match.groups()
        return match.group(0) if (target or alone) in there else words or f"the {alone} chapter"

    return _DOC.sub(mend, text)


def _write_toc(stage: Path, files: dict[str, list[str]], main: str) -> None:
    first = files[main]
    chapters: list[dict[str, object]] = [{"file": file} for file in first[1:]]
    others = [cluster for cluster in files if cluster != main]
    if others:
        sections = [
            {"file": files[c][0], "sections": [{"file": file} for file in files[c][1:]]}
            if files[c][1:] else {"file": files[c][0]}
            for c in others
        ]  # fmt: skip
        chapters.append({"file": "clusters", "sections": sections})
    toc = {"format": "jb-book", "root": first[0], "chapters": chapters}
    (stage / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False), encoding="utf-8")


def _write_config(root: Path, stage: Path, main: str) -> None:
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    config["execute"] = {"execute_notebooks": "off"}
    config["exclude_patterns"] = [".*"]
    sphinx = config.setdefault("sphinx", {}).setdefault("config", {})
    sphinx["clusterbook_cluster"] = main
    (stage / "_config.yml").write_text(
        yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
