"""Plays tests: prepares each step's message, sends it, holds the answer against the plan, keeps what it did."""

import re
import time
from dataclasses import dataclass

from lxml import etree

import exceptions
import expect
from assign import assign, submission, substitute
from memory import Deed, Memory, Unknown
from names import RIM, SUBMISSIONS, TRANSACTIONS, XDS
from plan import place
from recorded import framed, with_own_ids
from send import Unsound, check, octets
from translate import translate


AT_ONCE = 32
"""How many patients are made known at once."""
NEEDLESS = "the answer is what the kit expects: the exception is not needed"


@dataclass
class Tally:
    """How many steps passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def line(self, word, step, detail=""):
        """Counts a step and prints its line."""
        setattr(self, word, getattr(self, word) + 1)
        name = "/".join(step.key) if hasattr(step, "key") else step
        print(f"{word:8}{name}{'  ' + detail if detail else ''}", flush=True)

    def summary(self):
        """The last line."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


class Player:
    """Plays tests of a kit against one door."""

    def __init__(self, kit, door, schemas, exceptions, ids, create_patients, repository, trace, longest_wait):
        self.kit, self.door, self.schemas, self.exceptions, self.ids = kit, door, schemas, exceptions, ids
        self.create_patients, self.repository, self.trace = create_patients, repository, trace
        self.longest_wait = longest_wait
        self.memory, self.tally = Memory(), Tally()
        self.patients, self.known, self.played, self.documents = {}, [], set(), {}

    def play(self, test):
        """Plays a test, once, after those that it speaks of."""
        if test in self.played:
            return
        self.played.add(test)
        if not self.kit.has(test):
            self.tally.line("skipped", test, "is not in this copy of the kit")
            return
        steps = [step for section in self.kit.sections(test) for step in self.kit.steps(test, section)]
        for other in dict.fromkeys(spoken_of(steps)):
            if self.kit.has(other):
                self.play(other)
            elif only_feeds(steps, other):
                self.fed(other)
        for other in fed_by(steps):
            # The kit has one patient in hand; steps that leave it to the plan and steps that do not mean the same.
            self.patients.setdefault(test, self.patient(other))
        for step in steps:
            self.step(step)

    def fed(self, test):
        """A test that only feeds a patient and is not in this copy: the patient is made all the same."""
        self.memory.deeds[test, "pif", "step"] = Deed(reports={"$patientid$": self.patient(test)})

    def patient(self, test):
        """The patient of a test, known to the registry from the first time that it is asked for."""
        if test not in self.patients:
            if not self.known:
                self.known = [self.ids.patient() for _ in range(AT_ONCE)]
                self.create_patients(self.known)
            self.patients[test] = self.known.pop()
        return self.patients[test]

    def step(self, step):
        """Plays one step and counts it."""
        exception = exceptions.of(self.exceptions, step)
        if exception and exception.is_skipped:
            self.tally.line("skipped", step, exception.reason)
            return
        if step.has("ASync"):
            self.tally.line("skipped", step, "the answer is to be sent elsewhere: asynchronous exchange is not replayed")
            return
        try:
            faults = self.perform(step, exception)
        except Unknown as error:
            faults = [str(error)]
        except (Unsound, OSError, etree.XPathError) as error:
            faults = [f"{type(error).__name__}: {error}"]
        detail = " | ".join(faults) if faults else (f"as the exceptions say: {exception.reason}" if exception else "")
        self.tally.line("failed" if faults else "passed", step, detail)

    def perform(self, step, exception):
        """Does what a step says; gives what is wrong."""
        if step.transaction == "Null":
            return self.asserted(step, exception)
        if step.transaction in ("PatientIdentityFeed", "NewPatientId"):
            self.memory.keep(step, Deed(patient=self.patient(step.test)))
            return []
        self.wait(step)
        if step.transaction == "Http":
            deed, answer = self.raw(step)
        elif step.transaction in TRANSACTIONS:
            deed, answer = self.message(step)
        else:
            return [f"a transaction that this replay does not know: {step.transaction}"]
        self.keep_trace(step, deed, answer)
        deed.name, deed.result = step.transaction, answer.payload
        self.memory.keep(step, deed)
        return self.judged(step, answer, exception)

    def message(self, step):
        """Prepares and sends the message of a step."""
        deed = Deed()
        root = translate(etree.parse(str(self.file(step))).getroot())
        substitute(root, self.memory.symbols(step))
        patient = self.ids.patient() if step.other_patient else self.patient(step.test)
        assign(step, root, deed, self.ids, patient, self.repository)
        payload, documents = root, []
        if step.transaction in SUBMISSIONS:
            payload = submission(root)
        if step.transaction == "ProvideAndRegister":
            documents = self.carried(step, payload, deed)
            payload = etree.Element(f"{{{XDS}}}ProvideAndRegisterDocumentSetRequest", nsmap={"xds": XDS})
            payload.append(submission(root))
        deed.sent = payload
        return deed, self.door.exchange(step.transaction, payload, documents)

    def file(self, step):
        """The file that a step sends; some plans write its name in other case than the file has."""
        name = step.text("MetadataFile")
        file = step.folder / name
        if not file.is_file():
            alike = [path for path in step.folder.iterdir() if path.name.lower() == name.lower()]
            if not alike:
                raise Unknown(f"the kit has no file {name} there")
            file = alike[0]
        return file

    def carried(self, step, payload, deed):
        """The documents that a step sends: (id, media type, bytes)."""
        found = []
        types = {entry.get("id"): entry.get("mimeType") for entry in payload.iter(f"{{{RIM}}}ExtrinsicObject")}
        for document in step.children("Document"):
            symbol = document.get("id")
            content = (step.folder / document.text.strip()).read_bytes()
            name = deed.uuids.get(symbol, symbol)
            self.documents[deed.uids.get(symbol)] = content
            found.append((name, types.get(name) or "application/octet-stream", content))
        return found

    def raw(self, step):
        """Sends a body as it was recorded, with the framing and the ids of this run."""
        deed = Deed(patient=self.patient(step.test))
        content_type = step.text("Headers").partition("Content-Type:")[2].strip()
        boundary = re.search(r'boundary="([^"]+)"', content_type).group(1).encode()
        body = (step.folder / step.text("BodyFile")).read_bytes()
        body = with_own_ids(framed(body, boundary), deed, self.ids, self.kit.codes())
        answer = self.door.post("repository", content_type, body)
        message_id = re.search(rb"MessageID[^>]*>([^<]+)<", body).group(1).decode().strip()
        check(answer, TRANSACTIONS["ProvideAndRegister"][1], message_id, mtom=True)
        return deed, answer

    def judged(self, step, answer, exception):
        """Everything that is wrong with an answer; an exception that the answer does not need is wrong too."""
        if exception is None:
            return self.against(step, answer, step.status, step.codes, [])
        status = exception.status or step.status
        codes = exception.codes if exception.status or exception.codes else step.codes
        faults = self.against(step, answer, status, codes, exception.without)
        # One that only asks for a code where the plan asks for none is stricter than the plan.
        is_stricter = status == step.status and not step.codes and not exception.without
        if not faults and not is_stricter and not self.against(step, answer, step.status, step.codes, []):
            faults = [NEEDLESS]
        return faults

    def asserted(self, step, exception):
        """What does not hold of a step that sends nothing."""
        symbols, log = self.symbols(step), self.log(step)
        faults = expect.assertion_faults(step, log, symbols, exception.without if exception else [])
        if exception and not faults and not expect.assertion_faults(step, log, symbols, []):
            faults = [NEEDLESS]
        return faults

    def against(self, step, answer, status, codes, left_out):
        """What is wrong with an answer if this is expected."""
        faults = expect.status_faults(answer, status, codes)
        if not answer.is_fault:
            faults += [f"schema: {fault}" for fault in self.schemas.faults(answer.payload)]
        if faults or answer.is_fault or "*" in left_out:
            return faults
        faults += expect.contents_faults(step, answer, self.memory, left_out)
        faults += self.document_faults(step, answer) if status == "Success" else []
        if step.has("Assertions"):
            faults += expect.assertion_faults(step, self.log(step), self.symbols(step), left_out)
        return faults

    def document_faults(self, step, answer):
        """Whether the documents of a retrieval are those that were sent, and those that the plan names."""
        faults = []
        symbols = self.memory.symbols(step)
        for uid, content in answer.documents.items():
            if uid in self.documents and self.documents[uid] != content:
                faults.append(f"{uid} is not the document that was sent")
        for reference in step.children("ReferenceDocument"):
            uid = symbols.get(reference.get("uid"), reference.get("uid"))
            file = step.folder.parent / reference.text.strip()
            if uid not in answer.documents:
                faults.append(f"{uid} is not in the answer")
            elif file.is_file() and uid not in self.documents and file.read_bytes() != answer.documents[uid]:
                faults.append(f"{uid} is not {reference.text.strip()}")
        expected = step.text("ExpectedMimeType")
        found = {one.text for one in answer.payload.iter(f"{{{XDS}}}mimeType")}
        if expected and found != {expected}:
            faults.append(f"expected {expected}, got {sorted(found)}")
        return faults

    def log(self, step):
        """The answers of the step's section so far."""
        return self.memory.log(step.test, step.section)

    def symbols(self, step):
        """What the symbols of a step's assertions stand for, today's day (UTC) among them."""
        return {"$DATE$": time.strftime("%Y%m%d", time.gmtime()), **self.memory.symbols(step)}

    def wait(self, step):
        """A pause that a plan asks for, so that a clock moves; bounded."""
        asked = step.text("WaitBefore")
        if asked:
            time.sleep(min(int(asked) / 1000, self.longest_wait))

    def keep_trace(self, step, deed, answer):
        """Keeps the two messages of a step for who looks for a cause."""
        if self.trace:
            self.trace.mkdir(parents=True, exist_ok=True)
            name = ".".join(step.key).replace("/", "_")
            if deed.sent is not None:
                (self.trace / f"{name}.request.xml").write_bytes(octets(deed.sent))
            (self.trace / f"{name}.response").write_bytes(answer.raw)


def spoken_of(steps):
    """The other tests that steps take values from."""
    for step in steps:
        for use in step.element.iter():
            tag = use.tag if isinstance(use.tag, str) else ""
            if tag == "UseReport" and use.get("test"):
                yield use.get("test")
            elif tag == "UseId":
                yield place(step, use.get("testdir"))[0]


def fed_by(steps):
    """The test that feeds the patient of steps that bind one and forbid to put another in its place."""
    for step in steps:
        for use in step.children("UseReport") if step.has("NoPatientId") else []:
            if use.get("useAs") == "$patientid$" and use.get("test"):
                yield use.get("test")


def only_feeds(steps, other):
    """Whether steps want nothing of another test but the patient whom it feeds."""
    uses = [use for step in steps for use in step.children("UseReport") if use.get("test") == other]
    return bool(uses) and all(use.get("section") == "pif" for use in uses)
