#!/usr/bin/env python3
"""What of the replay can be proved without a server: selftest.py [--kit …/nist-toolkit2/testkit]

Without a kit, on fragments invented here: the translation, the framing, and that each expectation can fail. With a
kit, besides: every plan is understood, and every message that it sends is valid by the ebXML and IHE schemas."""

import argparse
import sys
from pathlib import Path

from lxml import etree

import exceptions
import expect
from assign import Ids, assign, submission, substitute
from memory import Deed
from names import HAS_MEMBER, LCM, QUERY, RIM, RIM21, RS21, SUBMISSIONS, TRANSACTIONS, local
from plan import Kit
from recorded import framed
from schema import Schemas
from send import opened, packed, simple, wrapped
from translate import translate

OLD = f"""<r:SubmitObjectsRequest xmlns:r="{RS21}"><LeafRegistryObjectList xmlns="{RIM21}"><ObjectRef id="urn:uuid:x"/>
<RegistryPackage id="S" status="Approved"><Name><LocalizedString value="n"/></Name>
<Slot name="submissionTime"><ValueList><Value>2026</Value></ValueList></Slot>
<ExternalIdentifier value="1.2" identificationScheme="urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"/>
</RegistryPackage><Association sourceObject="S" targetObject="D" associationType="HasMember"/>
</LeafRegistryObjectList></r:SubmitObjectsRequest>"""
KNOWN = {"Null", "PatientIdentityFeed", "NewPatientId", "Http", *TRANSACTIONS}


def main():
    """Runs the checks; prints the faults; exit code 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kit", type=Path)
    options = parser.parse_args()
    faults = translation() + patterns() + packaging()
    checked = 0
    if options.kit:
        checked, found = kit(options.kit)
        faults += found
    for fault in faults:
        print(fault)
    print(f"{checked} messages of the kit checked, {len(faults)} faults")
    return 1 if faults else 0


def translation():
    """Ids, parents, order, types and statuses are completed; a message of 3.0 stays as it is."""
    made = translate(etree.fromstring(OLD))
    package, link = made.find(f".//{{{RIM}}}RegistryPackage"), made.find(f".//{{{RIM}}}Association")
    identifier = package.find(f"{{{RIM}}}ExternalIdentifier")
    again = translate(made)
    return failing(
        {
            "root": made.tag == f"{{{LCM}}}SubmitObjectsRequest" and RIM21 not in etree.tostring(made).decode(),
            "order": [local(child) for child in package] == ["Slot", "Name", "ExternalIdentifier"],
            "parent": identifier.get("registryObject") == "S" and identifier.get("id"),
            "status": package.get("status") == "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved",
            "link": link.get("associationType") == HAS_MEMBER and link.get("id"),
            "schemes": made.find(f".//{{{RIM}}}ObjectRef") is None,
            "twice": etree.tostring(again) == etree.tostring(made),
        }
    )


def patterns():
    """Each pattern holds of an answer made for it and not of its neighbours."""
    one = shown("<ExtrinsicObject id='d' status='{a}'/>", [("s", "d")], sets=1)
    entries = "<ExtrinsicObject id='d' status='{a}'/><ExtrinsicObject id='e' status='{p}'/>"
    two = shown(entries, [("s", "d"), ("s", "e")], sets=1)
    loose = shown("<ExtrinsicObject id='d' status='{a}'/>", [("s", "elsewhere")], sets=1)
    held = [("s", "d"), ("s", "f"), ("f", "d"), ("s", "link2")]
    folder = shown("<ExtrinsicObject id='d' status='{a}'/>", held, sets=1, folders=1)
    dangling = shown("<ExtrinsicObject id='d' status='{a}'/>", [*held, ("f", "e")], sets=1, folders=1)
    nothing, holds = shown("", []), expect.PATTERNS
    return failing(
        {
            "SSwithOneDoc": holds["SSwithOneDoc"](one) and not any(holds["SSwithOneDoc"](c) for c in (two, loose, nothing)),
            "SSwithTwoDoc": holds["SSwithTwoDoc"](two) and not holds["SSwithTwoDoc"](one),
            "SSwithOneDocOneFol": holds["SSwithOneDocOneFol"](folder)
            and not any(holds["SSwithOneDocOneFol"](c) for c in (one, dangling)),
            "OneDocApp": holds["OneDocApp"](two) and not holds["OneDocApp"](nothing),
            "DocApp": holds["DocApp"](one) and not holds["DocApp"](two) and not holds["DocApp"](nothing),
            "None": holds["None"](nothing) and not holds["None"](one),
            "HasRPLC": not holds["HasRPLC"](one),
            "counts": one.counts() == dict(Documents=1, Associations=1, Folders=0, SubmissionSets=1, ObjectRefs=0),
        }
    )


def shown(entries, links, sets=0, folders=0):
    """An invented answer: entries, HasMember links, a set `s`, a folder `f`."""
    packages = ("s", "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"), ("f", "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2")
    text = entries.replace("{a}", "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved").replace(
        "{p}", "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
    )
    for (name, node), wanted in zip(packages, (sets, folders)):
        mark = f"<Classification classifiedObject='{name}' classificationNode='{node}'/>"
        text += f"<RegistryPackage id='{name}'>{mark}</RegistryPackage>" * wanted
    for number, (source, target) in enumerate(links):
        text += f"<Association id='link{number}' associationType='{HAS_MEMBER}' sourceObject='{source}' targetObject='{target}'/>"
    text = f"<q:R xmlns:q='{QUERY}' xmlns='{RIM}'><RegistryObjectList>{text}</RegistryObjectList></q:R>"
    return expect.Contents(etree.fromstring(text))


def packaging():
    """What this writes it reads; a recorded body gets its framing and keeps its contents."""
    envelope = wrapped(etree.Element("payload"), "urn:action", "https://there.example", "urn:uuid:m")
    content_type, body = packed(envelope, "urn:action", [])
    recorded = framed(b"--b\nContent-ID: <x>\n\none\ntwo\n--b--\n", b"b")
    return failing(
        {
            "mtom": opened(200, content_type, body).payload.tag == "payload",
            "simple": opened(200, *simple(envelope, "urn:action")).payload.tag == "payload",
            "framing": recorded == b"--b\r\nContent-ID: <x>\r\n\r\none\ntwo\r\n--b--\r\n",
        }
    )


def kit(folder):
    """Every plan of the kit is understood and every message valid, but for what the exceptions leave out."""
    tests, schemas, ids = Kit(folder), Schemas(folder.parent / "schema" / "v3"), Ids("1.2.3")
    reviewed = exceptions.load(Path(__file__).resolve().parent / "exceptions.toml")
    faults, checked = [], 0
    for test in tests.names():
        for step in (step for section in tests.sections(test) for step in tests.steps(test, section)):
            exception = exceptions.of(reviewed, step)
            if exception and exception.is_skipped:
                continue
            found = understood(step)
            if step.transaction in TRANSACTIONS and not step.has("ASync"):
                checked += 1
                found += message(step, schemas, ids)
            faults += [f"{'/'.join(step.key)}: {fault}" for fault in found]
    return checked, faults


def understood(step):
    """Words of a plan that the replay does not know."""
    faults = [] if step.transaction in KNOWN else [f"transaction {step.transaction}"]
    counts = expect.Contents(etree.Element("none")).counts()
    for block in step.children("ExpectedContents"):
        for child in block:
            if local(child) and local(child) not in {"DocumentEntries", *counts, *expect.PATTERNS}:
                faults.append(f"expects {local(child)}")
    return faults


def message(step, schemas, ids):
    """What the schemas say of a step's message, its symbols taken for invented UUIDs."""
    files = [path for path in step.folder.iterdir() if path.name.lower() == step.text("MetadataFile").lower()]
    if not files:
        return [f"no file {step.text('MetadataFile')}"]
    root = translate(etree.parse(str(files[0])).getroot())
    uses = [use for use in step.element if local(use) in {"UseId", "UseReport"}]
    substitute(root, {use.get("symbol") or use.get("useAs"): ids.uuid() for use in uses})
    assign(step, root, Deed(), ids, ids.patient())
    payload = submission(root) if step.transaction in SUBMISSIONS else root
    if payload is None:
        return ["no SubmitObjectsRequest"]
    # The kit's own schema of ITI-86 allows one DocumentRequest only, and its plans send several.
    return [] if step.transaction == "Rd" else schemas.faults(payload)


def failing(checks):
    """The names of the checks that do not hold."""
    return [f"selftest: {name}" for name, holds in checks.items() if not holds]


if __name__ == "__main__":
    sys.exit(main())
