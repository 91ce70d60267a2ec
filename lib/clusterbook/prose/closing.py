"""How a chapter closes: what the evidence cannot say."""

from __future__ import annotations

from collections.abc import Sequence

from .sentence import Prose, bullets, say


def cannot_say(items: Sequence[str]) -> Prose:
    """Return the list of what a chapter cannot say (finished sentences, plain text)."""
    return bullets([say("{text}", text=item) for item in items], "What this chapter cannot say")
