"""The reviewed exceptions: what of the kit is not played, or must be answered otherwise than it says, and why."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass
class Exempt:
    """One exception. `status` and `without` empty: the steps are not sent."""

    test: str
    section: str
    step: str
    transaction: str
    status: str
    codes: list
    without: list
    """Expectations and assertions of the plan that are not asked: names of patterns, ids of assertions; `*` is all."""
    reason: str
    used: bool = False

    @property
    def is_skipped(self):
        """Whether its steps are not sent at all."""
        return not self.status and not self.codes and not self.without

    def covers(self, step):
        """Whether a step is meant."""
        return (
            fnmatchcase(step.test, self.test)
            and fnmatchcase(step.section, self.section)
            and fnmatchcase(step.id, self.step)
            and fnmatchcase(step.transaction, self.transaction)
        )


def load(file):
    """Reads the file; every exception has a reason."""
    with open(file, "rb") as stream:
        rows = tomllib.load(stream).get("exception", [])
    return [
        Exempt(
            test=row.get("test", "*"),
            section=row.get("section", "*"),
            step=row.get("step", "*"),
            transaction=row.get("transaction", "*"),
            status=row.get("status", ""),
            codes=row.get("codes", []),
            without=row.get("without", []),
            reason=row["reason"].strip(),
        )
        for row in rows
    ]


def of(exceptions, step):
    """The exception of a step, if there is one."""
    for exception in exceptions:
        if exception.covers(step):
            exception.used = True
            return exception
    return None
