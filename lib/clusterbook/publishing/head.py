"""What a page says of itself to search engines and in shared links."""

from __future__ import annotations

import re
from html import escape, unescape

_ANSWER = re.compile(r'<div class="cb-answer">(.*?)</div>', re.S)
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)
PREVIEW = "_static/social.png"
LONGEST = 200
"""Characters that a description may have."""


def description(body: str) -> str:
    """Return a page's answer, else its first paragraph, as plain text cut at a word."""
    found = _ANSWER.search(body) or _PARAGRAPH.search(body)
    if found is None:
        return ""
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group(1))).split())
    text = re.sub(r"\s+([.,;:)])", r"\1", text)
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rpartition(" ")[0].rstrip(",;:") + "…"


def tags(title: str, site: str, about: str, pagename: str, address: str) -> str:
    """Return the meta elements of a page; absolute addresses only where the book has one.

    `address` is the book's address ("" where it is not known): a preview picture then is named
    relative to the page.
    """
    base = f"{address.rstrip('/')}/" if address else "../" * pagename.count("/")
    said = {
        "description": about,
        "og:title": title,
        "og:site_name": site,
        "og:type": "article",
        "og:description": about,
        "og:url": f"{base}{pagename}.html" if address else "",
        "og:image": f"{base}{PREVIEW}",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"The title of the book, {site}, and the life-lines of its clusters",
        "twitter:card": "summary_large_image",
    }
    return "".join(
        f'<meta {"property" if name.startswith("og:") else "name"}="{name}" '
        f'content="{escape(value)}" />\n'
        for name, value in said.items()
        if value
    )
