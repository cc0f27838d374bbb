//! The parts of a deposit as its envelope names them.

use std::collections::BTreeSet;

use journey::{Parts, Piece, Refusal};
use model::PartId;

use super::request::object_list;
use crate::Envelope;
use crate::ebrim::names::XDS;
use crate::ebrim::{self, entry_ids};
use crate::mtom::xop;

/// Gives parts under the names by which the envelope includes them, and leaves out those of a `Document` that no
/// entry describes: such a document was named already (rule G1), its part is no second one.
pub(super) struct Announced<'p, P> {
    parts: &'p mut P,
    /// Content-IDs that entries' documents include.
    described: BTreeSet<String>,
    /// Content-IDs that other documents include.
    undescribed: BTreeSet<String>,
    /// True inside a part that is left out.
    left_out: bool,
}

impl<'p, P: Parts> Announced<'p, P> {
    pub(super) fn of(envelope: &Envelope, parts: &'p mut P) -> Self {
        let request = envelope.payload();
        let known = object_list(request).map(entry_ids).unwrap_or_default();
        let (mut described, mut undescribed) = (BTreeSet::new(), BTreeSet::new());
        for document in request.children_named(XDS, "Document").filter(|_| envelope.arriving) {
            let id = ebrim::canonical_id(document.attribute("id").unwrap_or_default());
            if let Some(part) = xop::included(document) {
                if known.contains(&id) {
                    described.insert(part)
                } else {
                    undescribed.insert(part)
                };
            }
        }
        Announced { parts, described, undescribed, left_out: false }
    }

    /// The name of a part in the envelope: its Content-ID, or what that one means where it is percent-encoded too.
    fn named(&self, PartId(id): PartId) -> PartId {
        let decoded = xop::percent_decoded(&id);
        let is_named = |id: &str| self.described.contains(id) || self.undescribed.contains(id);
        PartId(if !is_named(&id) && is_named(&decoded) { decoded } else { id })
    }
}

impl<P: Parts> Parts for Announced<'_, P> {
    async fn next(&mut self) -> Result<Option<Piece>, Refusal> {
        loop {
            let Some(piece) = self.parts.next().await? else { return Ok(None) };
            match piece {
                Piece::Begins(id) => {
                    let id = self.named(id);
                    self.left_out = self.undescribed.contains(&id.0);
                    if !self.left_out {
                        return Ok(Some(Piece::Begins(id)));
                    }
                }
                piece @ (Piece::Bytes(_) | Piece::Ends) if !self.left_out => return Ok(Some(piece)),
                Piece::Bytes(_) | Piece::Ends => {}
            }
        }
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.parts.hold(bytes)
    }
}
