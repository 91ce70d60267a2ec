"""CFA and SEM for survey answers, in agreement with lavaan: from answers to factors and paths."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from surveysem.interface import Model, cfa, sem

__all__ = ["Model", "cfa", "sem"]


def __getattr__(name: str) -> Any:
    """Load the interface when it is asked for: who needs one module does not pay for all."""
    if name in __all__:
        from surveysem import interface

        return getattr(interface, name)
    raise AttributeError(f"module 'surveysem' has no attribute {name!r}")
