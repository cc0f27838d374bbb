"""Reads decided cases from standard input, decides each by itself, and compares.

    emitter | python3 conformance/oracle/oracle.py
    python3 conformance/oracle/oracle.py --self-test
    python3 conformance/oracle/oracle.py --decide < cases     # prints the lines with this program's answers

Exit: 0 all equal, 1 some differ, 2 the cases cannot be read. README.md has the lines' form.
"""

import sys

from judges import JUDGES, Columns

SHOWN = 20


class BadCases(Exception):
    """A line that is no case."""


def decided(lines):
    """Every case as (line, answer given, answer of this program)."""
    judges, widths, pending = {}, {}, None
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            line = line.rstrip("\n")
            fields = line.split("\t")
            kind = fields[0]
            if kind.startswith("#"):
                pending = headed(fields, judges, widths)
                continue
            if pending:
                open_kind(kind, pending, judges, widths)
                pending = None
            if len(fields) != widths[kind]:
                raise ValueError(f"{len(fields)} columns, not {widths[kind]}")
            yield line, fields[-1], judges[kind](fields)
    except (ValueError, KeyError) as error:
        raise BadCases(f"line {number}: {error}") from error


def headed(fields, judges, widths):
    """Takes a header: `#read` speaks of its kind, `#kind` of the kind of the next line."""
    names = fields[1:]
    if names and names[-1] == "answer":
        names.pop()
    if fields[0] == "#kind":
        return names
    open_kind(fields[0][1:], names, judges, widths)
    return None


def open_kind(kind, names, judges, widths):
    """Makes the judge of a kind from the names of its columns."""
    judges[kind] = JUDGES[kind](Columns(names))
    widths[kind] = len(names) + 2


def compare(lines):
    """Prints the first lines that differ, then the sum; the exit code."""
    count = differ = 0
    for line, given, ours in decided(lines):
        count += 1
        if given != ours:
            differ += 1
            if differ <= SHOWN:
                print(f"{line}\n  given  {given}\n  oracle {ours}")
    if count == 0:
        raise BadCases("no cases")
    print(f"{count} cases, {differ} differ")
    return 1 if differ else 0


def decide(lines):
    """Prints every case with this program's answer in the place of the one given."""
    for line, _, ours in decided(lines):
        print(line.rpartition("\t")[0], ours, sep="\t")
    return 0


def main(arguments):
    if arguments == ["--self-test"]:
        from selftest import run
        return run()
    if arguments not in ([], ["--decide"]):
        print(__doc__, file=sys.stderr)
        return 2
    lines = open(0, encoding="ascii", newline="\n", buffering=1 << 20)
    try:
        return decide(lines) if arguments else compare(lines)
    except (BadCases, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
