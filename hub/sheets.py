"""Tables for a spreadsheet, which takes some texts for formulas and runs them."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

#: What such a text begins with.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Rows of texts, the first with the heads, as UTF-8 with the mark that Excel looks for."""
    out = StringIO()
    out.write("\ufeff")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
