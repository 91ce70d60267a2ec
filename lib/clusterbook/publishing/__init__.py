"""From executed notebooks to published pages."""
