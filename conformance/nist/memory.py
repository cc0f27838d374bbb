"""What earlier steps did, so that later ones can speak of it: ids given, reports, answers."""

from dataclasses import dataclass, field

from lxml import etree

from names import local
from plan import place


PATIENT = "//*[local-name()='ExternalIdentifier'][contains(*/*/@value, '.patientId')]/@value"
"""Where an answer says whose its first object is."""


class Unknown(Exception):
    """A step speaks of a value that no earlier step left."""


@dataclass
class Deed:
    """What one step sent and was answered."""

    uids: dict = field(default_factory=dict)
    uuids: dict = field(default_factory=dict)
    patient: str = ""
    reports: dict = field(default_factory=dict)
    sent: object = None
    result: object = None
    name: str = ""


class Memory:
    """The deeds of all steps so far, by test, section and step."""

    def __init__(self):
        self.deeds = {}

    def keep(self, step, deed):
        """Keeps a deed, with its reports by their names and those that every submission has."""
        for symbol, value in deed.uids.items():
            deed.reports[f"{symbol}_uid"] = value
        for symbol, value in deed.uuids.items():
            deed.reports[f"{symbol}_uuid"] = value
        shown = first(deed.result, PATIENT) if step.transaction == "StoredQuery" else None
        deed.reports.setdefault("$patientid$", shown or deed.patient)
        for report in step.children("Report"):
            source = deed.sent if report.get("section") == "InputMetadata" else deed.result
            found = first(source, report.text.strip())
            if found is not None:
                deed.reports[report.get("name")] = found
        self.deeds[step.key] = deed

    def symbols(self, step, element=None):
        """What the symbols of a step stand for: its `UseId` and `UseReport` instructions."""
        found = {}
        for use in step.element if element is None else element:
            if local(use) == "UseId":
                found[use.get("symbol")] = self.used_id(step, use)
            elif local(use) == "UseReport":
                found[use.get("useAs")] = self.used_report(step, use)
        return found

    def used_id(self, step, use):
        """The id that an earlier step gave to an object."""
        test, section = place(step, use.get("testdir"))
        deed = self.deed(test, section, use.get("step"))
        if use.get("section") == "AssignedPatientId":
            return deed.patient
        given = deed.uids if use.get("section") == "AssignedUids" else deed.uuids
        if use.get("id") not in given:
            raise Unknown(f"{test}/{section}/{use.get('step')} gave no {use.get('section')} to {use.get('id')}")
        return given[use.get("id")]

    def used_report(self, step, use):
        """The value that an earlier step reported."""
        test = use.get("test") or step.test
        section = use.get("section")
        section = step.section if section == "THIS" else section
        deed = self.deed(test, section, use.get("step"))
        if use.get("reportName") not in deed.reports:
            raise Unknown(f"{test}/{section}/{use.get('step')} reported no {use.get('reportName')}")
        return deed.reports[use.get("reportName")]

    def deed(self, test, section, step):
        """What a step did."""
        if (test, section, step) not in self.deeds:
            raise Unknown(f"{test}/{section}/{step} was not played")
        return self.deeds[test, section, step]

    def log(self, test, section):
        """The answers of a section in the shape that the plans' assertions look into: what was *sent* is left
        out, for an assertion that finds its value in the request proves nothing."""
        root = etree.Element("TestResults")
        for (of, at, step), deed in self.deeds.items():
            if (of, at) == (test, section) and deed.result is not None:
                kept = etree.SubElement(root, "TestStep", id=step)
                kept = etree.SubElement(kept, f"{deed.name}Transaction", step=step)
                etree.SubElement(kept, "Result").append(parsed_anew(deed.result))
        return root


def parsed_anew(element):
    """A copy that shares nothing with the original."""
    return etree.fromstring(etree.tostring(element))


def first(element, path):
    """The text of the first node at a path."""
    if element is None:
        return None
    holder = etree.Element("Holder")
    holder.append(parsed_anew(element))
    found = holder.xpath(path)
    if isinstance(found, list):
        if not found:
            return None
        found = found[0]
    return (found.text or "").strip() if hasattr(found, "text") else str(found).strip()
