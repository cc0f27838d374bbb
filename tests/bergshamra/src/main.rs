//! Says of messages what bergshamra says of their first signature.
//!
//! `bergshamra-oracle AUTHORITY.der YYYY-MM-DD+hh:mm:ss MESSAGE…` writes one line a message: `valid` and the names of
//! what is signed, or `invalid`. The reason goes to the standard error output.
#![forbid(unsafe_code)]

use std::io::Write as _;

use bergshamra::{DsigContext, KeysManager, VerifyResult, verify};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (authority, time) = arguments.next().zip(arguments.next()).ok_or("AUTHORITY.der TIME MESSAGE…")?;
    let authority = std::fs::read(authority)?;
    let (mut out, mut reasons) = (std::io::stdout().lock(), std::io::stderr().lock());
    for message in arguments {
        let text = std::fs::read_to_string(&message)?;
        let mut keys = KeysManager::new();
        keys.add_trusted_cert(authority.clone());
        // The certificate comes from KeyInfo and must lead to the authority; what is signed must stand around the
        // signature or beside it. `ID` is registered already: adding it would make every identifier a double.
        let context = DsigContext::new_permissive(keys)
            .with_verify_keys(true)
            .with_verification_time(time.clone())
            .with_strict_verification(true);
        match verify(&context, &text) {
            Ok(VerifyResult::Valid { references, .. }) => {
                let uris: Vec<&str> = references.iter().map(|reference| reference.uri.as_str()).collect();
                writeln!(out, "valid {}", uris.join(" "))?;
            }
            Ok(VerifyResult::Invalid { reason }) => {
                writeln!(out, "invalid")?;
                writeln!(reasons, "{message}: {reason}")?;
            }
            Err(error) => {
                writeln!(out, "invalid")?;
                writeln!(reasons, "{message}: {error}")?;
            }
        }
    }
    Ok(())
}
