"""CFA and SEM for survey answers, in agreement with lavaan: from answers to factors and paths."""
