//! Every combination that the data can express, decided here and by an independent reading of the law in another
//! language (`conformance/oracle`). A slice runs with the tests; `PASSERELLE_ORACLE=full` runs the whole product.
//!
//! Needs `python3`. Where there is none the comparison is skipped aloud, unless `PASSERELLE_REQUIRE_ORACLES` is set.

mod documents;
mod kinds;
mod persona;
mod records;

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use mappings::Mappings;
use policy::{Law, Switches};

/// Where lines go, and how much of the product is written.
pub(crate) struct Lines<W: Write> {
    out: W,
    /// The whole product.
    pub(crate) full: bool,
    /// Lines so far.
    pub(crate) count: u64,
}

impl<W: Write> Lines<W> {
    pub(crate) fn head(&mut self, kind: &str, columns: &[&str]) {
        self.out.write_all(format!("#{kind}\t{}\tanswer\n", columns.join("\t")).as_bytes()).expect("a pipe");
    }

    pub(crate) fn line(&mut self, parts: &[&str]) {
        self.out.write_all(parts.join("\t").as_bytes()).expect("a pipe");
        self.out.write_all(b"\n").expect("a pipe");
        self.count += 1;
    }
}

#[test]
fn every_decision_is_the_one_of_the_independent_oracle() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/oracle");
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let spawned = Command::new(&python)
        .arg(folder.join("oracle.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut oracle = match spawned {
        Ok(oracle) => oracle,
        Err(error) => {
            assert!(std::env::var_os("PASSERELLE_REQUIRE_ORACLES").is_none(), "{python}: {error}");
            eprintln!("SKIPPED: no {python}, the decisions were not compared with the oracle");
            return;
        }
    };
    let input = oracle.stdin.take().expect("piped");
    let full = std::env::var("PASSERELLE_ORACLE").is_ok_and(|value| value == "full");
    let writer = std::thread::spawn(move || {
        let mappings = Mappings::embedded().expect("the tables");
        let switches = Switches::default();
        let law = Law { mappings: &mappings, switches: &switches, at: records::NOW };
        let mut lines = Lines { out: BufWriter::with_capacity(1 << 20, input), full, count: 0 };
        kinds::read::write(&mut lines, law);
        kinds::show::write(&mut lines, law);
        kinds::deposit::write(&mut lines, law);
        kinds::act::write(&mut lines, law);
        kinds::choice::write(&mut lines, law);
        lines.out.flush().expect("a pipe");
        lines.count
    });
    let output = oracle.wait_with_output().expect("the oracle ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    let count = writer.join().expect("no panic");
    assert_eq!(said.trim_end().lines().last(), Some(format!("{count} cases, 0 differ").as_str()));
    assert!(count > 100_000, "only {count} cases");
    println!("{count} cases compared with the oracle");
}
