//! The keys of the roots: Ed25519. The secret one is a file that the database never sees; the public one stands
//! beside it, to be taken elsewhere. Both are PEM, as other tools read them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::journal::sha256;
use crate::key_file;

const SECRET_LABEL: &str = "PRIVATE KEY";
const PUBLIC_LABEL: &str = "PUBLIC KEY";
/// SubjectPublicKeyInfo of an Ed25519 key, before its 32 bytes (RFC 8410).
const PUBLIC_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Bytes of a key file at the most.
const MOST: u64 = 64 * 1024;

/// Why a key file is not usable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealingKeyError {
    /// A file cannot be read or made.
    #[error("the key file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// Others than the owner may read the secret key.
    #[error("the signing key file is open to others than its owner: its mode must be 0600")]
    OpenToOthers,
    /// It is no PEM of an Ed25519 key.
    #[error("the file does not hold an Ed25519 key as PEM")]
    NotAKey,
    /// The public key beside is another one's.
    #[error("the public key file beside the signing key does not hold its public key")]
    AnotherPublicKey,
}

/// The key that signs roots, never printed.
pub struct SealingKey(Ed25519KeyPair);

impl SealingKey {
    /// Reads the key file (PKCS#8, PEM); makes it with a random key and mode 0600 when absent. The public key
    /// stands beside it ([`SealingKey::public_path`]): made when absent; one that differs is an error unless it
    /// holds this key among others.
    pub fn load_or_create(path: &Path) -> Result<Self, SealingKeyError> {
        let key = match File::open(path) {
            Ok(file) => SealingKey::read(file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => SealingKey::create(path)?,
            Err(error) => return Err(error.into()),
        };
        let beside = SealingKey::public_path(path);
        match PublicKeys::load(&beside) {
            Ok(keys) if keys.0.contains(&key.public()) => {}
            Ok(_) => return Err(SealingKeyError::AnotherPublicKey),
            Err(SealingKeyError::File(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                let der = [PUBLIC_PREFIX.as_slice(), &key.public()].concat();
                key_file::create(&beside, &pem(PUBLIC_LABEL, &der), key_file::PUBLIC)?;
            }
            Err(error) => return Err(error),
        }
        Ok(key)
    }

    /// Where the public key of a key file is: the same name, ending in `.pub`.
    pub fn public_path(path: &Path) -> PathBuf {
        path.with_extension("pub")
    }

    /// Signs a root's statement.
    pub(crate) fn sign(&self, statement: &str) -> [u8; 64] {
        let mut signature = [0; 64];
        for (slot, byte) in signature.iter_mut().zip(self.0.sign(statement.as_bytes()).as_ref()) {
            *slot = *byte;
        }
        signature
    }

    /// The public key.
    pub(crate) fn public(&self) -> [u8; 32] {
        let mut public = [0; 32];
        for (slot, byte) in public.iter_mut().zip(self.0.public_key().as_ref()) {
            *slot = *byte;
        }
        public
    }

    fn read(file: File) -> Result<Self, SealingKeyError> {
        if !key_file::is_private(&file)? {
            return Err(SealingKeyError::OpenToOthers);
        }
        let text = Zeroizing::new(text_of(file)?);
        let der = blocks(&text, SECRET_LABEL)?.into_iter().next().ok_or(SealingKeyError::NotAKey)?;
        let pair = Ed25519KeyPair::from_pkcs8(&Zeroizing::new(der));
        pair.map(SealingKey).map_err(|_| SealingKeyError::NotAKey)
    }

    fn create(path: &Path) -> Result<Self, SealingKeyError> {
        let no_random = |_| std::io::Error::other("no random bytes from the system");
        let pair = Ed25519KeyPair::generate().map_err(no_random)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(no_random)?;
        key_file::create(path, &Zeroizing::new(pem(SECRET_LABEL, der.as_ref())), key_file::PRIVATE)?;
        Ok(SealingKey(pair))
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// The keys that roots may be signed with: the one in use, and the ones before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeys(Vec<[u8; 32]>);

impl PublicKeys {
    /// Reads a file of one or more public keys (PEM).
    pub fn load(path: &Path) -> Result<Self, SealingKeyError> {
        let text = text_of(File::open(path)?)?;
        let keys = blocks(&text, PUBLIC_LABEL)?
            .into_iter()
            .map(|der| {
                let key = der.strip_prefix(&PUBLIC_PREFIX).ok_or(SealingKeyError::NotAKey)?;
                <[u8; 32]>::try_from(key).map_err(|_| SealingKeyError::NotAKey)
            })
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(SealingKeyError::NotAKey) } else { Ok(PublicKeys(keys)) }
    }

    /// True if one of the keys signed the statement.
    pub(crate) fn signed(&self, statement: &str, signature: &[u8; 64]) -> bool {
        self.0.iter().any(|key| is_signed(key, statement, signature))
    }
}

/// True if this key signed the statement.
pub(crate) fn is_signed(key: &[u8; 32], statement: &str, signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ED25519, key).verify(statement.as_bytes(), signature).is_ok()
}

/// The short name of a key: it says which one, and proves nothing.
pub(crate) fn key_id(key: &[u8; 32]) -> String {
    super::hex::hex(&sha256(&[key])).chars().take(16).collect()
}

fn text_of(file: File) -> Result<String, SealingKeyError> {
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => SealingKeyError::NotAKey,
        _ => SealingKeyError::File(error),
    })?;
    Ok(text)
}

fn pem(label: &str, der: &[u8]) -> String {
    // Sixty-four bytes at the most: one or two lines.
    let mut text = format!("-----BEGIN {label}-----\n");
    for (index, character) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text + &format!("\n-----END {label}-----\n")
}

/// The bytes of every block with this label.
fn blocks(text: &str, label: &str) -> Result<Vec<Vec<u8>>, SealingKeyError> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    text.split(&begin)
        .skip(1)
        .map(|rest| {
            let (inside, _) = rest.split_once(&end).ok_or(SealingKeyError::NotAKey)?;
            let digits: String = inside.split_ascii_whitespace().collect();
            STANDARD.decode(digits).map_err(|_| SealingKeyError::NotAKey)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_signing_key_is_made_once_for_its_owner_with_its_public_key_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.key");
        let made = SealingKey::load_or_create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let signature = SealingKey::load_or_create(&path).unwrap().sign("said");
        let public = PublicKeys::load(&folder.path().join("audit.pub")).unwrap();
        assert_eq!(public, PublicKeys(vec![made.public()]));
        assert!(public.signed("said", &signature) && !public.signed("not said", &signature));
    }

    #[test]
    fn a_signing_key_open_to_others_is_refused_and_so_is_a_file_without_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.key");
        SealingKey::load_or_create(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(SealingKey::load_or_create(&path), Err(SealingKeyError::OpenToOthers)));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        for text in ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA", "-----BEGIN PRIVATE KEY-----\n!\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(matches!(SealingKey::load_or_create(&path), Err(SealingKeyError::NotAKey)), "{text}");
        }
    }

    #[test]
    fn a_public_key_of_another_beside_is_refused_and_former_keys_may_stand_with_the_one_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one.key"), folder.path().join("two.key"));
        let former = SealingKey::load_or_create(&one).unwrap();
        SealingKey::load_or_create(&two).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let both = read("two.pub") + &read("one.pub");
        std::fs::write(folder.path().join("two.pub"), read("one.pub")).unwrap();
        assert!(matches!(SealingKey::load_or_create(&two), Err(SealingKeyError::AnotherPublicKey)));
        std::fs::write(folder.path().join("two.pub"), both).unwrap();
        SealingKey::load_or_create(&two).unwrap();
        let keys = PublicKeys::load(&folder.path().join("two.pub")).unwrap();
        assert!(keys.signed("before", &former.sign("before")));
    }
}
