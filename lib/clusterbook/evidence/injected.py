"""Papermill's parameters held against those that the notebook has.

Papermill only logs a parameter that a notebook does not know, so `-p clustr west-bund` would give
the report of the default cluster without a word. What papermill gives stands in a cell of its own,
`# Parameters`, after the notebook's parameters cell; both are in the shell's history when the first
function of the library is called.
"""

from __future__ import annotations

import ast
import difflib
import sys

INJECTED = "# Parameters\n"
"""How papermill begins the cell that it puts in."""


class UnknownParameterError(ValueError):
    """A notebook was given a parameter that it does not have; the message names those it has."""


def check_parameters() -> None:
    """Raise `UnknownParameterError` where papermill gave this notebook a name it does not have.

    Outside a notebook, and in one run without parameters, nothing happens.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    history = getattr(getattr(shell, "history_manager", None), "input_hist_raw", [])
    cells = [cell for cell in history if cell.strip()]
    given = next((n for n, cell in enumerate(cells) if cell.startswith(INJECTED)), None)
    if given is None:
        return
    known = _assigned(cells[given - 1]) if given else []
    for name in _assigned(cells[given]):
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            has = f"there are: {', '.join(known)}" if known else "it has none"
            raise UnknownParameterError(f"this notebook has no parameter {name!r}; {has}{meant}")


def _assigned(cell: str) -> list[str]:
    """The names that a cell gives values to."""
    try:
        body = ast.parse(cell).body
    except SyntaxError:
        return []
    targets = [s.targets if isinstance(s, ast.Assign) else [s.target]
               for s in body if isinstance(s, ast.Assign | ast.AnnAssign)]  # fmt: skip
    return [t.id for several in targets for t in several if isinstance(t, ast.Name)]
