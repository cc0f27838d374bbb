//! A deposit made from the hospital's sample, with its own identifiers and its own bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use server::demo::samples;

/// A deposit with fresh identifiers: the CDA's id is the uniqueId, hash and size are those of the bytes.
#[derive(Debug, Clone)]
pub struct Made {
    /// uniqueId of the document.
    pub unique_id: String,
    /// The document.
    pub bytes: Vec<u8>,
    /// The ITI-65 bundle.
    pub bundle: String,
}

impl Made {
    /// The deposit number `number` of a run.
    pub fn new(run: u64, number: u64) -> Self {
        let original = String::from_utf8_lossy(samples::CDA_HOSPITAL).into_owned();
        let unique_id = format!("2.999.9.{run}.{number}.1");
        let set_id = format!("2.999.9.{run}.{number}.2");
        let cda = original.replace(samples::HOSPITAL_ID, &unique_id);
        let bundle = samples::ITI65_HOSPITAL
            .replace(&STANDARD.encode(&original), &STANDARD.encode(&cda))
            .replace(&hash(original.as_bytes()), &hash(cda.as_bytes()))
            .replace(&format!("\"size\": {}", original.len()), &format!("\"size\": {}", cda.len()))
            .replace(&format!("urn:oid:{}\"", samples::HOSPITAL_ID), &format!("urn:oid:{unique_id}\""))
            .replace(&format!("urn:oid:{}\"", samples::HOSPITAL_SET_ID), &format!("urn:oid:{set_id}\""));
        let bundle = with_own_uuids(&bundle, &unique_id);
        Made { unique_id, bytes: cda.into_bytes(), bundle }
    }

    /// The same document id with other bytes, in another set.
    pub fn with_other_bytes(&self, set_id: &str) -> String {
        let cda = String::from_utf8_lossy(&self.bytes).into_owned();
        let other = cda.replace("</ClinicalDocument>", "<!-- autre --></ClinicalDocument>");
        self.bundle
            .replace(&STANDARD.encode(&cda), &STANDARD.encode(&other))
            .replace(&hash(cda.as_bytes()), &hash(other.as_bytes()))
            .replace(&format!("\"size\": {}", cda.len()), &format!("\"size\": {}", other.len()))
            .replace(
                &format!("urn:oid:{}.2\"", self.unique_id.trim_end_matches(".1")),
                &format!("urn:oid:{set_id}\""),
            )
    }
}

/// Every UUID of a bundle replaced by one that this deposit alone has.
fn with_own_uuids(bundle: &str, unique_id: &str) -> String {
    let mut parts = bundle.split("urn:uuid:");
    let mut own = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (uuid, rest) = part.split_at_checked(36).unwrap_or((part, ""));
        let digest =
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("{unique_id} {uuid}").as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(digest.as_ref().get(..16).unwrap_or(&[0; 16]));
        own.push_str(&model::EntryUuid::from_bytes(bytes).urn());
        own.push_str(rest);
    }
    own
}

/// The FHIR form of a hash: base64 of the twenty bytes of SHA-1.
fn hash(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    STANDARD.encode(digest.as_ref())
}
