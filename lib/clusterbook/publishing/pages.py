"""What is mended on every page: no script from elsewhere, accessible names, the cluster's banner."""

from __future__ import annotations

import re
from typing import Any

_TOGGLE = re.compile(r'<summary aria-label="Toggle hidden content">')
_LIST_ROLE = re.compile(r'(<div class="citation-list"[^>]*) role="list"')


def is_foreign(script: Any) -> bool:
    """Return whether a script comes from another host or belongs to thebe, which is not used."""
    name = str(getattr(script, "filename", "") or "")
    body = str(getattr(script, "attributes", {}).get("body", ""))
    return name.startswith(("http:", "https:", "//")) or "thebe" in name or "THEBE" in body


def mend_body(body: str) -> str:
    """Return a page's body with the accessible names that the theme gets wrong put right."""
    body = _TOGGLE.sub("<summary>", body)
    return _LIST_ROLE.sub(r"\1", body)


def mend_context(context: dict[str, Any]) -> None:
    """Drop foreign scripts from a page and mend its body."""
    context["script_files"] = [s for s in context.get("script_files", []) if not is_foreign(s)]
    if context.get("body"):
        context["body"] = mend_body(context["body"])
