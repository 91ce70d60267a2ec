"""Reporting an error in a row: a link to the repository's issues, where one is configured."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import quote_plus

_PLACE = re.compile(r'<code class="cb-place">([^<]+)</code>')


def check_address(address: str) -> str:
    """Return a repository's address without its last slash. Raises `ValueError` if it is none."""
    if address and not re.fullmatch(r"https?://[^\s\"'<>]+", address):
        raise ValueError(
            f"clusterbook_issues is {address!r}; write the repository's address, "
            "as in https://example.org/name/repository, or leave it empty"
        )
    return address.rstrip("/")


def issue_url(repository: str, place: str, edition: str) -> str:
    """Return the address at which an error in a row is reported, the row named."""
    title = quote_plus(f"Error in {place}", safe="/,:")  # as short as it may be: one a row
    body = quote_plus(f"Edition {edition}: what is wrong?", safe="/,:")
    return f"{repository}/issues/new?title={title}&body={body}"


def add_links(body: str, repository: str, edition: str) -> str:
    """Return the ledger with a link beside each row's place; as it is without a repository."""
    if not repository:
        return body

    def linked(match: re.Match[str]) -> str:
        url = issue_url(repository, unescape(match.group(1)), edition)
        return f'{match.group(0)} <a href="{escape(url)}">report an error</a>'

    return _PLACE.sub(linked, body)
