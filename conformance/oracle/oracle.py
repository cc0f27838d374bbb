"""Reads decided cases from standard input, decides each by itself, and compares.

    emitter | python3 conformance/oracle/oracle.py
    python3 conformance/oracle/oracle.py --self-test
    python3 conformance/oracle/oracle.py --decide < cases     # prints the lines with this program's answers

Exit: 0 all equal, 1 some differ, 2 the cases cannot be read. README.md has the lines' form.
"""

import sys

from judges import JUDGES
from lines import Columns

SHOWN = 20


class BadCases(Exception):
    """A line that is no case."""


def decided(lines):
    """Every case as (line, answer given, answer of this program)."""
    judges, names, mark, judge = {}, None, "\n", None
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            if not line.startswith(mark):
                kind, _, rest = line.partition("\t")
                if kind.startswith("#"):
                    names, mark = headed(kind, rest, judges), "\n"
                    continue
                if names:
                    judges[kind], names = JUDGES[kind](Columns(names)), None
                judge, mark = judges[kind], kind + "\t"
            given, ours = judge(line)
            yield line, given, ours
    except KeyError as error:
        raise BadCases(f"line {number}: {error} is unknown here") from error
    except ValueError as error:
        raise BadCases(f"line {number}: {error}") from error


def headed(kind, rest, judges):
    """Takes a header: `#read` speaks of its kind at once, `#kind` of the kind of the next line (names returned)."""
    names = rest.rstrip("\n").split("\t")
    if names[-1] == "answer":
        names.pop()
    if kind == "#kind":
        return names
    judges[kind[1:]] = JUDGES[kind[1:]](Columns(names))
    return None


def compare(lines):
    """Prints the first lines that differ, then the sum; the exit code."""
    count = differ = 0
    for line, given, ours in decided(lines):
        count += 1
        if given != ours:
            differ += 1
            if differ <= SHOWN:
                print(f"{line.rstrip()}\n  given  {given}\n  oracle {ours}")
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
