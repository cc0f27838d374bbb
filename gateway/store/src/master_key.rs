//! The master key: 32 bytes outside the database. Whoever has it and the file reads everything.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use aws_lc_rs::hmac;
use zeroize::{Zeroize, Zeroizing};

use crate::cipher::fill;
use crate::key_file;

/// The key at the top of the hierarchy, wiped when dropped, never printed.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Why a key file is not usable.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// The file cannot be read or made.
    #[error("the master key file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// Others than the owner may read it.
    #[error("the master key file is open to others than its owner: its mode must be 0600")]
    OpenToOthers,
    /// It is not 64 hexadecimal digits.
    #[error("the master key file does not hold 64 hexadecimal digits")]
    NotAKey,
    /// The system gives no random bytes.
    #[error("no random bytes from the system")]
    NoRandomness,
}

impl MasterKey {
    /// Wraps 32 bytes.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Self {
        let key = MasterKey(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// Reads the key file (64 hexadecimal digits); makes it with a random key and mode 0600 when absent.
    pub fn load_or_create(path: &Path) -> Result<Self, MasterKeyError> {
        match File::open(path) {
            Ok(file) => load(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(path),
            Err(error) => Err(error.into()),
        }
    }

    /// A key for another purpose of the same gateway (HMAC-SHA-256 of the label): stable while the master key
    /// is, and telling nothing about it.
    pub fn derived(&self, label: &str) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut derived = [0; 32];
        derived.copy_from_slice(hmac::sign(&key, format!("derived: {label}").as_bytes()).as_ref());
        derived
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

fn load(file: File) -> Result<MasterKey, MasterKeyError> {
    if !key_file::is_private(&file)? {
        return Err(MasterKeyError::OpenToOthers);
    }
    let mut text = Zeroizing::new(String::new());
    file.take(256).read_to_string(&mut text).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => MasterKeyError::NotAKey,
        _ => MasterKeyError::File(error),
    })?;
    let digits = text.trim();
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(MasterKeyError::NotAKey);
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| MasterKeyError::NotAKey)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| MasterKeyError::NotAKey)?;
    }
    Ok(MasterKey(bytes))
}

fn create(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    fill(bytes.as_mut_slice()).map_err(|_| MasterKeyError::NoRandomness)?;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in bytes.iter() {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('\n');
    key_file::create(path, &text, key_file::PRIVATE)?;
    Ok(MasterKey(bytes))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_file_is_made_once_for_its_owner_only_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = MasterKey::load_or_create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(MasterKey::load_or_create(&path).unwrap().bytes(), made.bytes());
    }

    #[test]
    fn a_key_file_open_to_others_or_without_a_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::load_or_create(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(MasterKey::load_or_create(&path), Err(MasterKeyError::OpenToOthers)));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, "not a key").unwrap();
        assert!(matches!(MasterKey::load_or_create(&path), Err(MasterKeyError::NotAKey)));
        std::fs::write(&path, [0xff; 64]).unwrap();
        assert!(matches!(MasterKey::load_or_create(&path), Err(MasterKeyError::NotAKey)));
    }
}
