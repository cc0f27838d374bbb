//! Hostile input to every reader: thousands of changed samples a target, the same ones each time. No panic, bounded
//! time, and the outcome is a value, a finding or a fault in words. More by PASSERELLE_FUZZ (inputs a target) and
//! PASSERELLE_FUZZ_SEED; `tests/fuzz` has the same targets for cargo-fuzz.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use passerelle_tests::dice::{Dice, count};
use passerelle_tests::hostile::{TARGETS, Target, mutate::mutate, seeds};

/// Inputs a target.
const USUAL: usize = 2_000;
/// What one input may take, in a debug build on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

#[test]
fn the_soap_reader_survives_hostile_envelopes() {
    run("soap");
}

#[test]
fn the_mtom_reader_survives_hostile_packages() {
    run("mtom");
}

#[test]
fn the_ebrim_reader_survives_hostile_submissions() {
    run("ebrim");
}

#[test]
fn the_saml_reader_survives_hostile_assertions_and_accepts_none_that_was_changed() {
    run("saml");
}

#[test]
fn the_cda_reader_survives_hostile_documents() {
    run("cda");
}

#[test]
fn the_fhir_reader_survives_hostile_resources() {
    run("fhir");
}

#[test]
fn the_fhir_door_names_places_that_were_sent_whatever_is_submitted() {
    run("fhir_validate");
}

#[test]
fn the_fhir_door_answers_any_search_string() {
    run("fhir_search");
}

#[test]
fn the_fhir_door_answers_any_patch_and_does_none_of_an_old_version() {
    run("fhir_patch");
}

#[test]
fn every_target_has_a_test_and_a_file_for_cargo_fuzz() {
    let here = std::fs::read_to_string(passerelle_tests::root().join("tests/it/fuzz.rs")).unwrap();
    for Target { name, .. } in TARGETS {
        assert!(here.contains(&format!("run(\"{name}\")")), "{name}");
        let file = passerelle_tests::root().join(format!("tests/fuzz/fuzz_targets/{name}.rs"));
        assert!(file.exists(), "{name}");
    }
}

fn run(name: &str) {
    let target = TARGETS.into_iter().find(|target| target.name == name).unwrap();
    let seeds = seeds::of(name);
    assert!(!seeds.is_empty(), "{name} has no seed");
    for (number, seed) in seeds.iter().enumerate() {
        feed(target, seed, &format!("seed {number}"));
    }
    let chosen = u64::try_from(count("PASSERELLE_FUZZ_SEED", 1)).unwrap();
    for number in 0..count("PASSERELLE_FUZZ", USUAL) {
        let mut dice = Dice::new(chosen << 32 | u64::try_from(number).unwrap());
        let seed = dice.below(seeds.len());
        let input = mutate(&mut dice, &seeds[seed], &seeds);
        feed(target, &input, &format!("seed {seed}, number {number}, PASSERELLE_FUZZ_SEED {chosen}"));
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a reader takes is what is tested")]
fn feed(target: Target, input: &[u8], which: &str) {
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.feed)(input)));
    let took = started.elapsed();
    let kept = || {
        let file =
            std::env::temp_dir().join(format!("passerelle-fuzz-{}-{}", target.name, std::process::id()));
        let _ = std::fs::write(&file, input);
        file
    };
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => panic!("{} ({which}): {reason}; the input is {}", target.name, kept().display()),
        Err(_) => panic!("{} ({which}): a panic; the input is {}", target.name, kept().display()),
    }
    assert!(took < LONGEST, "{} ({which}): {took:?}; the input is {}", target.name, kept().display());
}
