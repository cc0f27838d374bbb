"""Puts a message on the wire and takes the answer from it: SOAP 1.2, WS-Addressing, MTOM, mutual TLS."""

import base64
import email.parser
import http.client
import ssl
import urllib.parse
import uuid
from dataclasses import dataclass, field

from lxml import etree

from names import SOAP, TRANSACTIONS, WSA, XDS, XOP, local

TIMEOUT = 30
BIGGEST = 256 * 1024 * 1024
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class Unsound(Exception):
    """An answer that is no answer to this request: wrong packaging, action, relation."""


@dataclass
class Answer:
    """What came back."""

    http_status: int
    content_type: str
    payload: object
    """The child of the SOAP Body, with every xop:Include replaced by base64, as the schemas see it."""
    envelope: object
    raw: bytes
    documents: dict = field(default_factory=dict)
    """Bytes by DocumentUniqueId, of a retrieval."""

    @property
    def is_fault(self):
        """Whether the answer is a SOAP fault."""
        return local(self.payload) == "Fault"


class Door:
    """The two endpoints of a registry and its repository."""

    def __init__(self, registry, repository, certificate=None, key=None, authority=None):
        self.urls = {"registry": registry, "repository": repository}
        self.context = ssl.create_default_context(cafile=authority)
        if certificate:
            self.context.load_cert_chain(certificate, key)
        self.open = {}

    def exchange(self, transaction, payload, documents=()):
        """Sends a message of a transaction; `documents` are (id, media type, bytes) of an ITI-41."""
        _, action, mtom, endpoint = TRANSACTIONS[transaction]
        message_id = uuid.uuid4().urn
        envelope = wrapped(payload, action, self.urls[endpoint], message_id)
        content_type, body = packed(envelope, action, documents) if mtom else simple(envelope, action)
        answer = self.post(endpoint, content_type, body)
        check(answer, action, message_id, mtom)
        return answer

    def post(self, endpoint, content_type, body):
        """Posts bytes as they are; a connection that the other side closed in between is opened anew."""
        url = urllib.parse.urlsplit(self.urls[endpoint])
        for attempt in (1, 2):
            connection = self.open.get(url.netloc) or self.connect(url)
            try:
                connection.request("POST", url.path, body, {"Content-Type": content_type})
                response = connection.getresponse()
                raw = response.read(BIGGEST)
                return opened(response.status, response.getheader("Content-Type", ""), raw)
            except (http.client.HTTPException, ConnectionError):
                connection.close()
                self.open.pop(url.netloc, None)
                if attempt == 2:
                    raise

    def connect(self, url):
        """A connection to an endpoint, kept for the next message."""
        if url.scheme == "https":
            made = http.client.HTTPSConnection(url.hostname, url.port, context=self.context, timeout=TIMEOUT)
        else:
            made = http.client.HTTPConnection(url.hostname, url.port, timeout=TIMEOUT)
        self.open[url.netloc] = made
        return made


def wrapped(payload, action, to, message_id):
    """The SOAP envelope of a request."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP, "a": WSA})
    header = etree.SubElement(envelope, f"{{{SOAP}}}Header")
    named = etree.SubElement(header, f"{{{WSA}}}Action")
    named.set(f"{{{SOAP}}}mustUnderstand", "true")
    named.text = action
    etree.SubElement(header, f"{{{WSA}}}MessageID").text = message_id
    reply = etree.SubElement(header, f"{{{WSA}}}ReplyTo")
    etree.SubElement(reply, f"{{{WSA}}}Address").text = f"{WSA}/anonymous"
    etree.SubElement(header, f"{{{WSA}}}To").text = to
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(payload)
    return envelope


def simple(envelope, action):
    """Content-Type and bytes of a plain SOAP message."""
    return f'application/soap+xml; charset=UTF-8; action="{action}"', octets(envelope)


def packed(envelope, action, documents):
    """Content-Type and bytes of an MTOM message; each document becomes a part that the request includes."""
    boundary = f"part-{uuid.uuid4().hex}"
    root_id = f"root.{uuid.uuid4().hex}@replay.example"
    parts = []
    for number, (name, media_type, content) in enumerate(documents):
        cid = f"document{number}.{uuid.uuid4().hex}@replay.example"
        request = envelope.find(f".//{{{XDS}}}ProvideAndRegisterDocumentSetRequest")
        carried = etree.SubElement(request, f"{{{XDS}}}Document", id=name)
        etree.SubElement(carried, f"{{{XOP}}}Include", href=f"cid:{cid}", nsmap={"xop": XOP})
        parts.append((cid, media_type, content))
    lines = [part(boundary, root_id, 'application/xop+xml; charset=UTF-8; type="application/soap+xml"', octets(envelope))]
    lines += [part(boundary, *one) for one in parts]
    body = b"".join(lines) + f"\r\n--{boundary}--\r\n".encode()
    content_type = (
        f'multipart/related; boundary="{boundary}"; type="application/xop+xml"; '
        f'start="<{root_id}>"; start-info="application/soap+xml"; action="{action}"'
    )
    return content_type, body


def part(boundary, cid, content_type, content):
    """One part, with the delimiter before it."""
    head = (
        f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\n"
        f"Content-Transfer-Encoding: binary\r\nContent-ID: <{cid}>\r\n\r\n"
    )
    return head.encode() + content


def octets(element):
    """XML as bytes."""
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def opened(status, content_type, raw):
    """Reads an answer, whichever packaging it has."""
    head = email.parser.Parser().parsestr(f"Content-Type: {content_type}\n\n")
    root, parts = raw, {}
    if head.get_content_type() == "multipart/related":
        found = list(split(raw, head.get_param("boundary")))
        if not found:
            raise Unsound("a multipart answer without a part")
        start = (head.get_param("start") or "").strip("<>")
        parts = {cid: content for cid, content in found}
        root = parts.get(start, found[0][1])
    try:
        envelope = etree.fromstring(root, PARSER)
    except etree.XMLSyntaxError as error:
        raise Unsound(f"HTTP {status} with what is no XML: {error}") from error
    body = envelope.find(f"{{{SOAP}}}Body")
    children = [] if body is None else [child for child in body if isinstance(child.tag, str)]
    if len(children) != 1:
        raise Unsound(f"HTTP {status} without one child of a SOAP Body")
    documents = unfolded(children[0], parts)
    return Answer(status, content_type, children[0], envelope, raw, documents)


def split(raw, boundary):
    """(Content-ID, bytes) of each part."""
    for piece in (b"\r\n" + raw).split(b"\r\n--" + boundary.encode())[1:]:
        if piece.startswith(b"--"):
            return
        head, _, content = piece.partition(b"\r\n\r\n")
        fields = email.parser.BytesParser().parsebytes(head.lstrip(b"\r\n") + b"\n\n")
        yield (fields.get("Content-ID") or "").strip("<> "), content


def unfolded(payload, parts):
    """Puts base64 in the place of every xop:Include; gives the documents of a retrieval by their uniqueId."""
    for include in list(payload.iter(f"{{{XOP}}}Include")):
        cid = urllib.parse.unquote(include.get("href", "").removeprefix("cid:"))
        if cid not in parts:
            raise Unsound(f"the answer includes a part that is not there: {cid}")
        holder = include.getparent()
        holder.remove(include)
        holder.text = base64.b64encode(parts[cid]).decode()
    documents = {}
    for response in payload.iter(f"{{{XDS}}}DocumentResponse"):
        uid = response.findtext(f"{{{XDS}}}DocumentUniqueId")
        documents[uid] = base64.b64decode(response.findtext(f"{{{XDS}}}Document") or "")
    return documents


def check(answer, action, message_id, mtom):
    """What every answer must be, whatever it says."""
    header = answer.envelope.find(f"{{{SOAP}}}Header")
    values = {} if header is None else {local(child): (child.text or "").strip() for child in header}
    if values.get("RelatesTo") != message_id:
        raise Unsound("wsa:RelatesTo is not the MessageID of the request")
    if answer.is_fault:
        return
    if answer.http_status != 200:
        raise Unsound(f"HTTP {answer.http_status} for an answer that is no fault")
    if values.get("Action") not in (f"{action}Response", f"{action}ResponseList"):
        raise Unsound(f"wsa:Action is {values.get('Action')}")
    if mtom != answer.content_type.startswith("multipart/related"):
        raise Unsound("the answer is not packaged as the request was")
