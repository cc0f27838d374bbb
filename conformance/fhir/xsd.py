"""Holds the answers in XML against HL7's schema: xsd.py FOLDER < answers.jsonl, FOLDER with fhir-single.xsd."""

import json
import sys
from pathlib import Path

from lxml import etree

schema = etree.XMLSchema(etree.parse(str(Path(sys.argv[1]) / "fhir-single.xsd")))
answers = bad = 0
for line in sys.stdin:
    answer = json.loads(line)
    if not answer["type"].startswith("application/fhir+xml") or not answer["body"]:
        continue
    answers += 1
    document = etree.fromstring(answer["body"].encode())
    if not schema.validate(document):
        bad += 1
        print(answer["name"], schema.error_log.last_error)
print(f"{answers} answers in XML, {bad} not valid")
sys.exit(1 if bad or not answers else 0)
