//! The listeners: TLS for the doors, plain HTTP on loopback for management.

mod connection;
mod tls;

pub use connection::{Listener, Peer, serve, serve_plain};
pub use tls::{TlsError, authorities, revocation_lists, server_config};
