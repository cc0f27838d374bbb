//! What is told although it may be hidden: that an identifier is in use. The reviewed list names each rule with its
//! reason; each is shown to be real, and nothing else than its own rule.

use passerelle_tests::hall::Answer;
use passerelle_tests::paper::Paper;
use passerelle_tests::root;

use super::requests::Asked;
use super::worlds::{Pair, Viewer};

const FILE: &str = "tests/snapshots/non_interference_exemptions.txt";

#[tokio::test]
async fn the_reviewed_exemptions_are_the_ones_that_there_are() {
    let listed = listed();
    let pair = Pair::of(Viewer::Gp).await;
    let hidden = pair.hidden.first().unwrap();
    let new = |number: u64| {
        Paper::new(number, &pair.halls[0].patient("ondine"), ("899900000011", "499900000011001"))
    };
    let mut told = Vec::new();
    for (number, paper) in [
        (1, Paper { unique_id: Some(hidden.unique_id.clone()), ..new(901) }),
        (2, Paper { set_id: Some("2.999.8.500".to_owned()), ..new(902) }),
        (3, Paper { uuid: Some(hidden.uuid), ..new(903) }),
    ] {
        pair.tick(number);
        let (payload, parts) = paper.iti41(&pair.halls[0].desk.mappings);
        let action = ihe::Transaction::Iti41.action();
        let asked = Asked::Xds { action, payload, parts, patient: Some("ondine") };
        let [less, more] = pair.both(&asked, &[None, None]).await;
        assert!(less.text().contains("ResponseStatusType:Success"), "{}", less.text());
        told.push(rule(&more));
    }
    assert_eq!(told, listed);
}

/// The rules of the reviewed file, in its order.
fn listed() -> Vec<String> {
    let text = std::fs::read_to_string(root().join(FILE)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.filter_map(|line| line.split_once(':')).map(|(rule, _)| rule.to_owned()).collect()
}

/// The one rule that an XDS answer names.
fn rule(answer: &Answer) -> String {
    let text = answer.text();
    let named: Vec<&str> =
        text.split("codeContext=\"[").skip(1).filter_map(|rest| rest.split(']').next()).collect();
    named.join(" ")
}
