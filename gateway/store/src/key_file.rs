//! Files of keys: made once, never overwritten, on the disk with their folder before they are used.

use std::fs::{File, OpenOptions};
use std::io::{Error, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// For its owner alone.
pub(crate) const PRIVATE: u32 = 0o600;
/// For everybody to read.
pub(crate) const PUBLIC: u32 = 0o644;

/// True if nobody but the owner may touch the file.
pub(crate) fn is_private(file: &File) -> Result<bool, Error> {
    Ok(file.metadata()?.permissions().mode() & 0o077 == 0)
}

/// Makes the file with this text; a file that is there is an error.
pub(crate) fn create(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

/// Brings the folder's list of files to the disk.
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
