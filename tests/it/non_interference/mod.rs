//! Two worlds that differ only in what somebody may not see answer that somebody with the same bytes.
//!
//! Same ids, same clock, same requests; the second world holds more: masked documents, deleted ones, other
//! records' ones, choices about other people. Whatever the doors are asked, both answers are equal: status,
//! headers, body. The sealed state of a page link is a nonce and is left out; the link itself is followed in each.

mod exemptions;
mod found;
mod requests;
mod worlds;

use std::collections::BTreeMap;

use passerelle_tests::dice::{Dice, count};
use passerelle_tests::hall::Answer;

use requests::{Asked, Asker};
use worlds::{Pair, Viewer};

/// Requests in all, unless `PASSERELLE_SEQUENCES` says another number.
const USUAL: usize = 2080;

/// What must have happened, lest equal refusals be all that was compared.
const FRUITFUL: [&str; 14] = [
    "POST Patient/_search 200",
    "POST Patient/_search 403",
    "POST DocumentReference 201",
    "POST DocumentReference 422",
    "PATCH 204",
    "DELETE 204",
    "Binary 200",
    "List 200",
    "page 200",
    "ProvideAndRegisterDocumentSet-b Success",
    "RetrieveDocumentSet PartialSuccess",
    "PRPA_IN201307UV02 OK",
    "PRPA_IN201307UV02 NF",
    "setAuthorization DMPOk",
];

/// Requests of one sequence: each starts from fresh worlds.
const SEQUENCE: usize = 130;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_may_not_see_changes_no_byte_of_any_answer() {
    let sequences = count("PASSERELLE_SEQUENCES", USUAL).div_ceil(SEQUENCE);
    let viewers = Viewer::ALL.iter().cycle().zip(1_u64..).take(sequences);
    let (mut differences, mut asked, mut tally) = (Vec::new(), 0, BTreeMap::new());
    for (viewer, seed) in viewers {
        let (number, difference) = sequence(*viewer, seed, &mut tally).await;
        asked += number;
        differences.extend(difference);
    }
    println!("{asked} requests: {tally:?}");
    for fruitful in FRUITFUL {
        assert!(tally.contains_key(fruitful), "no {fruitful} among {tally:?}");
    }
    assert!(differences.is_empty(), "{} of {asked}:\n{}", differences.len(), differences.join("\n\n"));
}

/// Plays one sequence; how many requests it was, and the first difference.
async fn sequence(viewer: Viewer, seed: u64, tally: &mut BTreeMap<String, usize>) -> (usize, Option<String>) {
    let pair = Pair::of(viewer).await;
    let mut dice = Dice::new(seed);
    let mut asker = Asker::new(&pair, viewer);
    for number in 0..SEQUENCE {
        let asked = asker.next(&mut dice);
        pair.tick(number);
        let answers = pair.both(&asked, asker.followed()).await;
        if masked(&answers[0]) != masked(&answers[1]) {
            let told = answers.map(|answer| told(&answer)).join("\n  more: ");
            let asked = short(&asked);
            return (
                number,
                Some(format!("{viewer:?} seed {seed} request {number}: {asked}\n  less: {told}")),
            );
        }
        *tally.entry(kind(&asked, &answers[0])).or_default() += 1;
        asker.learn(&asked, &answers);
    }
    (SEQUENCE, None)
}

/// What was asked and how it went, in a few words.
fn kind(asked: &Asked, answer: &Answer) -> String {
    match asked {
        Asked::Follow => format!("page {}", answer.status),
        Asked::Fhir(ask) => {
            let place = ask.path.split('/').next().unwrap_or_default();
            match ask.method {
                "GET" => format!("{place} {}", answer.status),
                "POST" => format!("POST {} {}", ask.path, answer.status),
                method => format!("{method} {}", answer.status),
            }
        }
        Asked::Xds { action, .. } => {
            let status = answer.text();
            let after = |mark: &str| status.split(mark).nth(1).and_then(|rest| rest.split(['"', '<']).next());
            let marks = ["ResponseStatusType:", "<queryResponseCode code=\"", "<hab:status>"];
            let status = marks.into_iter().find_map(after);
            let action = action.rsplit(':').next().unwrap_or_default();
            format!("{action} {}", status.unwrap_or("fault"))
        }
    }
}

/// The answer without the state of page links.
fn masked(answer: &Answer) -> Answer {
    if !contains(&answer.body, b"_page=") {
        return answer.clone();
    }
    let text = answer.text();
    let mut parts = text.split("_page=");
    let mut body = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['"', '&']).unwrap_or(part.len());
        body.push_str("_page=*");
        body.push_str(&part[end..]);
    }
    Answer { body: body.into_bytes(), ..answer.clone() }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn told(answer: &Answer) -> String {
    let body: String = answer.text().chars().take(1500).collect();
    format!("{} {:?} {body}", answer.status, answer.headers)
}

fn short(asked: &Asked) -> String {
    format!("{asked:?}").chars().take(900).collect()
}
