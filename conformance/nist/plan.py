"""Reads the kit: which tests there are, their sections in order, and the steps of a section's testplan.xml."""

import posixpath
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from names import local


@dataclass
class Step:
    """One TestStep of a plan."""

    test: str
    section: str
    id: str
    transaction: str
    """The name of the step's transaction without `Transaction`: Register, StoredQuery, Null, NewPatientId…"""
    element: object
    """The transaction's element, with its instructions."""
    folder: Path
    """Where the step's files are."""
    status: str
    """Success, Failure, PartialSuccess or Fault; empty where a plan says nothing."""
    codes: list
    """Error codes that must be among the answer's."""
    other_patient: bool
    """The step speaks of a patient whom the registry does not know."""

    @property
    def key(self):
        """What later steps call this one by."""
        return self.test, self.section, self.id

    def children(self, name):
        """The transaction's instructions of that name."""
        return [child for child in self.element if local(child) == name]

    def has(self, name):
        """Whether the transaction has an instruction of that name."""
        return bool(self.children(name))

    def text(self, name):
        """The text of the first instruction of that name."""
        found = self.children(name)
        return (found[0].text or "").strip() if found else None


class Kit:
    """A folder `testkit` of the toolkit."""

    def __init__(self, folder):
        self.tests = Path(folder) / "tests"
        self.table = Path(folder).parent / "environment" / "codes.xml"

    def codes(self):
        """The kit's affinity domain: (code, scheme) in their order by classificationScheme."""
        lists = etree.parse(str(self.table)).getroot().findall("CodeType")
        coded = [(one.get("classScheme"), one.findall("Code")) for one in lists if one.get("classScheme")]
        return {kind: [(code.get("code"), code.get("codingScheme")) for code in found] for kind, found in coded}

    def names(self):
        """Every test of the kit."""
        return sorted(path.name for path in self.tests.iterdir() if path.is_dir())

    def has(self, test):
        """Whether the kit has this test."""
        return (self.tests / test).is_dir()

    def tags(self, test):
        """The collections that a test says it belongs to."""
        file = self.tests / test / "collections.txt"
        return set(file.read_text().split()) if file.is_file() else set()

    def sections(self, test):
        """The test's sections in their order; those without an index in the order of their names."""
        folder = self.tests / test
        index = folder / "index.idx"
        if index.is_file():
            named = [line.strip() for line in index.read_text().splitlines() if line.strip()]
        else:
            named = sorted(path.parent.name for path in folder.glob("*/testplan.xml"))
        return [section for section in named if (folder / section / "testplan.xml").is_file()]

    def steps(self, test, section):
        """The steps of a section, in the order of its plan."""
        folder = self.tests / test / section
        plan = etree.parse(str(folder / "testplan.xml")).getroot()
        return [self._step(test, section, folder, found) for found in plan if local(found) == "TestStep"]

    def _step(self, test, section, folder, found):
        texts = {}
        kind, transaction = "Null", found
        for child in found:
            name = local(child)
            if name.endswith("Transaction"):
                kind, transaction = name.removesuffix("Transaction"), child
            elif name == "NewPatientId":
                kind, transaction = name, child
            elif name:
                texts.setdefault(name, []).append((child.text or "").strip())
        return Step(
            test=test,
            section=section,
            id=found.get("id"),
            transaction=kind,
            element=transaction,
            folder=folder,
            status="".join(texts.get("ExpectedStatus", [])[:1]),
            codes=texts.get("ExpectedErrorCode", []) + texts.get("ExpectedErrorMessage", []),
            other_patient="AltPatientId" in texts,
        )


def place(step, testdir):
    """The test and the section that a relative `testdir` of a step means; a bare name is a sibling."""
    if not testdir:
        return step.test, step.section
    if ".." not in testdir.split("/"):
        return step.test, testdir
    parts = posixpath.normpath(posixpath.join(step.test, step.section, testdir)).split("/")
    return (parts[0], "/".join(parts[1:])) if len(parts) > 1 else (parts[0], "")
