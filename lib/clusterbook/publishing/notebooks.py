"""Executed notebooks for people: each chart with its picture, which every front end shows."""

from __future__ import annotations

import json
from pathlib import Path

from clusterbook.charts.figure import MIME, picture_html

from .figures import spec_digest


def with_pictures(text: str, store: Path) -> str:
    """Return a notebook (JSON) whose charts bear their pictures, which lie in `store` by digest.

    The book's build keeps a chart as a specification alone, which no other front end draws.
    """
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            spec = output.get("data", {}).get(MIME)
            words = (spec or {}).get("usermeta", {}).get("clusterbook")
            if words is None:
                continue
            bare = {key: value for key, value in spec.items() if key != "usermeta"}
            svg = store / f"{spec_digest(bare)}.svg"
            if svg.is_file():
                picture = svg.read_text(encoding="utf-8")
                output["data"] = {
                    "text/html": picture_html(words, picture),
                    "text/plain": output["data"]["text/plain"],
                }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
