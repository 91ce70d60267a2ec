"""The data gap under its former name."""

from clusterbook.evidence.gap import Gap, told_once

__all__ = ["Gap", "told_once"]
