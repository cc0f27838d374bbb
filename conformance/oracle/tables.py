"""The data that the law refers to: functional rights, habilitation matrix, codes that a rule names.

Read from `mappings/`, whole and strictly: an unknown word in a file is an error, never a default.
"""

import csv
from pathlib import Path

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"

# The sheet of each channel whose callers have a column of functional rights.
SHEETS = {"526": "functional_rights_526.csv", "606": "functional_rights_606.csv"}

# Conditions of a right that say whose document it is about.
OWN = {"own documents", "documents of the structure"}


def lines_of(name):
    """The lines of a mapping file as dictionaries, without its `# key: value` head."""
    with open(MAPPINGS / name, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


class Sheet:
    """One sheet of functional rights. A line that is not there is deny."""

    def __init__(self, name):
        self.rights = {}
        self.columns = set()
        for line in lines_of(f"habilitation/{name}"):
            column, mode = line["column"], line["mode"]
            self.columns.add((column, mode))
            if word(line["right"], "allow", "deny") == "allow":
                self.rights[line["action"], column, mode] = line["condition"]

    def has(self, column, mode):
        """Does the sheet have a column for this mode?"""
        column = judged_as(column, mode)
        return (column, mode) in self.columns or (column, "any") in self.columns

    def right_or_as_normal(self, action, column, mode):
        """The same right, taken as in normal mode when the sheet has no column for the mode."""
        return self.right(action, column, mode if self.has(column, mode) else "normal")

    def right(self, action, column, mode):
        """The condition of the right ("" when there is none), or None when the sheet says no."""
        column = judged_as(column, mode)
        if (column, "any") in self.columns:
            mode = "any"
        return self.rights.get((action, column, mode))


def judged_as(column, mode):
    """Line 9b: the sheets have no column for a médecin traitant in centre_15."""
    return "med_non_mt" if column == "mt" and mode == "regulation" else column


def word(value, *allowed):
    """The value, if it is one of the words allowed."""
    if value not in allowed:
        raise ValueError(f"{value!r} is unknown here")
    return value


def load_matrix():
    """Two tables of the habilitation matrix, by (row, type): may read; deposit `allow` or `with-set`."""
    read, deposit = set(), {}
    for line in lines_of("habilitation/matrix.csv"):
        cell = line["profession"], line["type"]
        if word(line["read"], "allow", "deny") == "allow":
            read.add(cell)
        if word(line["deposit"], "allow", "deny", "with-set") != "deny":
            deposit[cell] = line["deposit"]
    return read, deposit


RIGHTS = {key: Sheet(name) for key, name in SHEETS.items()}
MAY_READ, MAY_DEPOSIT = load_matrix()
ROWS = {line["row"] for line in lines_of("codes/professions.csv")}
TYPES = {line["code"] for line in lines_of("codes/type_codes.csv")}
SIGNATURE = next(line["code"] for line in lines_of("codes/kinds.csv") if line["kind"] == "set_signature")
