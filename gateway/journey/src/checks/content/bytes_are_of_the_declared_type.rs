//! G3: the bytes are what their media type says, and a CDA can be read.
//!
//! Source: CI-SIS (structuration minimale: a CDA, and for level 1 one `nonXMLBody` in base64 of a listed
//! media type), decision-order G3. Refused: an empty document; a PDF that does not start with `%PDF-`; an XML
//! document with a DTD; a CDA whose embedded file is not of the type that it declares. The object that signs
//! the submission set is XML but no CDA.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mappings::Kind;
use model::{AssociationKind, Finding, ObjectRef, Rule};
use xml::cda::{self, Body, Header};
use xml::{Document, Limits};

use super::{ContentCase, Subject, media};

const RULE: Rule = Rule::BytesAreOfTheDeclaredType;

/// The door already bounded the message; these bound what reading it may cost.
pub(crate) const LIMITS: Limits =
    Limits { bytes: 256 << 20, depth: 128, nodes: 1_000_000, attributes: 64, skip_prolog_instructions: true };

/// The findings, and the header if the document is a CDA that can be read.
pub(super) fn check(
    case: &ContentCase<'_>,
    subject: Subject<'_>,
    bytes: &[u8],
) -> (Vec<Finding>, Option<Header>) {
    let mime = subject.entry.mime_type.as_str();
    if bytes.is_empty() {
        return (vec![refused(subject, "le document est vide", "the document is empty")], None);
    }
    if media::is_xml(mime) {
        return xml_document(case, subject, bytes);
    }
    let lacking = media::lacking(mime, bytes);
    (lacking.map(|expected| refused(subject, expected.fr, expected.en)).into_iter().collect(), None)
}

fn xml_document(
    case: &ContentCase<'_>,
    subject: Subject<'_>,
    bytes: &[u8],
) -> (Vec<Finding>, Option<Header>) {
    let document = match xml::parse(bytes, &LIMITS) {
        Ok(document) => document,
        Err(error) => {
            let (fr, en) = error.detail();
            return (vec![refused(subject, fr, en)], None);
        }
    };
    if signs_the_set(case, subject) {
        return (Vec::new(), None);
    }
    match cda::read_header(&document) {
        Ok(header) => (body(case, subject, &document, &header), Some(header)),
        Err(problems) => {
            let finding = |problem: cda::Problem| {
                subject
                    .finding_at(RULE, problem.path)
                    .arg("mime", mime(subject))
                    .detail(problem.fr, problem.en)
            };
            (problems.into_iter().map(finding).collect(), None)
        }
    }
}

/// A level 1 body: its media type is listed, its base64 decodes, its bytes are of that type.
fn body(case: &ContentCase<'_>, subject: Subject<'_>, document: &Document, header: &Header) -> Vec<Finding> {
    let finding = |path: &str, fr: &str, en: &str| {
        vec![subject.finding_at(RULE, path).arg("mime", mime(subject)).detail(fr, en)]
    };
    let (media_type, representation, path) = match &header.body {
        Some(Body::Structured { .. }) => return Vec::new(),
        Some(Body::NonXml { media_type, representation, path, .. }) => (media_type, representation, path),
        None => {
            let (fr, en) = ("le CDA n'a ni structuredBody ni nonXMLBody", "the CDA has no body");
            return finding("/ClinicalDocument/component", fr, en);
        }
    };
    let listed = media_type.as_ref().filter(|at| case.mappings.codes.format_of_media(&at.value).is_some());
    let Some(media_type) = listed else {
        return finding(
            &format!("{path}/@mediaType"),
            "type de média absent, ou non accepté pour le corps d'un CDA de niveau 1",
            "media type absent, or not accepted for the body of a level 1 CDA",
        );
    };
    let text = cda::non_xml_text(document).unwrap_or_default();
    let decoded = representation.as_ref().filter(|at| at.value == "B64").and_then(|_| decode(&text));
    let Some(embedded) = decoded.filter(|bytes| !bytes.is_empty()) else {
        return finding(
            path,
            "corps attendu en base64 (representation=\"B64\") et non vide",
            "expected a body in base64 (representation=\"B64\") that is not empty",
        );
    };
    match media::lacking(&media_type.value, &embedded) {
        Some(expected) => finding(path, expected.fr, expected.en),
        None => Vec::new(),
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(compact).ok()
}

/// True for the signature object of the set: an XML signature, not a CDA. Its type says so and its link signs
/// this very set: the link alone would let any document pass for a signature and skip what a CDA must be.
fn signs_the_set(case: &ContentCase<'_>, subject: Subject<'_>) -> bool {
    let entry = subject.entry;
    let set = ObjectRef::Uuid(case.submission.set.entry_uuid);
    case.mappings.codes.is(Kind::SetSignature, &entry.type_code)
        && case.submission.associations.iter().any(|link| {
            link.kind == AssociationKind::Signs && link.source == entry.entry_uuid && link.target == set
        })
}

fn refused(subject: Subject<'_>, fr: &str, en: &str) -> Finding {
    subject.finding(RULE, "mimeType").arg("mime", mime(subject)).detail(fr, en)
}

fn mime(subject: Subject<'_>) -> &str {
    subject.entry.mime_type.as_str()
}
