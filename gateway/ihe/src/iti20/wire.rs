//! What an audit message tells of the request itself, and the journal does not keep: from where it came, where its answer
//! goes, what it asked for (IHE ITI TF-2 §3.18.5.1 and the like, §3.20).

use std::net::IpAddr;

use xml::c14n;

use crate::soap::names::WSA;
use crate::{Envelope, Transaction};

/// Bytes of an address.
const LONGEST_ADDRESS: usize = 2048;
/// Bytes of a query; of a longer one only its id is told.
const LONGEST_QUERY: usize = 64 << 10;

/// One request, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wire {
    /// The network address of the client.
    pub address: Option<IpAddr>,
    /// The address of `wsa:ReplyTo`, when one was sent.
    pub reply_to: Option<String>,
    /// The stored query, of an ITI-18.
    pub query: Option<AskedQuery>,
}

/// A stored query.
#[derive(Clone, PartialEq, Eq)]
pub struct AskedQuery {
    /// Its id.
    pub id: String,
    /// The `AdhocQueryRequest` in canonical form; empty when it is too long.
    pub text: String,
}

impl std::fmt::Debug for AskedQuery {
    /// Shows nothing of what was asked for.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AskedQuery").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Wire {
    /// What an envelope tells, that came from this address.
    pub fn of(envelope: &Envelope, address: Option<IpAddr>) -> Self {
        let reply_to = envelope.header().and_then(|header| header.child(WSA, "ReplyTo"));
        let reply_to = reply_to.and_then(|reply| reply.child(WSA, "Address")).map(|address| address.text());
        let reply_to = reply_to.map(|text| text.trim().to_owned());
        let reply_to = reply_to.filter(|text| (1..=LONGEST_ADDRESS).contains(&text.len()));
        let query = (envelope.transaction == Transaction::Iti18).then(|| asked(envelope)).flatten();
        Wire { address, reply_to, query }
    }

    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        let query = self.query.as_ref().map_or(0, |query| query.id.len().saturating_add(query.text.len()));
        query.saturating_add(self.reply_to.as_ref().map_or(0, String::len)).saturating_add(64)
    }
}

fn asked(envelope: &Envelope) -> Option<AskedQuery> {
    let payload = envelope.payload();
    let query = payload.children().find(|child| child.name() == "AdhocQuery")?;
    let id = query.attribute("id").map(str::trim).filter(|id| (1..=LONGEST_ADDRESS).contains(&id.len()))?;
    let text = c14n::exclusive(payload, &[], None, LONGEST_QUERY).ok();
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    Some(AskedQuery { id: id.to_owned(), text })
}
