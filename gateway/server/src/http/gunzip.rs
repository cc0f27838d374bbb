//! `Content-Encoding: gzip`, undone as the bytes come: never more in memory than one piece, and never much more out of
//! it than came in.

use std::io::{BufRead, Error, ErrorKind, Read as _};

use bytes::Bytes;
use flate2::bufread::GzDecoder;

/// Bytes given at a time.
const PIECE: usize = 64 * 1024;
/// How many times longer than what came in the whole may be, beyond the first [`FREE`] bytes.
const RATIO: usize = 200;
const FREE: usize = 1 << 20;

/// What a compressed body is, bit by bit.
pub(super) struct Gunzip {
    decoder: GzDecoder<Feed>,
    came: usize,
    gave: usize,
}

/// What the bytes so far give.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    Bytes(Bytes),
    /// Nothing before more bytes come.
    Nothing,
    End,
    /// Not gzip, or cut off.
    Broken,
    /// Longer than anybody compresses a message by.
    Bomb,
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Gunzip { decoder: GzDecoder::new(Feed::default()), came: 0, gave: 0 }
    }

    pub(super) fn feed(&mut self, bytes: Bytes) {
        self.came = self.came.saturating_add(bytes.len());
        self.decoder.get_mut().bytes = bytes;
    }

    /// No more bytes will come.
    pub(super) fn complete(&mut self) {
        self.decoder.get_mut().complete = true;
    }

    pub(super) fn next(&mut self) -> Given {
        let mut piece = vec![0; PIECE];
        match self.decoder.read(&mut piece) {
            Ok(0) => Given::End,
            Ok(length) => {
                piece.truncate(length);
                self.gave = self.gave.saturating_add(length);
                let most = self.came.saturating_mul(RATIO).saturating_add(FREE);
                if self.gave > most { Given::Bomb } else { Given::Bytes(piece.into()) }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Given::Nothing,
            Err(_) => Given::Broken,
        }
    }
}

/// The compressed bytes that came last.
#[derive(Default)]
struct Feed {
    bytes: Bytes,
    complete: bool,
}

impl std::io::Read for Feed {
    fn read(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        let length = self.fill_buf()?.len().min(into.len());
        let taken = self.bytes.split_to(length);
        if let Some(into) = into.get_mut(..length) {
            into.copy_from_slice(&taken);
        }
        Ok(length)
    }
}

impl BufRead for Feed {
    fn fill_buf(&mut self) -> Result<&[u8], Error> {
        if self.bytes.is_empty() && !self.complete {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(&self.bytes)
    }

    fn consume(&mut self, amount: usize) {
        let _taken = self.bytes.split_to(amount.min(self.bytes.len()));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn unpacked(packed: &[u8], piece: usize) -> Result<Vec<u8>, Given> {
        let mut gunzip = Gunzip::new();
        let (mut pieces, mut out) = (packed.chunks(piece), Vec::new());
        loop {
            match gunzip.next() {
                Given::Bytes(bytes) => out.extend_from_slice(&bytes),
                Given::End => return Ok(out),
                Given::Nothing => match pieces.next() {
                    Some(bytes) => gunzip.feed(Bytes::copy_from_slice(bytes)),
                    None => gunzip.complete(),
                },
                wrong @ (Given::Broken | Given::Bomb) => return Err(wrong),
            }
        }
    }

    #[test]
    fn a_compressed_body_comes_out_whole_in_whatever_pieces_it_comes() {
        let text: Vec<u8> = (0..300_000_u32).flat_map(|n| (n.wrapping_mul(n)).to_le_bytes()).collect();
        let packed = packed(&text);
        for piece in [1, 7, 1000, packed.len()] {
            assert!(unpacked(&packed, piece).as_deref() == Ok(text.as_slice()), "{piece}");
        }
    }

    #[test]
    fn what_is_not_gzip_or_is_cut_off_is_broken() {
        let packed = packed(b"some text");
        for bytes in [b"plain".as_slice(), &packed[..packed.len() - 3], &packed[..5], b""] {
            assert_eq!(unpacked(bytes, 4), Err(Given::Broken), "{bytes:?}");
        }
    }

    #[test]
    fn a_bomb_is_cut_off_long_before_it_has_gone_off() {
        let bomb = packed(&vec![0; 64 << 20]);
        assert_eq!(unpacked(&bomb, 16 * 1024), Err(Given::Bomb));
    }
}
