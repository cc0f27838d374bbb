#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle_tests::hostile::TARGETS;

fuzz_target!(|data: &[u8]| {
    let target = TARGETS.into_iter().find(|target| target.name == "fhir_patch").expect("a target");
    if let Err(reason) = (target.feed)(data) {
        panic!("{reason}");
    }
});
