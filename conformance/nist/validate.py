#!/usr/bin/env python3
"""Holds recorded answers against the ebXML and IHE schemas: validate.py --schemas FOLDER RECORDED

RECORDED is a folder of files, each the Content-Type in its first line and the body after it. Prints what is wrong and
ends with `N answers, M faults`. A SOAP fault has no schema beside the kit: its shape is held against SOAP 1.2 part 1 §5.4."""

import argparse
import sys
from pathlib import Path

from names import SOAP, local
from schema import Schemas
from send import Unsound, opened


def main():
    """Validates every file; exit code 1 if one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemas", required=True)
    parser.add_argument("recorded", type=Path)
    options = parser.parse_args()
    schemas = Schemas(options.schemas)
    files = sorted(options.recorded.iterdir())
    faults = [f"{file.name}: {fault}" for file in files for fault in judged(file, schemas)]
    print("\n".join([*faults, f"{len(files)} answers, {len(faults)} faults"]))
    return 1 if faults else 0


def judged(file, schemas):
    """What is wrong with one recorded answer."""
    content_type, _, body = file.read_bytes().partition(b"\n")
    try:
        answer = opened(200, content_type.decode(), body)
    except Unsound as error:
        return [str(error)]
    return fault_shape(answer.payload) if answer.is_fault else schemas.faults(answer.payload)


def fault_shape(fault):
    """Code with a Value of SOAP's own, then Reason with texts that say their language."""
    names = [local(child) for child in fault]
    value = fault.findtext(f"{{{SOAP}}}Code/{{{SOAP}}}Value") or ""
    texts = fault.findall(f"{{{SOAP}}}Reason/{{{SOAP}}}Text")
    known = {"Sender", "Receiver", "MustUnderstand", "VersionMismatch", "DataEncodingUnknown"}
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    faults = [] if names[:2] == ["Code", "Reason"] else [f"children of Fault: {names}"]
    if value.rpartition(":")[2] not in known:
        faults.append(f"Code/Value is {value}")
    if not texts or not all(text.get(language) for text in texts):
        faults.append("Reason has no Text with xml:lang")
    return faults


if __name__ == "__main__":
    sys.exit(main())
