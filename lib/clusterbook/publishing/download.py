"""The whole evidence as one download: a Data Package in a zip whose bytes never vary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clusterbook.evidence.package import data_package, folder_package, written
from clusterbook.evidence.root import outside_folders
from clusterbook.evidence.rules_notes import PICTURES

from .process import write_atomically, zipped

NAME = "evidence.zip"
PLACE = f"_downloads/{NAME}"
"""Where the download stands in a book."""

_KINDS = (".csv", ".bib", ".md", ".yml", ".json")


def members(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of the download: `data/` and the terms it comes under.

    Instruments are left out: their synthetic answers are no evidence.
    Evidence folders outside the root are added under `clusters/`, each a Data Package of its own;
    one with the name of a shipped cluster takes its place. What is named last counts, as the
    description of a package that is made here.
    """
    for name in ("CHANGELOG.md", "CITATION.cff", "LICENSE"):
        if (root / name).is_file():
            yield name, (root / name).read_bytes()
    data = root / "data"
    instead = tuple(f"clusters/{folder.name}/" for folder in outside_folders())
    for path in data.rglob("*"):
        name = path.relative_to(data).as_posix()
        if _belongs(path, data) and not name.startswith(("instruments/", *instead)):
            yield name, _printable(path)
    package = data_package(root)
    listed = package["resources"]
    package["resources"] = [part for part in listed if not part["path"].startswith(instead)]
    yield "datapackage.json", written(package).encode()
    for folder in outside_folders():
        base = f"clusters/{folder.name}"
        for path in (*folder.glob("*"), *folder.glob("notes/*")):
            if _belongs(path, folder):
                yield f"{base}/{path.relative_to(folder).as_posix()}", _printable(path)
        yield f"{base}/datapackage.json", written(folder_package(folder)).encode()


_ENTRY = re.compile(r"^@.*?^\}", re.M | re.S)
_ADDRESS = re.compile(r"^\s*url\s*=.*\n", re.M)


def _printable(path: Path) -> bytes:
    """A file's content; of a source marked `nolink` without its address."""
    content = path.read_bytes()
    if path.suffix != ".bib":
        return content

    def mended(entry: re.Match[str]) -> str:
        text = entry.group(0)
        return _ADDRESS.sub("", text) if "nolink" in text else text

    return _ENTRY.sub(mended, content.decode("utf-8")).encode()


def _belongs(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder)
    picture = inside.parent.name == "notes" and path.suffix.lower() in PICTURES
    hidden = any(part.startswith((".", "~")) for part in inside.parts)
    return path.is_file() and (path.suffix in _KINDS or picture) and not hidden


def write_evidence(root: Path, target: Path) -> None:
    """Write the download: names sorted, so equal evidence gives equal bytes."""
    write_atomically(target, zipped(sorted(dict(members(root)).items())))
