//! Whose certificates are believed when the gateway calls out.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

/// The certificates of these PEM files; the system's when there are none. An error names the key of the configuration.
pub(super) fn load(files: &[PathBuf], key: &'static str) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    if files.is_empty() {
        return Ok(rustls_native_certs::load_native_certs().certs);
    }
    let mut all = Vec::new();
    for file in files {
        let before = all.len();
        for certificate in CertificateDer::pem_file_iter(file).context(key)? {
            all.push(certificate.context(key)?);
        }
        ensure!(all.len() > before, "{key}: a file without certificate");
    }
    Ok(all)
}
