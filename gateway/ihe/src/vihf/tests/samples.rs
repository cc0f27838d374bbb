//! Public assertions of other countries: read, and refused for what they are, never with a panic.

use std::path::Path;

use model::Rule;

use super::workshop::*;

#[test]
fn public_assertions_are_refused_for_their_signature() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/testdata/ihe/IHE-ITI.BasicAudit/input/saml");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        crate::sample::required("the public assertions");
        eprintln!("SKIPPED: no public samples; foreign assertions were not read");
        return;
    };
    let mut read = 0;
    for entry in entries {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("text");
        let Some(assertion) = cut(&text) else { continue };
        let Ok(document) = xml::parse(envelope(assertion).as_bytes(), &xml::Limits::default()) else {
            continue;
        };
        let verdict = crate::vihf::verify(&document, &town().authority.trust(), mappings(), now(), None);
        assert_eq!(verdict.expect_err("not of our authorities")[0].rule, Rule::AssertionIsSignedByItsIssuer);
        read += 1;
    }
    assert!(read > 0, "none of the samples could be read");
}

/// The assertion of a sample, from its start tag to its end tag.
fn cut(text: &str) -> Option<&str> {
    let start = text.find("<saml:Assertion").or_else(|| text.find("<saml2:Assertion"))?;
    let end = text
        .find("</saml:Assertion>")
        .map(|at| at + 17)
        .or_else(|| text.find("</saml2:Assertion>").map(|at| at + 18))?;
    text.get(start..end)
}
