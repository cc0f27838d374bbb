//! The test kit: documents made to order, a gateway without sockets, and files of the project.

pub mod callers;
pub mod dice;
pub mod entry;
pub mod hall;
pub mod hostile;
mod made;
pub mod paper;

pub use made::Made;

use std::path::{Path, PathBuf};

/// The project's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
