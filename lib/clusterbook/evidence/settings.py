"""The book's YAML files, with a message of the file and the line where one is spoilt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .problems import ToldError

EXTENSION = "clusterbook.publishing.extension"


class SettingsError(ToldError, ValueError):
    """A YAML file of the book is missing, cannot be read or says nothing."""


def read_yaml(path: Path, loader: Any = yaml.SafeLoader) -> Any:
    """Return what a YAML file says; None of an empty one.

    Raises `SettingsError` with the file's name, the line and what is wrong there.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=loader)
    except FileNotFoundError:
        raise SettingsError(f"{path.name} is missing in {path.parent.name}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name} is not UTF-8; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        wrong = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SettingsError(f"{path.name}{line}: {wrong}") from None


def read_config(root: Path) -> dict[str, Any]:
    """Return `_config.yml`. Raises `SettingsError` also where it does not make this book."""
    config = read_yaml(root / "_config.yml")
    if not isinstance(config, dict):
        wrong = "is empty" if config is None else "holds no settings, such as title: …"
        raise SettingsError(f"_config.yml {wrong}; restore the file")
    sphinx = config.get("sphinx")
    extra = sphinx.get("extra_extensions") if isinstance(sphinx, dict) else None
    if not isinstance(extra, list) or EXTENSION not in extra:
        right = f"write sphinx: extra_extensions: [{EXTENSION}]"
        raise SettingsError(f"_config.yml does not name what makes this book; {right}")
    return config
