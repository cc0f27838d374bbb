//! The listeners: TLS for the doors, plain HTTP on loopback for management.

mod client_verifier;
mod connection;
mod material;
mod tls;

pub use connection::{ClientAddress, Listener, Peer, serve, serve_plain};
pub(crate) use material::files;
pub use material::{authorities, revocation_lists};
pub use tls::{Tls, TlsError};
