"""The survey instrument: from answers to factors, paths and groups, agreeing with lavaan."""
