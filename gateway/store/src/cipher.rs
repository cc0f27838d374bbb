//! AES-256-GCM under keys that forget themselves. What is sealed is bound to its place (table, column,
//! row), so that a sealed value moved elsewhere in the file does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

/// Plaintext bytes of one content chunk.
pub(crate) const CHUNK: usize = 256 * 1024;

/// Something that does not open, does not decode or cannot be made: ours, and told without content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unsound(pub(crate) &'static str);

/// A 256-bit key, wiped when dropped.
pub(crate) struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// A random key.
    pub(crate) fn random() -> Result<Self, Unsound> {
        let mut bytes = Zeroizing::new([0; 32]);
        fill(bytes.as_mut_slice())?;
        Ok(SecretKey(bytes))
    }

    /// A key of 32 bytes.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, Unsound> {
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| Unsound("a key that is not of 32 bytes"))?;
        Ok(SecretKey(Zeroizing::new(bytes)))
    }

    /// The bytes, for wrapping only.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals under a random nonce: nonce ‖ ciphertext ‖ tag.
    pub(crate) fn seal(&self, place: &Place, plaintext: &[u8]) -> Result<Vec<u8>, Unsound> {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce)?;
        let mut sealed = plaintext.to_vec();
        self.lock(nonce, &place.0, &mut sealed)?;
        let mut whole = Vec::with_capacity(NONCE_LEN + sealed.len());
        whole.extend_from_slice(&nonce);
        whole.append(&mut sealed);
        Ok(whole)
    }

    /// Opens what [`SecretKey::seal`] made for the same place.
    pub(crate) fn open(&self, place: &Place, sealed: &[u8]) -> Result<Vec<u8>, Unsound> {
        let (nonce, ciphertext) =
            sealed.split_at_checked(NONCE_LEN).ok_or(Unsound("a sealed value that is too short"))?;
        let nonce = <[u8; NONCE_LEN]>::try_from(nonce).map_err(|_| DOES_NOT_OPEN)?;
        self.unlock(nonce, &place.0, ciphertext)
    }

    /// Seals one content chunk. The key is the document's own and used for nothing else, so index and
    /// final flag make the nonce: ciphertext ‖ tag.
    pub(crate) fn seal_chunk(
        &self,
        document: &[u8; 16],
        index: u64,
        last: bool,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, Unsound> {
        let mut sealed = Vec::with_capacity(plaintext.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(plaintext);
        self.lock(chunk_nonce(index, last), &chunk_place(document, index, last), &mut sealed)?;
        Ok(sealed)
    }

    /// Opens one content chunk.
    pub(crate) fn open_chunk(
        &self,
        document: &[u8; 16],
        index: u64,
        last: bool,
        sealed: &[u8],
    ) -> Result<Vec<u8>, Unsound> {
        self.unlock(chunk_nonce(index, last), &chunk_place(document, index, last), sealed)
    }

    fn lock(&self, nonce: [u8; NONCE_LEN], aad: &[u8], in_out: &mut Vec<u8>) -> Result<(), Unsound> {
        self.cipher()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), in_out)
            .map_err(|_| Unsound("a value that cannot be sealed"))
    }

    fn unlock(&self, nonce: [u8; NONCE_LEN], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unsound> {
        let mut in_out = sealed.to_vec();
        let length = self
            .cipher()?
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut in_out)
            .map_err(|_| DOES_NOT_OPEN)?
            .len();
        in_out.truncate(length);
        Ok(in_out)
    }

    fn cipher(&self) -> Result<LessSafeKey, Unsound> {
        let key = UnboundKey::new(&AES_256_GCM, self.0.as_slice())
            .map_err(|_| Unsound("a key that the cipher refuses"))?;
        Ok(LessSafeKey::new(key))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

const DOES_NOT_OPEN: Unsound = Unsound("a sealed value that does not open");

/// Where a sealed value stands: `table.column`, then what identifies the row.
pub(crate) struct Place(Vec<u8>);

impl Place {
    /// Each part is preceded by its length, so that no two places have the same bytes.
    pub(crate) fn new(column: &'static str, row: &[&[u8]]) -> Self {
        let mut bytes = Vec::with_capacity(64);
        for part in std::iter::once(column.as_bytes()).chain(row.iter().copied()) {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        Place(bytes)
    }
}

/// Fills with random bytes of the operating system.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Unsound> {
    rand::fill(bytes).map_err(|_| Unsound("no random bytes from the system"))
}

fn chunk_nonce(index: u64, last: bool) -> [u8; NONCE_LEN] {
    let mut nonce = [0; NONCE_LEN];
    for (slot, byte) in nonce.iter_mut().zip(index.to_be_bytes().into_iter().chain([0, 0, 0, u8::from(last)]))
    {
        *slot = byte;
    }
    nonce
}

fn chunk_place(document: &[u8; 16], index: u64, last: bool) -> [u8; 25] {
    let mut place = [0; 25];
    let bytes = document.iter().copied().chain(index.to_be_bytes()).chain([u8::from(last)]);
    for (slot, byte) in place.iter_mut().zip(bytes) {
        *slot = byte;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_at_its_place() {
        let key = SecretKey::random().unwrap();
        let here = Place::new("entry.metadata", &[b"a", b"bc"]);
        let there = Place::new("entry.metadata", &[b"ab", b"c"]);
        let sealed = key.seal(&here, b"text").unwrap();
        assert_eq!(key.open(&here, &sealed).unwrap(), b"text");
        assert!(key.open(&there, &sealed).is_err());
        assert!(SecretKey::random().unwrap().open(&here, &sealed).is_err());
        assert!(key.open(&here, b"short").is_err());
    }

    #[test]
    fn a_chunk_opens_only_in_its_order_and_as_last_only_if_it_is() {
        let key = SecretKey::random().unwrap();
        let document = [7; 16];
        let sealed = key.seal_chunk(&document, 3, false, b"bytes").unwrap();
        assert_eq!(key.open_chunk(&document, 3, false, &sealed).unwrap(), b"bytes");
        assert!(key.open_chunk(&document, 4, false, &sealed).is_err());
        assert!(key.open_chunk(&document, 3, true, &sealed).is_err());
        assert!(key.open_chunk(&[8; 16], 3, false, &sealed).is_err());
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", SecretKey::of(&[65; 32]).unwrap()), "SecretKey(…)");
    }
}
