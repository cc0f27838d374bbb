"""Holds an answer against what the plan expects: status, error codes, counts, patterns, documents."""

from names import FOLDER_NODE, HAS_MEMBER, QUERY, RELATIONSHIP, RIM, RS, SET_NODE, STATUS, local

STATUS_ATTRIBUTE = {f"{{{RS}}}RegistryResponse", f"{{{QUERY}}}AdhocQueryResponse"}
SNAPSHOT = "urn:ihe:iti:2010:AssociationType:IsSnapshotOf"


class Contents:
    """The registry objects of an answer."""

    def __init__(self, payload):
        found = payload.find(f".//{{{RIM}}}RegistryObjectList")
        objects = [] if found is None else [entry for entry in found if isinstance(entry.tag, str)]
        named = lambda name: [entry for entry in objects if local(entry) == name]  # noqa: E731
        self.all = objects
        self.documents = named("ExtrinsicObject")
        self.associations = named("Association")
        self.references = named("ObjectRef")
        packages = named("RegistryPackage")
        self.sets = [entry for entry in packages if classified(entry, SET_NODE)]
        self.folders = [entry for entry in packages if classified(entry, FOLDER_NODE)]

    def counts(self):
        """How many of each there are, by the plans' words."""
        return {
            "Documents": len(self.documents),
            "Associations": len(self.associations),
            "Folders": len(self.folders),
            "SubmissionSets": len(self.sets),
            "ObjectRefs": len(self.references),
        }

    def linked(self, source, target):
        """Whether one object has another as a member."""
        return any(
            link.get("associationType") == HAS_MEMBER
            and link.get("sourceObject") == source.get("id")
            and link.get("targetObject") == target.get("id")
            for link in self.associations
        )

    def is_set_of(self, documents, folders, in_folder=0):
        """Whether the answer is one set with so many documents and folders, so many documents in a folder, and the
        memberships of all these and no others: SS-DE, SS-FD, FD-DE, and an SS-HM for each FD-DE."""
        if (len(self.sets), len(self.documents), len(self.folders)) != (1, documents, folders):
            return False
        members = all(self.linked(self.sets[0], entry) for entry in self.documents + self.folders)
        held = [link for link in self.associations if link.get("sourceObject") in {f.get("id") for f in self.folders}]
        in_folders = sum(self.linked(folder, entry) for folder in self.folders for entry in self.documents)
        of_set = all(self.linked(self.sets[0], link) for link in held)
        links = documents + folders + 2 * in_folder
        return members and of_set and len(held) == in_folders == in_folder and len(self.associations) == links


def classified(package, node):
    """Whether a package is of that kind; the classification may be nested or stand beside."""
    nested = package.findall(f"{{{RIM}}}Classification")
    beside = package.getparent().findall(f"{{{RIM}}}Classification")
    return any(
        one.get("classificationNode") == node and one.get("classifiedObject") == package.get("id")
        for one in nested + beside
    )


def all_have(objects, status):
    """Whether there are objects and all have the status."""
    return bool(objects) and all(entry.get("status") == STATUS + status for entry in objects)


def having(objects, status):
    """How many have the status."""
    return sum(entry.get("status") == STATUS + status for entry in objects)


def has_kind(contents, kind):
    """Whether an association of a kind is there."""
    return any(link.get("associationType") == kind for link in contents.associations)


PATTERNS = {
    "None": lambda c: not c.all,
    "DocApp": lambda c: all_have(c.documents, "Approved"),
    "DocDep": lambda c: all_have(c.documents, "Deprecated"),
    "OneDocApp": lambda c: having(c.documents, "Approved") == 1,
    "OneDocDep": lambda c: having(c.documents, "Deprecated") == 1,
    "FolApp": lambda c: all_have(c.folders, "Approved"),
    "FolDep": lambda c: all_have(c.folders, "Deprecated"),
    "SSApproved": lambda c: all_have(c.sets, "Approved"),
    "SSwithOneDoc": lambda c: c.is_set_of(1, 0),
    "SSwithTwoDoc": lambda c: c.is_set_of(2, 0),
    "SSwithOneFol": lambda c: c.is_set_of(0, 1),
    "SSwithOneDocOneFol": lambda c: c.is_set_of(1, 1, 1),
    "SSwithTwoDocOneFol": lambda c: c.is_set_of(2, 1, 2),
    "SSwithTwoDocOneFolOneDocInFol": lambda c: c.is_set_of(2, 1, 1),
    "HasRPLC": lambda c: has_kind(c, RELATIONSHIP + "RPLC"),
    "HasXFRM_RPLC": lambda c: has_kind(c, RELATIONSHIP + "XFRM_RPLC"),
    "HasAPND": lambda c: has_kind(c, RELATIONSHIP + "APND"),
    "HasSnapshotPattern": lambda c: has_kind(c, SNAPSHOT),
}


def outcome(answer):
    """The status in the plans' word, and the error codes with their severities."""
    if answer.is_fault:
        return "Fault", []
    said = answer.payload if answer.payload.tag in STATUS_ATTRIBUTE else answer.payload.find(f"{{{RS}}}RegistryResponse")
    status = "" if said is None else said.get("status", "").rpartition(":")[2]
    errors = [
        (error.get("errorCode", ""), error.get("severity", "").rpartition(":")[2], error.get("codeContext", ""))
        for error in answer.payload.iter(f"{{{RS}}}RegistryError")
    ]
    return status, errors


def status_faults(answer, status, codes):
    """What is wrong with status and codes."""
    found, errors = outcome(answer)
    named = sorted({code for code, _, _ in errors})
    said = "; ".join(f"{code}: {context}" for code, _, context in errors)[:600]
    faults = []
    if found != status:
        faults.append(f"expected {status}, got {found} {said}")
    if found == "Success" and any(severity != "Warning" for _, severity, _ in errors):
        faults.append(f"Success with an error: {said}")
    if status in ("Failure", "PartialSuccess") and found == status and not errors:
        faults.append(f"{status} without an error")
    faults += [f"expected the code {code}, got {named}" for code in codes if code not in named]
    return faults


def contents_faults(step, answer, memory, left_out):
    """What is wrong with the objects of the answer; an expectation that is not understood is wrong too."""
    contents, faults = Contents(answer.payload), []
    expected = [child for block in step.children("ExpectedContents") for child in block]
    for child in expected:
        name = local(child)
        if not name or name in left_out:
            continue
        if name == "DocumentEntries":
            faults += entries_faults(step, child, contents, memory)
        elif name in contents.counts():
            if contents.counts()[name] != int(child.get("count")):
                faults.append(f"expected {child.get('count')} {name}, got {contents.counts()[name]}")
        elif name not in PATTERNS:
            faults.append(f"the plan expects {name}, which this replay does not know")
        elif not PATTERNS[name](contents):
            faults.append(f"not {name}: {contents.counts()}")
    return faults


def entries_faults(step, expected, contents, memory):
    """`Include` and `MustOnlyInclude`: these entries, by entryUUID and type; nothing besides."""
    types = {entry.get("id"): entry.get("objectType") for entry in contents.documents}
    faults = []
    for block in expected:
        wanted = {}
        for entry in block:
            kind = next(child.text.strip() for child in entry if local(child) == "DocumentEntryType")
            wanted[next(iter(memory.symbols(step, entry).values()))] = kind
        for entry, kind in wanted.items():
            if types.get(entry) != kind:
                faults.append(f"{entry} of type {kind} is not in the answer")
        if local(block) == "MustOnlyInclude" and set(types) != set(wanted):
            faults.append(f"expected {len(wanted)} entries and no other, got {len(types)}")
    return faults


def assertion_faults(step, log, symbols, left_out):
    """The XPath assertions of a step that do not hold over the answers of its section."""
    faults = []
    for block in step.children("Assertions"):
        for found in block:
            if local(found) != "Assert" or found.get("id") in left_out or "*" in left_out:
                continue
            text = (found.text or "").strip()
            for symbol, value in sorted(symbols.items(), key=lambda item: -len(item[0])):
                text = text.replace(symbol, value)
            if not log.xpath(text):
                faults.append(f"assertion {found.get('id')} does not hold: {' '.join(text.split())[:300]}")
    return faults
