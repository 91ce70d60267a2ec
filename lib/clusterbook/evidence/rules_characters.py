"""Characters that do harm unseen: control and invisible characters, and text decoded wrongly."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_JOINED = "\u0300-\uffff\U00010000-\U0010ffff"  # scripts and emoji that joiners may stand between
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0001]|(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0020-\U000e007f]"
    f"|(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"
)


def _read_as(codes: range) -> str:
    """Return the characters that Windows-1252 shows for the bytes, for a class of a pattern."""
    shown = (bytes([code]).decode("cp1252", "ignore") or chr(code) for code in codes)
    return "".join(re.escape(char) for char in shown)


_TAIL = _read_as(range(0x80, 0xC0))
_LETTER_TAIL = re.sub("[“”‘’–—…\\\\]", "", _TAIL)  # which may well follow a word that ends in Ã
_MISREAD = re.compile(
    f"Â[\u00a0-¿]|[ÃÄÅ][{_LETTER_TAIL}]|(?:[ÐÑ][{_TAIL}]){{2}}|â[€„‚][{_TAIL}]|ðŸ[{_TAIL}]{{2}}"
    f"|[{_read_as(range(0xE3, 0xEA))}ï][{_TAIL}][{_TAIL}]|√[^\\w\\s(]|‚Ä[ôúùìîò¶]"
)
_HAN = re.compile("[\u4e00-\u9fff\ue000-\uf8ff€]{3,}")
_UNSEEN = (
    (_CONTROL, "a control"), (_INVISIBLE, "an invisible"), (_TURNING, "a bidirectional control")
)  # fmt: skip
_ANEW = "export the file anew as UTF-8,"


def strange(text: str) -> tuple[str, str] | None:
    """Return what is wrong with the characters of a text, and the remedy; None for a sound text."""
    if text.isascii() and text.isprintable():
        return None
    shown = _MISREAD.search(text)
    if shown or "锟斤拷" in text or any(map(_han, _HAN.findall(text))):
        meant = shown and (
            _decoded(shown.group(), "cp1252") or _decoded(shown.group(), "mac_roman")
        )
        what = f" ({shown.group()} for {meant})" if shown and meant else ""
        return f"was decoded wrongly when the file was converted{what}", f"{_ANEW} or type it anew"
    if "\ufffd" in text:
        return "holds a character lost when the file was converted", f"{_ANEW} or type it anew"
    for pattern, kind in _UNSEEN:
        found = pattern.search(text)
        if found:
            code = f"U+{ord(found.group()):04X} {unicodedata.name(found.group(), '')}".strip()
            before = text[max(0, found.start() - 8) : found.start()]
            after = f" after {before!r}" if before else ""
            return f"holds {kind} character ({code})", f"delete it{after}, or type the cell anew"
    return None


def _decoded(text: str, encoding: str) -> str:
    try:
        return text.encode(encoding).decode("utf-8")
    except UnicodeError:
        return ""


def _han(run: str) -> bool:
    """Return whether Chinese characters are the bytes of other ones, read as GB 18030."""
    return any(
        len(meant) >= 2 and all("\u4e00" <= char <= "\u9fff" for char in meant)
        for end in (len(run), len(run) - 1)
        if (meant := _decoded(run[:end], "gb18030"))
    )
