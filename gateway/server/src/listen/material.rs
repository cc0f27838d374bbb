//! Certificates and revocation lists as operators keep them: files or folders of files, PEM or DER.

use std::path::{Path, PathBuf};

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};

use super::TlsError;

/// Endings of the files of a folder that are read; others are left alone.
const ENDINGS: [&str; 5] = ["pem", "crt", "cer", "der", "crl"];
/// Files of one folder, and bytes of one file.
const MOST: usize = 1024;
const LARGEST: u64 = 64 << 20;

/// The certificates, DER. `key` names the configuration's key in errors.
///
/// # Errors
/// A file that cannot be read or is no certificate, and a path without any.
pub fn authorities(paths: &[PathBuf], key: &'static str) -> Result<Vec<Vec<u8>>, TlsError> {
    read_all(paths, key, "no certificate in the file or folder", |content| {
        let all = CertificateDer::pem_slice_iter(content);
        all.map(|one| one.map(|der| der.as_ref().to_vec()).map_err(|error| error.to_string())).collect()
    })
}

/// The revocation lists, DER. `key` names the configuration's key in errors.
///
/// # Errors
/// A file that cannot be read or is no list, and a path without any: revocation that was asked for is never
/// silently absent.
pub fn revocation_lists(paths: &[PathBuf], key: &'static str) -> Result<Vec<Vec<u8>>, TlsError> {
    read_all(paths, key, "no revocation list in the file or folder", |content| {
        let all = CertificateRevocationListDer::pem_slice_iter(content);
        all.map(|one| one.map(|der| der.as_ref().to_vec()).map_err(|error| error.to_string())).collect()
    })
}

/// The files behind a path: itself, or those of the folder, by name.
pub(crate) fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path)?.take(MOST) {
        let file = entry?.path();
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if file.is_file() && ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
            found.push(file);
        }
    }
    found.sort();
    Ok(found)
}

fn read_all(
    paths: &[PathBuf],
    key: &'static str,
    none: &'static str,
    pem: impl Fn(&[u8]) -> Result<Vec<Vec<u8>>, String>,
) -> Result<Vec<Vec<u8>>, TlsError> {
    let refused = |reason: String| TlsError { key, reason };
    let mut all = Vec::new();
    for path in paths {
        let before = all.len();
        for file in files(path).map_err(|error| refused(error.to_string()))? {
            let size = std::fs::metadata(&file).map_err(|error| refused(error.to_string()))?.len();
            if size > LARGEST {
                return Err(refused(format!("a file of more than {LARGEST} bytes")));
            }
            let content = std::fs::read(&file).map_err(|error| refused(error.to_string()))?;
            if content.windows(11).any(|window| window == b"-----BEGIN ") {
                all.extend(pem(&content).map_err(refused)?);
            } else if content.first() == Some(&0x30) {
                all.push(content);
            } else {
                return Err(refused("neither PEM nor DER".to_owned()));
            }
        }
        if all.len() == before {
            return Err(refused(none.to_owned()));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_pem_and_der_and_other_files_are_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).expect("a certificate");
        let write =
            |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
        write("b.DER", made.cert.der());
        write("a.pem", format!("{}\n{}", made.cert.pem(), made.cert.pem()).as_bytes());
        write("readme.txt", b"not a certificate");
        let paths = [folder.path().to_owned()];
        assert_eq!(authorities(&paths, "k").expect("three").len(), 3);
        write("c.crl", b"not DER");
        assert!(authorities(&paths, "k").expect_err("unreadable").to_string().contains("k: "));
    }

    #[test]
    fn an_empty_folder_is_no_revocation_list() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = revocation_lists(&[folder.path().to_owned()], "tls.revocation_lists").expect_err("none");
        assert!(error.to_string().contains("no revocation list"), "{error}");
    }
}
