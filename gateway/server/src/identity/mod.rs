//! Who is calling: stage A of the order of decision, before any patient is looked up. Only this module makes
//! a [`model::Caller`]; nothing of it comes from a body, a query or an unauthenticated header.

mod agreement;
mod assertion;
mod certificate;
mod claims;
mod directory;
mod issuers;
mod members;
mod psc;
mod structures;
mod token;

pub use assertion::AssertionDoor;
pub(crate) use assertion::{caller_of, trust};
pub use certificate::ClientCertificate;
pub use directory::Listings;
pub use issuers::{Issuer, Issuers, KeyError};
pub use members::Members;
pub use structures::Structures;
pub use token::{Proof, bearer};
