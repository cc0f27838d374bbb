//! FHIR XML against HL7's R4 schema, by libxml2: needs `python3` (or the interpreter named by `PYTHON`) with lxml, and
//! the schema; says so and passes otherwise.

use std::io::Write;
use std::process::{Command, Stdio};

use passerelle_tests::root;

const ORACLE: &str = r##"
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
wrong = 0
for text in sys.stdin.buffer.read().split(b"\0"):
    if not schema.validate(etree.fromstring(text)):
        wrong += 1
        print(schema.error_log, file=sys.stderr)
        print(text.decode(), file=sys.stderr)
sys.exit(1 if wrong else 0)
"##;

/// Holds resources in FHIR XML against the schema.
pub fn validate(resources: &[Vec<u8>]) {
    assert!(!resources.is_empty());
    let schema = root().join("../shared/testdata/fhir-xsd/fhir-single.xsd");
    if !schema.exists() {
        assert!(
            std::env::var_os("PASSERELLE_REQUIRE_SAMPLES").is_none(),
            "the schema of FHIR is required here"
        );
        eprintln!("SKIPPED: the schema of FHIR R4 is not on this machine");
        return;
    }
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_lxml = Command::new(&python).args(["-c", "import lxml"]).stderr(Stdio::null()).status();
    if !has_lxml.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(), "lxml is required here");
        eprintln!("SKIPPED: no python3 with lxml; answers were not validated");
        return;
    }
    let mut oracle = Command::new(python)
        .args(["-c", ORACLE])
        .arg(schema)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    oracle.stdin.take().unwrap().write_all(&resources.join(&0)).unwrap();
    let output = oracle.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
