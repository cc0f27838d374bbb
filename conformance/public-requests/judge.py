#!/usr/bin/env python3
"""Sends the public sample requests of other implementations and holds each answer against `requests.toml`.

    judge.py --samples …/testdata/ihe --registry URL --repository URL [--ca PEM --cert PEM --key PEM]
             --create-patients COMMAND
    judge.py --samples …/testdata/ihe --domain codes.xml

The requests stay as their authors wrote them, but for the mends that `requests.toml` argues, and are read where they lie. They
speak the vocabularies of many places: the
second form writes the codes, media types and patient domains that they use as an affinity domain, so that what is judged is
the rest. One line for each request, then `N as stated, M not`; exit code 1 if one was answered otherwise."""

import argparse
import sys
import tomllib
from pathlib import Path

from lxml import etree

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "nist"))

import expect  # noqa: E402
from assign import substitute  # noqa: E402
from names import PATIENT_SCHEMES, RIM, RS, SOAP, local  # noqa: E402
from replay import create  # noqa: E402
from schema import Schemas  # noqa: E402
from send import Door, Unsound, octets  # noqa: E402

# One of the samples declares a namespace that is no URI.
LENIENT = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
# classificationScheme of the coded attributes, by the names that an affinity domain's file gives them.
CODED = {
    "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a": "classCode",
    "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f": "confidentialityCode",
    "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4": "eventCodeList",
    "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d": "formatCode",
    "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1": "healthcareFacilityTypeCode",
    "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead": "practiceSettingCode",
    "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983": "typeCode",
    "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500": "contentTypeCode",
    "urn:uuid:1ba97051-7806-41a8-a48b-8fce7af683c5": "folderCodeList",
}


def main():
    """Writes the domain, or sends everything."""
    options = arguments()
    read = tomllib.loads((HERE / "requests.toml").read_text())
    rows = read["request"]
    files = {row["file"]: etree.parse(str(options.samples / row["file"]), LENIENT).getroot() for row in rows}
    for number, row in enumerate(rows, 1):
        everywhere = {} if row.get("raw") else {mend["find"]: mend["put"] for mend in read["mend"]}
        mends = {find: put.replace("{n}", str(number)) for find, put in (everywhere | row.get("mend", {})).items()}
        substitute(files[row["file"]], mends)
    if options.domain:
        options.domain.write_bytes(octets(domain(files.values())))
        return 0
    schemas = Schemas(options.samples / "nist-toolkit2" / "schema" / "v3")
    door = Door(options.registry, options.repository, options.cert, options.key, options.ca)
    create(options.create_patients, sorted(set(patients(files.values()))))
    wrong = 0
    for row in rows:
        documents = [(name, "text/xml", (options.samples / file).read_bytes()) for name, file in row.get("documents", {}).items()]
        faults = judged(row, files[row["file"]], documents, door, schemas)
        wrong += bool(faults)
        print(f"{'NOT' if faults else 'as stated'}  {row['file']}  {' | '.join(faults) or row['status']}", flush=True)
    print(f"{len(rows) - wrong} as stated, {wrong} not")
    return 1 if wrong else 0


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=Path, required=True, help="the folder that the files' names are below")
    parser.add_argument("--domain", type=Path, help="only write the affinity domain of the samples, to this file")
    for name in ("registry", "repository", "ca", "cert", "key", "create-patients"):
        parser.add_argument(f"--{name}")
    return parser.parse_args()


def judged(row, root, documents, door, schemas):
    """What is not as the row states."""
    transaction = row["transaction"]
    message = request(root)
    try:
        answer = door.exchange(transaction, message, documents)
    except (Unsound, OSError) as error:
        return [f"{type(error).__name__}: {error}"]
    faults = expect.status_faults(answer, row["status"], row.get("codes", []))
    told = {(error.get("location") or "").strip() for error in answer.payload.iter(f"{{{RS}}}RegistryError")} - {""}
    if not told >= set(row.get("among", [])) or ("among" not in row and told != set(row.get("at", []))):
        faults.append(f"found something at {sorted(told)}")
    if not answer.is_fault:
        faults += [f"schema: {fault}" for fault in schemas.faults(answer.payload)]
    return faults


def request(root):
    """The request element of a file, which may be a whole envelope."""
    body = root.find(f"{{{SOAP}}}Body")
    element = root if body is None else next(child for child in body if local(child))
    return etree.fromstring(etree.tostring(element, with_tail=False), LENIENT)


def patients(roots):
    """Every patient of whom the requests speak as a record's."""
    for root in roots:
        for identifier in root.iter(f"{{{RIM}}}ExternalIdentifier"):
            if identifier.get("identificationScheme") in PATIENT_SCHEMES and "&" in identifier.get("value", ""):
                yield identifier.get("value").strip()


def domain(roots):
    """An affinity domain that knows every code, media type and authority of the requests."""
    made, lists = etree.Element("Codes"), {}
    codes = {(name, *code) for root in roots for name, *code in used(root)}
    for name, code, scheme, label in sorted(codes):
        if name not in lists:
            kinds = {kind: uuid for uuid, kind in CODED.items()}
            lists[name] = etree.SubElement(made, "CodeType", name=name)
            if name in kinds:
                lists[name].set("classScheme", kinds[name])
        etree.SubElement(lists[name], "Code", code=code, display=label or code, codingScheme=scheme)
    for oid in sorted({cx.split("&")[1] for cx in patients(roots)}):
        etree.SubElement(made, "AssigningAuthority", id=f"&{oid}&ISO")
    return made


def used(root):
    """(name of the list, code, scheme, label) of every coded attribute and media type of a request."""
    for classification in root.iter(f"{{{RIM}}}Classification"):
        name = CODED.get((classification.get("classificationScheme") or "").replace(" ", ""))
        scheme = classification.findtext(f"{{{RIM}}}Slot/{{{RIM}}}ValueList/{{{RIM}}}Value")
        label = classification.find(f"{{{RIM}}}Name/{{{RIM}}}LocalizedString")
        if name and scheme and classification.get("nodeRepresentation"):
            label = "" if label is None else label.get("value", "")
            yield name, classification.get("nodeRepresentation"), scheme, label
    for entry in root.iter(f"{{{RIM}}}ExtrinsicObject"):
        if entry.get("mimeType"):
            yield "mimeType", entry.get("mimeType"), "", ""


if __name__ == "__main__":
    sys.exit(main())
