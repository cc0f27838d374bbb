"""Bodies of HTTP requests that the kit recorded, made ready to be sent again."""

import re

from lxml import etree

from names import PATIENT_SCHEMES, RIM, UNIQUE_ID_SCHEMES

OWN_ID = rb'<(?:\w+:)?(?:ExtrinsicObject|RegistryPackage|Association)\b[^>]*?\sid="(urn:uuid:[^"]+)"'
"""The UUID of an object in a recorded body."""


def with_own_ids(body, deed, ids, codes):
    """A recorded body with the test's patient, new uniqueIds, and codes that the domain still has."""
    for own in set(re.findall(OWN_ID, body)):
        body = body.replace(own, ids.uuid().encode())
    found = re.search(rb"<(\w+:)?SubmitObjectsRequest.*</(\w+:)?SubmitObjectsRequest>", body, re.DOTALL)
    names = dict(re.findall(rb'(xmlns(?::\w+)?)="([^"]*)"', body[: found.start()]))
    holder = b"<holder " + b" ".join(b'%s="%s"' % pair for pair in names.items()) + b">"
    root = etree.fromstring(holder + found.group(0) + b"</holder>")[0]
    for identifier in root.iter(f"{{{RIM}}}ExternalIdentifier"):
        if identifier.get("identificationScheme") in PATIENT_SCHEMES:
            identifier.set("value", deed.patient)
        elif identifier.get("identificationScheme") in UNIQUE_ID_SCHEMES:
            identifier.set("value", ids.oid())
            deed.uids[identifier.getparent().get("id")] = identifier.get("value")
    renewed(root, codes)
    return body[: found.start()] + etree.tostring(root) + body[found.end() :]


def renewed(root, codes):
    """Codes of recorded bodies that the kit's own table has not any more become the first of their list."""
    for classification in root.iter(f"{{{RIM}}}Classification"):
        known = codes.get(classification.get("classificationScheme"))
        scheme = classification.find(f"{{{RIM}}}Slot/{{{RIM}}}ValueList/{{{RIM}}}Value")
        if known and scheme is not None and (classification.get("nodeRepresentation"), scheme.text) not in known:
            code, scheme.text = known[0]
            classification.set("nodeRepresentation", code)


def framed(body, boundary):
    """A recorded body with CRLF where MIME asks for it; the contents of the parts stay as they are."""
    if b"\r\n--" + boundary in body:
        return body
    pieces = (b"\n" + body).split(b"\n--" + boundary)[1:]
    made = []
    for piece in pieces:
        if piece.startswith(b"--"):
            made.append(b"--" + boundary + b"--\r\n")
            break
        head, _, content = piece.lstrip(b"\n").partition(b"\n\n")
        made.append(b"--" + boundary + b"\r\n" + head.replace(b"\n", b"\r\n") + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(made)
