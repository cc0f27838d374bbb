//! Attacks by the thousand: each class draws variants from valid assertions, reproducibly, and every single one
//! must be refused. `PASSERELLE_ATTACKS` says how many of each class; the usual number makes more than ten
//! thousand in all. A failure prints the class and the number of the variant.

mod bergshamra;
mod dice;
mod edits;
mod forged;
mod keys;
mod neutral;
mod proofs;
mod structure;

use std::collections::HashSet;

use model::{Finding, Moment, Rule};

use super::workshop::*;
use crate::vihf::issue::{Frame, Signer, issue};
use crate::vihf::{Assertion, Mode, Trust};
use dice::Dice;

/// Variants of one class, unless the environment says another number.
const USUAL: usize = 600;

/// What an attacker sends, and what the gateway stands on.
struct Variant {
    message: String,
    trust: Trust,
    now: Moment,
    client: Option<Vec<u8>>,
}

impl Variant {
    /// A message to the town's gateway.
    fn of(message: String) -> Self {
        Variant { message, trust: town().authority.trust(), now: now(), client: None }
    }

    fn judged(&self) -> Result<Assertion, Vec<Finding>> {
        let Ok(document) = xml::parse(self.message.as_bytes(), &xml::Limits::default()) else {
            return Err(Vec::new());
        };
        crate::vihf::verify(&document, &self.trust, mappings(), self.now, self.client.as_deref())
    }
}

/// Draws distinct variants of a class and has every one refused.
fn storm(class: &str, make: impl Fn(&mut Dice) -> Variant) {
    let wanted = dice::count("PASSERELLE_ATTACKS", USUAL);
    let mut seen = HashSet::new();
    let (mut readable, mut shown) = (0, Vec::new());
    for number in 0_u64.. {
        let variant = make(&mut Dice::new(class, number));
        let key = (variant.message.clone(), variant.now, variant.client.clone());
        if !seen.insert(key) {
            assert!(number < 40 * wanted as u64, "{class}: only {} distinct variants", seen.len());
            continue;
        }
        let verdict = variant.judged();
        readable += usize::from(verdict.as_ref().is_err_and(|findings| !findings.is_empty()));
        assert!(verdict.is_err(), "{class} {number} is accepted:\n{}", variant.message);
        let of_signature = verdict.is_err_and(|findings| {
            findings.first().is_none_or(|first| first.rule == Rule::AssertionIsSignedByItsIssuer)
        });
        if of_signature && shown.len() < bergshamra::SHOWN {
            shown.push(variant.message);
        }
        if seen.len() >= wanted {
            break;
        }
    }
    bergshamra::shown(class, &shown);
    assert!(readable * 2 > seen.len(), "{class}: most variants are not even XML, which proves little");
}

/// A valid assertion and who signed it.
struct Sample {
    assertion: String,
    signer: &'static Holding,
}

/// Valid assertions of every mode, kind of key, version and window.
fn samples() -> &'static [Sample] {
    static SAMPLES: std::sync::OnceLock<Vec<Sample>> = std::sync::OnceLock::new();
    SAMPLES.get_or_init(|| {
        let town = town();
        let window = Some((at("2026-03-14T21:00:00Z"), at("2026-03-14T21:30:00Z")));
        let mut made = Vec::new();
        for (mode, signer) in [
            (Mode::Air, &town.sign),
            (Mode::Indirect, &town.sign),
            (Mode::Air, keys::elliptic()),
            (Mode::Direct, &town.card),
        ] {
            for (version, conditions) in [("3.0", None), ("4.0", window)] {
                let mut claims = claims(mode);
                claims.version = version.to_owned();
                claims.secret_connection = conditions.is_some();
                let frame = Frame { conditions, ..frame() };
                let assertion = issue(&claims, &frame, &signer.signer()).expect("issued");
                made.push(Sample { assertion, signer });
            }
        }
        made
    })
}

/// One of the valid assertions.
fn sample(dice: &mut Dice) -> &'static Sample {
    dice.of(samples())
}

/// The signer of an assertion, for the tests that sign again.
fn signer(holding: &Holding) -> Signer {
    holding.signer()
}

#[test]
fn the_samples_are_valid() {
    for sample in samples() {
        let verdict = Variant::of(envelope(&sample.assertion)).judged();
        assert!(verdict.is_ok(), "{verdict:?}: {}", sample.assertion);
    }
}
