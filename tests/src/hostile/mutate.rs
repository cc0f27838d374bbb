//! Changes bytes: bits, ranges, tokens that readers of XML, MIME and JSON stumble over, pieces of other seeds.

use crate::dice::Dice;

/// An input grows no larger.
const LARGEST: usize = 256 << 10;

/// Pieces of text with a meaning for some reader.
const TOKENS: [&str; 48] = [
    "<",
    ">",
    "&",
    "\"",
    "'",
    "</a>",
    "<a>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x ?>",
    "<!DOCTYPE a>",
    "&#0;",
    "&#x10FFFF;",
    "&lt;",
    "&x;",
    "xmlns=\"\"",
    "xmlns:x=\"urn:x\"",
    "xmlns:xml=\"urn:x\"",
    "x:y=\"1\"",
    " Id=\"_1\"",
    " ID=\"_1\"",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{1F600}",
    "\r\n",
    "\n",
    "\t",
    "--",
    "--passerelle-seed",
    "--passerelle-seed--",
    "Content-ID: <a>\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "Content-Type: multipart/related; boundary=\"\"\r\n",
    "cid:%00",
    "^^^&&ISO",
    "18446744073709551616",
    "-1",
    "1e999",
    "urn:uuid:",
    "urn:oid:",
    "20269999999999",
    "{\"a\":",
    "[[[[[[[[",
    "null",
    "\\u0000",
];

/// A changed copy of `seed`: a few changes, rarely many.
pub fn mutate(dice: &mut Dice, seed: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let times = if dice.once_in(10) { 16 } else { 1 + dice.below(4) };
    for _ in 0..times {
        change(dice, &mut bytes, others);
    }
    bytes.truncate(LARGEST);
    bytes
}

fn change(dice: &mut Dice, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    let (start, end) = range(dice, bytes.len());
    match dice.below(10) {
        0 => {
            if let Some(byte) = bytes.get_mut(start) {
                *byte ^= 1 << dice.below(8);
            }
        }
        1 => {
            let other = u8::try_from(dice.below(256)).unwrap_or(0);
            if let Some(byte) = bytes.get_mut(start) {
                *byte = other;
            }
        }
        2 => drop(bytes.drain(start..end)),
        3 => {
            let piece: Vec<u8> = bytes.get(start..end).unwrap_or_default().to_vec();
            insert(bytes, end, &piece);
        }
        4 => {
            let piece: Vec<u8> = bytes.get(start..end).unwrap_or_default().to_vec();
            let at = dice.below(bytes.len().saturating_add(1));
            insert(bytes, at, &piece);
        }
        5 | 6 => insert(bytes, start, dice.of(&TOKENS).as_bytes()),
        7 => {
            let token = dice.of(&TOKENS);
            bytes.splice(start..end, token.bytes());
        }
        8 => {
            let other = dice.of(others);
            let (from, to) = range(dice, other.len());
            insert(bytes, start, other.get(from..to).unwrap_or_default());
        }
        _ if dice.once_in(4) => bytes.truncate(start),
        _ => {
            let piece: Vec<u8> =
                bytes.get(start..end.min(start.saturating_add(64))).unwrap_or_default().to_vec();
            insert(bytes, start, &piece.repeat(1 + dice.below(200)));
        }
    }
}

/// A place and a place behind it, mostly near.
fn range(dice: &mut Dice, length: usize) -> (usize, usize) {
    let start = dice.below(length.saturating_add(1));
    let reach = if dice.once_in(6) { length } else { 40 };
    (start, start.saturating_add(dice.below(reach.saturating_add(1))).min(length))
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    if bytes.len() < LARGEST && at <= bytes.len() {
        drop(bytes.splice(at..at, piece.iter().copied()));
    }
}
