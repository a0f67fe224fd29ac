"""Measures programs against each other; knows nothing of what they do."""
