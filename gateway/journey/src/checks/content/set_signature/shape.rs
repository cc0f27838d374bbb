//! The shape of the signature: XML Signature 1.1 with XAdES qualifying properties.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xml::Element;
use xml::c14n::Method;

use super::Problems;

/// XML Signature.
pub(super) const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// How the namespaces of XAdES begin; its versions (1.1.1 to 1.4.1) end them.
const XADES: &str = "http://uri.etsi.org/01903/v1.";
/// References of one signature.
const MOST_REFERENCES: usize = 1_000;

/// The parts of a signature that the other checks need.
pub(super) struct Parts<'a> {
    /// The references of SignedInfo that point inside the signature.
    pub inner: Vec<Element<'a>>,
    /// The references to documents, of SignedInfo and of its manifests.
    pub outer: Vec<Element<'a>>,
    /// What the signature must cover: its manifests and its SignedProperties.
    pub covered: Vec<Element<'a>>,
}

/// Reads the parts and finds what is missing; `None` if it is no signature at all.
pub(super) fn read<'a>(root: Element<'a>, problems: &mut Problems) -> Option<Parts<'a>> {
    if !root.is(DS, "Signature") {
        problems.add(
            root,
            "racine ds:Signature attendue (XML Signature)",
            "expected the root ds:Signature (XML Signature)",
        );
        return None;
    }
    let info = only(root, "SignedInfo", problems);
    if let Some(value) = only(root, "SignatureValue", problems) {
        base64(value, problems);
    }
    if let Some(keys) = only(root, "KeyInfo", problems) {
        certificates(keys, problems);
    }
    let mut covered: Vec<Element<'a>> = objects(root).filter(|part| part.is(DS, "Manifest")).collect();
    covered.extend(qualifying(root, problems));
    let (inner, outer) = references(info?, &covered, problems);
    Some(Parts { inner, outer, covered })
}

fn objects(root: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    root.children_named(DS, "Object").flat_map(|object| object.children())
}

/// The only child of this name.
fn only<'a>(parent: Element<'a>, name: &'a str, problems: &mut Problems) -> Option<Element<'a>> {
    let mut found = parent.children_named(DS, name);
    let first = found.next();
    if first.is_none() || found.next().is_some() {
        problems.add(parent, format!("un seul ds:{name} attendu"), format!("expected exactly one ds:{name}"));
    }
    first
}

/// Bytes in base64, white space allowed.
pub(super) fn base64(element: Element<'_>, problems: &mut Problems) -> Option<Vec<u8>> {
    let text: String = element.text().split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty());
    if bytes.is_none() {
        problems.add(element, "contenu base64 non vide attendu", "expected base64 content that is not empty");
    }
    bytes
}

fn certificates(keys: Element<'_>, problems: &mut Problems) {
    let data = keys.children_named(DS, "X509Data");
    let certificates: Vec<_> = data.flat_map(|data| data.children_named(DS, "X509Certificate")).collect();
    if certificates.is_empty() {
        problems.add(
            keys,
            "certificat du signataire attendu (ds:X509Data/ds:X509Certificate)",
            "expected the signer's certificate (ds:X509Data/ds:X509Certificate)",
        );
    }
    for certificate in certificates {
        base64(certificate, problems);
    }
}

/// The SignedProperties of XAdES, with the signing time and the signing certificate.
fn qualifying<'a>(root: Element<'a>, problems: &mut Problems) -> Option<Element<'a>> {
    let is =
        |element: Element<'_>, name: &str| element.name() == name && element.namespace().starts_with(XADES);
    let found = objects(root).find(|part| is(*part, "QualifyingProperties"));
    let signed =
        found.and_then(|properties| properties.children().find(|child| is(*child, "SignedProperties")));
    let Some((properties, signed)) = found.zip(signed) else {
        problems.add(
            root,
            "propriétés XAdES attendues (ds:Object/QualifyingProperties/SignedProperties)",
            "expected XAdES properties (ds:Object/QualifyingProperties/SignedProperties)",
        );
        return None;
    };
    let target = properties.attribute("Target").and_then(|target| target.strip_prefix('#'));
    if target.is_none() || target != root.attribute("Id") {
        problems.add(
            properties,
            "Target doit désigner l'Id de ds:Signature",
            "Target must name the Id of ds:Signature",
        );
    }
    let of_signature: Vec<_> = signed
        .children()
        .filter(|child| is(*child, "SignedSignatureProperties"))
        .flat_map(|properties| properties.children())
        .collect();
    for (names, label) in [
        (["SigningTime", "SigningTime"], "SigningTime"),
        (["SigningCertificate", "SigningCertificateV2"], "SigningCertificate"),
    ] {
        if !of_signature.iter().any(|child| names.iter().any(|name| is(*child, name))) {
            problems.add(signed, format!("{label} attendu"), format!("expected {label}"));
        }
    }
    Some(signed)
}

/// The references of SignedInfo, those into the signature and those to documents, with those of the manifests.
fn references<'a>(
    info: Element<'a>,
    covered: &[Element<'a>],
    problems: &mut Problems,
) -> (Vec<Element<'a>>, Vec<Element<'a>>) {
    let algorithm = |name: &'a str| info.child(DS, name).and_then(|method| method.attribute("Algorithm"));
    if algorithm("CanonicalizationMethod").and_then(Method::named).is_none() {
        problems.add(
            info,
            "CanonicalizationMethod attendu : Canonical XML 1.0, 1.1 ou exclusif",
            "expected CanonicalizationMethod: Canonical XML 1.0, 1.1 or exclusive",
        );
    }
    if algorithm("SignatureMethod").is_none_or(str::is_empty) {
        problems.add(info, "SignatureMethod attendu", "expected SignatureMethod");
    }
    let manifests = covered.iter().filter(|part| part.is(DS, "Manifest"));
    let sources = std::iter::once(info).chain(manifests.copied());
    let all: Vec<_> =
        sources.flat_map(|source| source.children_named(DS, "Reference")).take(MOST_REFERENCES + 1).collect();
    if all.len() > MOST_REFERENCES {
        problems.add(info, "plus de 1000 références", "more than 1000 references");
    }
    all.into_iter().take(MOST_REFERENCES).partition(|reference| {
        reference.attribute("URI").is_none_or(|uri| uri.is_empty() || uri.starts_with('#'))
    })
}
