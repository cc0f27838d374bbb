//! The seeds: the samples, whole messages made from them, and an assertion of an issuer of our own.

use std::sync::LazyLock;

use ihe::vihf::{Claims, Trust};
use model::{EntryUuid, Moment};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use server::pki::{Authority, VihfText, assertion, signer, vihf_claims};

use super::targets::trust;
use crate::root;

/// The moment of every verification.
pub const NOW: Moment = Moment(1_795_881_600_000_000);
const BOUNDARY: &str = "passerelle-seed";

/// The seeds of a target, in a fixed order.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let soap = || samples("soap").into_iter().chain(hostile("soap")).chain(hostile("iti41"));
    match target {
        "soap" => soap().collect(),
        "ebrim" => samples("soap").into_iter().chain(hostile("iti41")).collect(),
        "mtom" => soap().map(|envelope| with_head(&envelope)).collect(),
        "saml" => vec![signed().message.clone()],
        "cda" => samples("cda").into_iter().chain(hostile("cda")).chain(hostile("not-utf8")).collect(),
        "fhir_search" => lines(SEARCHES),
        "fhir_patch" => lines(PATCHES),
        "fhir" | "fhir_validate" => {
            samples("fhir").into_iter().chain(hostile("iti65")).chain(hostile("iti105")).collect()
        }
        _ => Vec::new(),
    }
}

fn lines(text: &str) -> Vec<Vec<u8>> {
    text.lines().map(|line| line.trim().as_bytes().to_vec()).collect()
}

const SEARCHES: &str = "DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180&status=current
    DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|292032901999180&status=current,superseded&_count=1&_sort=-date
    DocumentReference?patient=Patient/10000000-0000-4000-8000-000000000001&status=current&type=http://loinc.org|11490-0&date=ge2026-01-01
    DocumentReference?identifier=urn:oid:2.999.2026.1.1.1&_summary=true&_elements=id,status&_format=json&_pretty=true
    DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180&status=current&_page=AAAA
    DocumentReference?author.given=Edm%C3%A9e&author.family:exact=x&period=lt2026&event=a|b&security-label=N&format=x&facility=|y
    List?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180&code=submissionset&status=current&source.family=x
    Patient?identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180
    Patient?family=a&given=b&birthdate=ge1992-03-14&gender=female&_id=x
    Patient/$ihe-pix?sourceIdentifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180&targetSystem=urn:oid:1.2
    AuditEvent?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180&date=ge2026-01-01T00:00:00Z&_count=2
    Consent?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C292032901999180&status=active
    DocumentReference/10000000-0000-4000-8000-000000000001/_history/1?_format=xml
    Binary/10000000-0000-4000-8000-000000000001?x=%ff%00";
const PATCHES: &str = r#"[{"op":"replace","path":"/status","value":"entered-in-error"}]
    [{"op":"add","path":"/securityLabel/-","value":{"coding":[{"system":"https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument","code":"MASQUE_PS"}]}}]
    [{"op":"test","path":"/securityLabel/0/coding/0/code","value":"N"},{"op":"remove","path":"/securityLabel/0"}]
    [{"op":"move","from":"/securityLabel/0","path":"/securityLabel/-"},{"op":"copy","from":"/status","path":"/description"}]
    [{"op":"add","path":"/extension/-","value":{"url":"https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived","valueBoolean":true}}]
    {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"DocumentReference.status"},{"name":"value","valueCode":"superseded"}]}]}
    {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"DocumentReference"},{"name":"name","valueString":"extension"},{"name":"value","part":[{"name":"url","valueUri":"x"},{"name":"value","valueBoolean":true}]}]}]}
    {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"DocumentReference.securityLabel.where(coding.code='N')"}]}]}
    <diff xmlns:f="http://hl7.org/fhir"><replace sel="/f:DocumentReference/f:status/@value">entered-in-error</replace><remove sel="/f:DocumentReference/f:securityLabel[f:coding/f:code/@value='N']"/></diff>
    <diff xmlns:f="http://hl7.org/fhir" xmlns="http://hl7.org/fhir"><add sel="/f:DocumentReference/f:securityLabel[1]" pos="after"><securityLabel><coding><code value="N"/></coding></securityLabel></add><replace sel="/f:DocumentReference/f:extension[@url='x']/f:valueBoolean"><valueBoolean value="true"/></replace></diff>
    <Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="delete"/></part><part><name value="path"/><valueString value="DocumentReference.securityLabel[0]"/></part></parameter></Parameters>"#;

/// The files of a folder of `samples/`, in order of their names.
fn samples(folder: &str) -> Vec<Vec<u8>> {
    files(&root().join("samples").join(folder), "")
}

fn hostile(prefix: &str) -> Vec<Vec<u8>> {
    files(&root().join("samples/hostile"), prefix)
}

fn files(folder: &std::path::Path, prefix: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(prefix) && !name.ends_with(".http")
    });
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).map(|bytes| filled(&bytes)).collect()
}

/// What a sample leaves to its sender.
fn filled(bytes: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text
            .replace("{{security}}", "")
            .replace("{{message-id}}", "urn:uuid:5c1a3f52-27c1-4b0e-9a44-0d7c3c2c9f10")
            .replace("{{base}}", "https://localhost")
            .into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

/// An envelope as MTOM: Content-Type and body.
pub fn in_mtom(envelope: &[u8]) -> (String, Vec<u8>) {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\n\
         Content-ID: <root@seed>\r\n\r\n"
    );
    let part = format!(
        "\r\n--{BOUNDARY}\r\nContent-Type: text/xml\r\nContent-Transfer-Encoding: base64\r\n\
         Content-ID: <n3-lab-report@samples.passerelle.example>\r\n\r\nPGEvPg==\r\n--{BOUNDARY}--\r\n"
    );
    let content_type = format!(
        "multipart/related; type=\"application/xop+xml\"; start=\"<root@seed>\"; \
         start-info=\"application/soap+xml\"; boundary=\"{BOUNDARY}\""
    );
    (content_type, [head.as_bytes(), envelope, part.as_bytes()].concat())
}

fn with_head(envelope: &[u8]) -> Vec<u8> {
    let (content_type, body) = in_mtom(envelope);
    [content_type.as_bytes(), b"\n", &body].concat()
}

struct Signed {
    claims: Claims,
    message: Vec<u8>,
    trust: Trust,
}

/// Whom the assertions of the seeds are believed from.
pub(super) fn trusted() -> &'static Trust {
    &signed().trust
}

/// What the seed's assertion says.
pub(super) fn claims() -> &'static Claims {
    &signed().claims
}

fn signed() -> &'static Signed {
    static SIGNED: LazyLock<Signed> = LazyLock::new(sign);
    &SIGNED
}

#[expect(clippy::expect_used, reason = "constants that are well formed")]
fn sign() -> Signed {
    let authority = Authority::new("Autorité des graines", NOW).expect("an authority");
    let usage = server::pki::Usage::Signature;
    let credential =
        authority.structure("1999999991", "Hôpital fictif", "dépôt", usage).expect("a credential");
    let text = VihfText {
        name_id: "899900000011".to_owned(),
        subject_name: "Dr Fictif".to_owned(),
        mode: "INDIRECTE".to_owned(),
        structure: "1999999991".to_owned(),
        roles: vec![
            ("1.2.250.1.71.1.2.7".to_owned(), "10".to_owned()),
            ("1.2.250.1.71.4.2.5".to_owned(), "SM54".to_owned()),
        ],
        purpose: "normal".to_owned(),
        reason: None,
        patient: "292032901999180^^^&1.2.250.1.213.1.4.10&ISO^NH".to_owned(),
    };
    let claims = vihf_claims(text, NOW).expect("claims");
    let signer = signer(&credential).expect("a signer");
    let token = assertion(&claims, &signer, NOW, EntryUuid::from_bytes([7; 16])).expect("an assertion");
    let message = format!(
        "<soap12:Envelope xmlns:soap12=\"http://www.w3.org/2003/05/soap-envelope\"><soap12:Header>\
         <wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
         {token}</wsse:Security></soap12:Header><soap12:Body/></soap12:Envelope>"
    );
    let root = CertificateDer::from_pem_slice(authority.pem().as_bytes()).expect("a certificate");
    let trust = trust(&root).expect("a trust");
    Signed { claims, message: message.into_bytes(), trust }
}
