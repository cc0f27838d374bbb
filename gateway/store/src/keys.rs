//! The hierarchy of keys: master → patient → document, and the blind index.

use aws_lc_rs::hmac;
use model::{EntryUuid, Ins, TraitKey};

use crate::MasterKey;
use crate::cipher::{Place, SecretKey, Unsound, fill};

/// A record's internal key: random, without meaning, never shown outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PatientKey(pub(crate) [u8; 16]);

impl PatientKey {
    /// A random one.
    pub(crate) fn random() -> Result<Self, Unsound> {
        let mut bytes = [0; 16];
        fill(&mut bytes)?;
        Ok(PatientKey(bytes))
    }

    /// From a column.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, Unsound> {
        <[u8; 16]>::try_from(bytes)
            .map(PatientKey)
            .map_err(|_| Unsound("a patient key that is not of 16 bytes"))
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

/// What an identifier names: each has its own index space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// A matricule with its domain.
    Ins,
    /// A UUID of any object.
    Uuid,
    /// A document's uniqueId.
    DocumentId,
    /// A set's uniqueId.
    SetId,
    /// A folder's uniqueId.
    FolderId,
    /// A person among the authors who is a patient.
    Author,
    /// A representative's matricule, in one record.
    Representative,
    /// The serial number of a carte Vitale, in one record.
    Card,
    /// A provisional code, in one record.
    Code,
    /// A trait that people are looked up by.
    Trait,
}

impl Space {
    const fn label(self) -> &'static [u8] {
        match self {
            Space::Ins => b"ins\0",
            Space::Uuid => b"uuid\0",
            Space::DocumentId => b"document-id\0",
            Space::SetId => b"set-id\0",
            Space::FolderId => b"folder-id\0",
            Space::Author => b"author\0",
            Space::Representative => b"representative\0",
            Space::Card => b"card\0",
            Space::Code => b"code\0",
            Space::Trait => b"trait\0",
        }
    }
}

/// Everything derived from the master key.
pub(crate) struct Keys {
    index: hmac::Key,
    wrap: SecretKey,
    system: SecretKey,
    check: [u8; 32],
}

impl Keys {
    /// Derives the keys; the master itself is not kept.
    pub(crate) fn derive(master: &MasterKey) -> Result<Self, Unsound> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, master.bytes());
        let derived = |label: &str| hmac::sign(&root, label.as_bytes());
        Ok(Keys {
            index: hmac::Key::new(hmac::HMAC_SHA256, derived("passerelle store 1: index").as_ref()),
            wrap: SecretKey::of(derived("passerelle store 1: wrap").as_ref())?,
            system: SecretKey::of(derived("passerelle store 1: system journal").as_ref())?,
            check: array(derived("passerelle store 1: check").as_ref())?,
        })
    }

    /// The value by which a file recognises its master key.
    pub(crate) fn check(&self) -> &[u8; 32] {
        &self.check
    }

    /// The key of events about no known record.
    pub(crate) fn system(&self) -> &SecretKey {
        &self.system
    }

    /// The blind index of an identifier.
    pub(crate) fn index(&self, space: Space, identifier: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.index);
        context.update(space.label());
        context.update(identifier);
        context.sign().as_ref().to_vec()
    }

    /// The blind index of a matricule.
    pub(crate) fn ins_index(&self, ins: &Ins) -> Vec<u8> {
        self.index(Space::Ins, format!("{}|{}", ins.number(), ins.domain().oid()).as_bytes())
    }

    /// The blind index of a trait: the same for everybody who has it.
    pub(crate) fn trait_index(&self, key: &TraitKey) -> Vec<u8> {
        self.index(Space::Trait, format!("{}|{}", key.kind(), key.value()).as_bytes())
    }

    /// The blind index of something in one record: the same thing in two records has two.
    pub(crate) fn index_in(&self, space: Space, patient: &PatientKey, identifier: &[u8]) -> Vec<u8> {
        self.index(space, &[patient.as_slice(), identifier].concat())
    }

    /// The blind index of a representative in one record.
    pub(crate) fn representative_index(&self, patient: &PatientKey, by: &Ins) -> Vec<u8> {
        let matricule = format!("{}|{}", by.number(), by.domain().oid());
        self.index_in(Space::Representative, patient, matricule.as_bytes())
    }

    /// A UUID (in the form of version 4) that depends on nothing but the key and these parts.
    pub(crate) fn uuid(&self, purpose: &str, parts: &[&[u8]]) -> Result<EntryUuid, Unsound> {
        let mut context = hmac::Context::with_key(&self.index);
        context.update(b"derived uuid\0");
        context.update(purpose.as_bytes());
        for part in parts {
            context.update(&[0]);
            context.update(part);
        }
        let tag = context.sign();
        let bytes = tag.as_ref().get(..16).and_then(|half| <[u8; 16]>::try_from(half).ok());
        let bytes = bytes.ok_or(Unsound("a digest that is too short"))?;
        Ok(EntryUuid::from_bytes(*uuid::Builder::from_random_bytes(bytes).into_uuid().as_bytes()))
    }

    /// The id that the FHIR door shows for a record.
    pub(crate) fn patient_id(&self, patient: &PatientKey) -> Result<EntryUuid, Unsound> {
        self.uuid("patient id", &[patient.as_slice()])
    }

    /// Wraps a patient's secret for the record's row.
    pub(crate) fn wrap_patient(&self, patient: &PatientKey, secret: &SecretKey) -> Result<Vec<u8>, Unsound> {
        self.wrap.seal(&patient_place(patient), secret.bytes())
    }

    /// Unwraps a patient's secret.
    pub(crate) fn unwrap_patient(&self, patient: &PatientKey, wrapped: &[u8]) -> Result<SecretKey, Unsound> {
        unwrap(&self.wrap, &patient_place(patient), wrapped)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Wraps a document's key under its patient's.
pub(crate) fn wrap_document(
    secret: &SecretKey,
    document: &EntryUuid,
    key: &SecretKey,
) -> Result<Vec<u8>, Unsound> {
    secret.seal(&document_place(document), key.bytes())
}

/// Unwraps a document's key.
pub(crate) fn unwrap_document(
    secret: &SecretKey,
    document: &EntryUuid,
    wrapped: &[u8],
) -> Result<SecretKey, Unsound> {
    unwrap(secret, &document_place(document), wrapped)
}

fn unwrap(under: &SecretKey, place: &Place, wrapped: &[u8]) -> Result<SecretKey, Unsound> {
    let bytes = zeroize::Zeroizing::new(under.open(place, wrapped)?);
    SecretKey::of(&bytes)
}

fn patient_place(patient: &PatientKey) -> Place {
    Place::new("record.wrapped_key", &[patient.as_slice()])
}

fn document_place(document: &EntryUuid) -> Place {
    Place::new("document.wrapped_key", &[document.as_bytes()])
}

fn array(bytes: &[u8]) -> Result<[u8; 32], Unsound> {
    <[u8; 32]>::try_from(bytes).map_err(|_| Unsound("a digest that is not of 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys::derive(&MasterKey::from_bytes([byte; 32])).unwrap()
    }

    #[test]
    fn the_blind_index_depends_on_the_master_key_the_space_and_the_identifier() {
        let index = keys(1).index(Space::Uuid, b"a");
        assert_eq!(index, keys(1).index(Space::Uuid, b"a"));
        assert_ne!(index, keys(2).index(Space::Uuid, b"a"));
        assert_ne!(index, keys(1).index(Space::DocumentId, b"a"));
        assert_ne!(index, keys(1).index(Space::Uuid, b"b"));
    }

    #[test]
    fn a_patients_secret_unwraps_for_that_patient_only() {
        let (keys, patient, secret) = (keys(1), PatientKey::random().unwrap(), SecretKey::random().unwrap());
        let wrapped = keys.wrap_patient(&patient, &secret).unwrap();
        assert_eq!(keys.unwrap_patient(&patient, &wrapped).unwrap().bytes(), secret.bytes());
        assert!(keys.unwrap_patient(&PatientKey([0; 16]), &wrapped).is_err());
    }

    #[test]
    fn a_derived_uuid_is_stable_and_of_version_4() {
        let id = keys(1).patient_id(&PatientKey([3; 16])).unwrap();
        assert_eq!(id, keys(1).patient_id(&PatientKey([3; 16])).unwrap());
        assert_eq!(id.bare().as_bytes()[14], b'4');
    }
}
