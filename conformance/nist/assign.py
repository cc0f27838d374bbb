"""Gives a message its ids: symbols of earlier steps, the test's patient, new uniqueIds, UUIDs where asked."""

import uuid

from names import LCM, PATIENT_SCHEMES, RIM, SUBMISSIONS, UNIQUE_ID_SCHEMES, local

KIT_REPOSITORY = "1.19.6.24.109.42.1"
"""The repository at which most of the kit's registrations say that their documents are."""


class Ids:
    """New identifiers, no two of which are the same in any two runs."""

    def __init__(self, domain):
        self.domain = domain
        self.run = uuid.uuid4()
        self.count = 0

    def oid(self):
        """A uniqueId below a private root."""
        self.count += 1
        return f"2.25.{self.run.int}.{self.count}"

    def uuid(self):
        """An entryUUID."""
        return uuid.uuid4().urn

    def patient(self):
        """A patient identifier, CX."""
        self.count += 1
        return f"P{self.run.hex[:12]}{self.count}^^^&{self.domain}&ISO"


def substitute(root, symbols):
    """Replaces symbols in texts and attributes, the longest first."""
    ordered = sorted(symbols.items(), key=lambda item: -len(item[0]))
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for symbol, value in ordered:
            if element.text and symbol in element.text:
                element.text = element.text.replace(symbol, value)
            for name, text in element.attrib.items():
                if symbol in text:
                    element.set(name, text.replace(symbol, value))


def assign(step, root, deed, ids, patient, repository=None):
    """Gives the objects of a submission their ids, as the step's instructions say, and notes them in `deed`."""
    deed.patient = patient
    # What speaks of a patient by this symbol and binds it to nobody means the test's own.
    substitute(root, {"$patientid$": patient})
    if step.has("CleanParams"):
        for slot in [slot for slot in root.iter(f"{{{RIM}}}Slot") if "$" in slot.findtext(".//{*}Value", "")]:
            slot.getparent().remove(slot)
    if repository:
        substitute(root, {KIT_REPOSITORY: repository})
    if step.transaction not in SUBMISSIONS:
        return
    kept = {use.get("id") for use in step.children("NoAssignUids")}
    for identifier in root.iter(f"{{{RIM}}}ExternalIdentifier"):
        scheme, owner = identifier.get("identificationScheme"), identifier.getparent().get("id")
        if scheme in PATIENT_SCHEMES and not step.has("NoPatientId"):
            identifier.set("value", patient)
        elif scheme in UNIQUE_ID_SCHEMES:
            if owner not in kept and None not in kept:
                identifier.set("value", ids.oid())
            deed.uids[owner] = identifier.get("value")
        if scheme in PATIENT_SCHEMES and local(identifier.getparent()) == "RegistryPackage":
            deed.patient = identifier.get("value")
    objects = root if local(root) == "RegistryObjectList" else root.find(f".//{{{RIM}}}RegistryObjectList")
    for entry in [] if objects is None else objects:
        symbol = entry.get("id")
        if symbol and local(entry) in {"ExtrinsicObject", "RegistryPackage", "Association"}:
            deed.uuids[symbol] = ids.uuid() if step.has("AssignUuids") and not is_uuid(symbol) else symbol
    if step.has("AssignUuids"):
        rename(root, deed.uuids)


def rename(root, names):
    """Puts UUIDs in the place of symbolic ids, wherever an object is named."""
    for element in root.iter():
        for attribute in ("id", "registryObject", "classifiedObject", "sourceObject", "targetObject"):
            value = element.get(attribute)
            if value in names:
                element.set(attribute, names[value])


def is_uuid(symbol):
    """Whether an id is a real one, to be kept."""
    return symbol.startswith("urn:uuid:")


def submission(root):
    """The SubmitObjectsRequest of a metadata file, which may be wrapped."""
    return root if root.tag == f"{{{LCM}}}SubmitObjectsRequest" else root.find(f".//{{{LCM}}}SubmitObjectsRequest")
