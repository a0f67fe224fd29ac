"""Sizes as people write them."""

import re

UNITS = {"": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}


def parse_size(text: str) -> int:
    match = re.fullmatch(r"([0-9]*\.?[0-9]+) ?(kB|MB|GB|)", text)
    if not match:
        raise ValueError(f"'{text}' is not a size: write it as 100MB or 1GB")
    return round(float(match[1]) * UNITS[match[2]])


def format_size(size: float) -> str:
    for unit in ("GB", "MB", "kB"):
        # Of three digits: 999.6 MB are 1 GB, not 1000 MB.
        if size >= 0.9995 * UNITS[unit]:
            return f"{size / UNITS[unit]:.3g} {unit}"
    return f"{size:.0f} B"
