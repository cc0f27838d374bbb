//! Rule G7: a set with its signature object, and each way in which one is unsound.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{
    Association, AssociationKind, Code, EntryUuid, Finding, LanguageTag, MimeType, ObjectRef, Rule,
    Submission, UniqueId,
};
use xml::c14n::Method;
use xml::{Limits, parse};

use super::{MAPPINGS, check, deposit, findings, fingerprints, inline, structure, told};

const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const SIGNATURE: EntryUuid = EntryUuid::from_bytes([9; 16]);

fn sha1(bytes: &[u8]) -> String {
    STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes))
}

fn document(bytes: &[u8]) -> xml::Document {
    parse(bytes, &Limits { skip_prolog_instructions: true, ..Limits::default() }).expect("XML")
}

/// The signature of the set as DMP software makes it: a manifest and XAdES properties, both digested.
fn signature(submission: &Submission) -> String {
    let bytes = submission.entries[0].1.clone();
    let model::Content::Inline(bytes) = bytes else { panic!("bytes") };
    let form = Method::named(&format!("{C14N}#WithComments")).expect("known");
    let form = form.document(&document(bytes.as_slice()), 1 << 20).expect("short");
    let text = format!(
        r##"<Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="sig"><SignedInfo><CanonicalizationMethod Algorithm="{C14N}#WithComments"/><SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/><Reference Type="http://www.w3.org/2000/09/xmldsig#Manifest" URI="#IHEManifest"><DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>{{manifest}}</DigestValue></Reference><Reference URI="#signed"><DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>{{signed}}</DigestValue></Reference></SignedInfo><SignatureValue>AAAA</SignatureValue><KeyInfo><X509Data><X509Certificate>MIIA</X509Certificate></X509Data></KeyInfo><Object><Manifest Id="IHEManifest"><Reference URI="urn:oid:{set}"><DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>AA==</DigestValue></Reference><Reference URI="urn:oid:{id}"><Transforms><Transform Algorithm="{C14N}#WithComments"/></Transforms><DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>{digest}</DigestValue></Reference></Manifest></Object><Object><SignatureProperties xmlns=""><SignatureProperty Id="purposeOfSignature" Target="#sig">1.2.840.10065.1.12.1.14</SignatureProperty></SignatureProperties></Object><Object><QualifyingProperties xmlns="http://uri.etsi.org/01903/v1.1.1#" Target="#sig"><SignedProperties Id="signed"><SignedSignatureProperties><SigningTime>2026-11-17T18:00:00+01:00</SigningTime><SigningCertificate/></SignedSignatureProperties></SignedProperties></QualifyingProperties></Object></Signature>"##,
        set = submission.set.unique_id.as_ref().expect("an id").as_str(),
        id = submission.entries[0].0.unique_id.as_str(),
        digest = sha1(&form),
    );
    with_inner_digests(&text)
}

/// Fills the digests of the manifest and of the properties, which do not depend on them.
fn with_inner_digests(text: &str) -> String {
    let read = document(text.as_bytes());
    let of = |id: &str| {
        let found = read.root().subtree().find(|element| element.attribute("Id") == Some(id));
        found
            .map(|element| sha1(&Method::IMPLIED.element(element, 1 << 20).expect("short")))
            .unwrap_or_default()
    };
    text.replace("{manifest}", &of("IHEManifest")).replace("{signed}", &of("signed"))
}

/// The laboratory's set with this object as its signature.
fn with_signature(text: &str) -> Submission {
    let mut submission = deposit("lab-report");
    let mut entry = submission.entries[0].0.clone();
    (entry.entry_uuid, entry.logical_id) = (SIGNATURE, SIGNATURE);
    entry.unique_id = UniqueId::parse("2.999.2026.2.1.9").expect("an id");
    entry.type_code = Code::new("E1762", "ASTM");
    entry.class_code = Code::new("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN");
    entry.format_code = Code::new("http://www.w3.org/2000/09/xmldsig#", "URN");
    entry.language = LanguageTag::parse("art").expect("a language");
    entry.mime_type = MimeType::parse("text/xml").expect("a type");
    (entry.hash, entry.size) = (None, None);
    submission.entries.push((entry, inline(text.as_bytes().to_vec())));
    submission.associations.push(Association {
        entry_uuid: EntryUuid::from_bytes([8; 16]),
        kind: AssociationKind::Signs,
        source: SIGNATURE,
        target: ObjectRef::Uuid(submission.set.entry_uuid),
        documentation: None,
    });
    submission
}

fn sound() -> String {
    signature(&deposit("lab-report"))
}

fn of_signature(text: &str) -> Vec<Finding> {
    let found = findings(&with_signature(text));
    assert!(found.iter().all(|finding| finding.rule == Rule::SetSignatureIsSound), "{:?}", told(&found));
    found
}

#[test]
fn a_signed_set_passes() {
    assert_eq!(told(&of_signature(&sound())), []);
}

#[test]
fn a_document_may_be_digested_as_its_bytes_with_a_newer_algorithm() {
    let submission = deposit("lab-report");
    let model::Content::Inline(bytes) = &submission.entries[0].1 else { panic!("bytes") };
    let text = signature(&submission);
    let start = text.find("<Transforms>").expect("there");
    let end = text.find("</Reference></Manifest>").expect("there");
    let value = STANDARD.encode(digest(&SHA256, bytes.as_slice()));
    let raw = format!(
        "{}<DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><DigestValue>{value}</DigestValue>{}",
        &text[..start],
        &text[end..]
    );
    assert_eq!(told(&of_signature(&refilled(&raw))), []);
}

/// The same text with the inner digests computed again: only what was spoilt is unsound.
fn refilled(text: &str) -> String {
    let mut pieces = text.split("<DigestValue>");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (number, piece) in pieces.enumerate() {
        let (value, rest) = piece.split_once('<').expect("an end");
        let value = match number {
            0 => "{manifest}",
            1 => "{signed}",
            _ => value,
        };
        out.push_str(&format!("<DigestValue>{value}<{rest}"));
    }
    with_inner_digests(&out)
}

/// What to change in the sound signature, and where the finding must lie.
const SPOILT: [(&str, &str, &str); 16] = [
    (
        "Id=\"IHEManifest\"><Reference URI=\"urn:oid:",
        "Id=\"IHEManifest\"><Reference URI=\"urn:oid:1.",
        "Manifest/",
    ),
    ("<SigningTime>2026-11-17T18:00:00+01:00</SigningTime>", "", "SignedProperties"),
    ("<SigningCertificate/>", "", "SignedProperties"),
    ("Target=\"#sig\"><SignedProperties", "Target=\"#other\"><SignedProperties", "QualifyingProperties"),
    ("<SignatureValue>AAAA", "<SignatureValue>", "SignatureValue"),
    ("<SignatureValue>AAAA", "<SignatureValue>é", "SignatureValue"),
    ("<X509Certificate>MIIA</X509Certificate>", "", "KeyInfo"),
    ("<X509Certificate>MIIA", "<X509Certificate>", "X509Certificate"),
    ("<SignatureMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1\"/>", "", "SignedInfo"),
    ("<CanonicalizationMethod Algorithm=\"http", "<CanonicalizationMethod Algorithm=\"ftp", "SignedInfo"),
    ("<Transform Algorithm=\"http", "<Transform Algorithm=\"ftp", "Manifest/"),
    (
        "<DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/><DigestValue>AA==",
        "<DigestValue>AA==",
        "",
    ),
    ("URI=\"urn:oid:2.999.2026.2.1.1\"", "URI=\"urn:oid:2.999.2026.2.1.9\"", "Manifest/"),
    ("URI=\"urn:oid:2.999.2026.2.1.1\"", "URI=\"file:///etc/passwd\"", "Manifest/"),
    ("URI=\"#signed\"", "URI=\"#nothing\"", "SignedInfo/"),
    ("Id=\"purposeOfSignature\"", "Id=\"signed\"", "SignedInfo/"),
];

#[test]
fn each_spoilt_signature_is_refused_where_it_is_spoilt() {
    for (from, to, place) in SPOILT {
        let text = sound();
        assert!(text.contains(from), "{from}");
        let spoilt = refilled(&text.replacen(from, to, 1));
        let places: Vec<_> = told(&of_signature(&spoilt)).into_iter().map(|(_, at)| at).collect();
        // The set's own digest is a placeholder: whatever stands there is not looked at.
        assert_eq!(places.is_empty(), place.is_empty(), "{from}: {places:?}");
        assert!(place.is_empty() || places.iter().any(|at| at.contains(place)), "{from}: {places:?}");
    }
}

#[test]
fn what_was_changed_after_signing_is_found() {
    let changed_document = super::with_cda(with_signature(&sound()), "d'examens biologiques", "de biologie");
    let places = told(&findings(&changed_document));
    let refused = places.iter().filter(|(rule, _)| *rule == Rule::SetSignatureIsSound).count();
    assert_eq!(refused, 1, "{places:?}");
    let changed_manifest =
        sound().replace("urn:oid:2.999.2026.2.1.1\"><", "urn:oid:2.999.2026.2.1.1\" Type=\"x\"><");
    let places: Vec<_> = told(&of_signature(&changed_manifest)).into_iter().map(|(_, at)| at).collect();
    assert_eq!(places, ["/Signature/SignedInfo/Reference[1]"]);
    let changed_time = sound().replace("2026-11-17T18", "2025-11-17T18");
    let places: Vec<_> = told(&of_signature(&changed_time)).into_iter().map(|(_, at)| at).collect();
    assert_eq!(places, ["/Signature/SignedInfo/Reference[2]"]);
}

#[test]
fn every_document_of_the_set_is_signed() {
    let mut submission = with_signature(&sound());
    let (mut other, content) = submission.entries[0].clone();
    other.entry_uuid = EntryUuid::from_bytes([4; 16]);
    other.unique_id = UniqueId::parse("2.999.2026.2.1.2").expect("an id");
    submission.entries.push((other, content));
    let found = findings(&submission);
    let of_rule: Vec<_> = found.iter().filter(|finding| finding.rule == Rule::SetSignatureIsSound).collect();
    assert_eq!(of_rule.len(), 1);
    assert!(format!("{of_rule:?}").contains("document non signé : 2.999.2026.2.1.2"));
}

#[test]
fn what_is_no_signature_is_refused() {
    assert_eq!(told(&of_signature("<a/>")), [(Rule::SetSignatureIsSound, "/a".to_owned())]);
    let empty = told(&of_signature("<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>"));
    assert!(empty.len() >= 4, "{empty:?}");
    let large = format!("<a>{}</a>", " ".repeat(1 << 20));
    assert_eq!(of_signature(&large).len(), 1);
    let broken: Vec<_> = findings(&with_signature("<a>")).iter().map(|finding| finding.rule).collect();
    assert_eq!(broken, [Rule::BytesAreOfTheDeclaredType]);
}

#[test]
fn a_set_has_one_signature_at_the_most() {
    let mut submission = with_signature(&sound());
    let mut second = submission.entries[1].clone();
    second.0.entry_uuid = EntryUuid::from_bytes([5; 16]);
    submission.entries.push(second);
    let found = findings(&submission);
    assert!(format!("{found:?}").contains("1 objet(s) de signature au plus, 2 trouvé(s)"));
}

#[test]
fn a_signature_is_missing_only_where_the_data_demands_it() {
    assert_eq!(told(&findings(&deposit("lab-report"))), []);
    let folder = tempfile::tempdir().expect("a folder");
    let own = include_str!("../../../../../../mappings/constraints/metadata.csv");
    let demanding = own.replace("set,signature,all,,,1,", "set,signature,all,,1,1,");
    assert_ne!(own, demanding);
    std::fs::create_dir(folder.path().join("constraints")).expect("a folder");
    std::fs::write(folder.path().join("constraints/metadata.csv"), demanding).expect("a file");
    let mappings = mappings::Mappings::with_overrides(folder.path()).expect("the tables");
    let caller = structure("1999999992");
    let told_of =
        |submission: &Submission| told(&check(&mappings, submission, &caller, &fingerprints(submission)));
    assert_eq!(told_of(&deposit("lab-report")), [(Rule::SetSignatureIsSound, String::new())]);
    assert_eq!(told_of(&with_signature(&sound())), []);
    assert!(MAPPINGS.constraints.signatures() == (0, Some(1)));
}
