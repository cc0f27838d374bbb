//! A sealed root: what is signed, and the one line that carries it.

use model::Moment;
use serde::{Deserialize, Serialize};

use super::hex::{hex, unhex};
use super::key::{PublicKeys, SealingKey, is_signed, key_id};
use crate::journal::sha256;

/// Heads in one root at the most; more lanes that moved make more roots.
pub(crate) const MOST_HEADS: usize = 5_000;
/// Bytes of a line at the most, with room to spare over [`MOST_HEADS`].
pub(crate) const MOST_LINE: usize = 2 * 1024 * 1024;
/// What the first root follows.
pub(crate) const FIRST_PREVIOUS: [u8; 32] = [0; 32];

/// A lane's opaque name outside the database: nothing leads back from it to the record's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LaneId(pub(crate) [u8; 16]);

impl LaneId {
    /// The name of the lane with this key.
    pub(crate) fn of(key: &[u8]) -> Self {
        let mut id = [0; 16];
        for (slot, byte) in id.iter_mut().zip(sha256(&[b"passerelle lane\0", key])) {
            *slot = byte;
        }
        LaneId(id)
    }

    /// Its first digits, enough to tell lanes apart in a report.
    pub(crate) fn short(&self) -> String {
        hex(&self.0).chars().take(12).collect()
    }
}

/// The last event of a lane: its position and its link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) lane: LaneId,
    pub(crate) seq: i64,
    pub(crate) chain: [u8; 32],
}

/// What the signature is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// From 1, without gaps.
    pub(crate) number: u64,
    pub(crate) at: Moment,
    /// Events under this root, over all lanes.
    pub(crate) events: u64,
    /// Lanes under this root.
    pub(crate) lanes: u64,
    /// The Merkle root over the heads of all lanes.
    pub(crate) merkle: [u8; 32],
    /// Digest of the heads that moved since the previous root.
    pub(crate) moved: [u8; 32],
    /// Digest of the previous root's statement.
    pub(crate) previous: [u8; 32],
}

impl Statement {
    /// The signed text.
    pub(crate) fn text(&self) -> String {
        format!(
            "passerelle sealed root 1\nnumber {}\nat {}\nevents {}\nlanes {}\nmerkle {}\nmoved {}\nprevious {}\n",
            self.number,
            self.at.0,
            self.events,
            self.lanes,
            hex(&self.merkle),
            hex(&self.moved),
            hex(&self.previous)
        )
    }

    /// What the next root names as its previous one.
    pub(crate) fn digest(&self) -> [u8; 32] {
        sha256(&[self.text().as_bytes()])
    }
}

/// A signed root with the heads that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedRoot {
    pub(crate) statement: Statement,
    /// In the order of their leaves; new lanes take the next leaves in this order.
    pub(crate) heads: Vec<Head>,
    pub(crate) key: String,
    pub(crate) signature: [u8; 64],
}

impl SealedRoot {
    /// Signs.
    pub(crate) fn sign(key: &SealingKey, statement: Statement, heads: Vec<Head>) -> Self {
        let signature = key.sign(&statement.text());
        SealedRoot { statement, heads, key: key_id(&key.public()), signature }
    }

    /// True if one of the keys signed it and the heads are the ones that were signed.
    pub(crate) fn is_genuine(&self, keys: &PublicKeys) -> bool {
        keys.signed(&self.statement.text(), &self.signature) && self.heads_are_signed()
    }

    /// True if it names this key and was not signed by it.
    pub(crate) fn is_forged(&self, key: &SealingKey) -> bool {
        let ours = self.key == key_id(&key.public());
        ours && !is_signed(&key.public(), &self.statement.text(), &self.signature) || !self.heads_are_signed()
    }

    fn heads_are_signed(&self) -> bool {
        moved(&self.heads) == self.statement.moved
    }

    /// The line, without its end.
    pub(crate) fn line(&self) -> Option<String> {
        let statement = &self.statement;
        let heads = self.heads.iter().map(|head| (hex(&head.lane.0), head.seq, hex(&head.chain)));
        let line = Line {
            root: 1,
            number: statement.number,
            at: statement.at.0,
            events: statement.events,
            lanes: statement.lanes,
            merkle: hex(&statement.merkle),
            moved: hex(&statement.moved),
            previous: hex(&statement.previous),
            key: self.key.clone(),
            signature: hex(&self.signature),
            heads: heads.collect(),
        };
        serde_json::to_string(&line).ok()
    }

    /// Reads a line; `None` if it is none.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        if line.len() > MOST_LINE {
            return None;
        }
        let line: Line = serde_json::from_str(line).ok()?;
        let heads = line.heads.iter().map(|(lane, seq, chain)| {
            Some(Head { lane: LaneId(unhex(lane)?), seq: *seq, chain: unhex(chain)? })
        });
        let heads = heads.collect::<Option<Vec<_>>>()?;
        if line.root != 1 || heads.len() > MOST_HEADS {
            return None;
        }
        Some(SealedRoot {
            statement: Statement {
                number: line.number,
                at: Moment(line.at),
                events: line.events,
                lanes: line.lanes,
                merkle: unhex(&line.merkle)?,
                moved: unhex(&line.moved)?,
                previous: unhex(&line.previous)?,
            },
            heads,
            key: line.key,
            signature: unhex(&line.signature)?,
        })
    }
}

/// The digest of heads in their order.
pub(crate) fn moved(heads: &[Head]) -> [u8; 32] {
    let mut bytes = b"passerelle moved\0".to_vec();
    for head in heads {
        bytes.extend_from_slice(&head.lane.0);
        bytes.extend_from_slice(&head.seq.to_be_bytes());
        bytes.extend_from_slice(&head.chain);
    }
    sha256(&[&bytes])
}

/// The line's fields.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The format.
    root: u8,
    number: u64,
    /// Microseconds since 1970, UTC.
    at: i64,
    events: u64,
    lanes: u64,
    merkle: String,
    moved: String,
    previous: String,
    key: String,
    signature: String,
    /// Lane, position, link.
    heads: Vec<(String, i64, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_carries_a_root_whole_and_stays_under_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let key = SealingKey::load_or_create(&folder.path().join("audit.key")).unwrap();
        let head = Head { lane: LaneId::of(b"one"), seq: i64::MAX, chain: [9; 32] };
        let heads = vec![head; MOST_HEADS];
        let statement = Statement {
            number: u64::MAX,
            at: Moment(i64::MIN),
            events: u64::MAX,
            lanes: u64::MAX,
            merkle: [1; 32],
            moved: moved(&heads),
            previous: FIRST_PREVIOUS,
        };
        let root = SealedRoot::sign(&key, statement, heads);
        let line = root.line().unwrap();
        assert!(line.len() < MOST_LINE && !line.contains('\n'));
        assert_eq!(SealedRoot::parse(&line), Some(root));
        assert_eq!(SealedRoot::parse(&line.replace("\"root\":1", "\"root\":2")), None);
        assert_eq!(SealedRoot::parse(&line.replace("\"number\"", "\"numero\"")), None);
    }
}
