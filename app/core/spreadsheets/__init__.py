"""CSV and XLSX in and out: `reading` and `workbooks` take what people upload, `writing` exports."""

from app.core.spreadsheets.headers import Headers, match_headers, records
from app.core.spreadsheets.problems import Limits, Reason, Row, Sheet, SheetProblem, UnreadableSheet
from app.core.spreadsheets.reading import read_sheet
from app.core.spreadsheets.writing import Value, safe_cell, write_csv, write_xlsx

__all__ = [
    "Headers",
    "Limits",
    "Reason",
    "Row",
    "Sheet",
    "SheetProblem",
    "UnreadableSheet",
    "Value",
    "match_headers",
    "read_sheet",
    "records",
    "safe_cell",
    "write_csv",
    "write_xlsx",
]
