//! A choice that was acknowledged before a reading starts is never missed by it, whatever else reads meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use model::{Caller, EmergencyMode, Hl7Time, Party};
use passerelle_tests::dice::count;
use passerelle_tests::hall::{FhirAsk, Hall, break_glass};
use passerelle_tests::paper::Paper;
use policy::{Choice, DocumentAct, Grant, Ground, Setting};

/// Rounds of each kind, unless `PASSERELLE_ROUNDS` says another number.
const USUAL: usize = 40;
/// Readers that read all the time.
const CROWD: usize = 3;

/// A record with one document that the gp reads, in normal mode and in break-glass.
async fn hall() -> (Arc<Hall>, Paper) {
    let hall = Hall::open(&["ondine"]).await.unwrap();
    let until = Hl7Time::parse("20271120").unwrap().start();
    let grant = Grant { ground: Ground::GrantedByHolder, until };
    hall.set("ondine", Setting::Authorised(gp(&hall), grant)).await.unwrap();
    let paper = Paper::new(1, &hall.patient("ondine"), ("899900000052", "1999999992"));
    let laboratory = hall.structure("laboratory");
    hall.deposit(&laboratory, paper.submission(&hall.desk.mappings)).await.unwrap();
    (Arc::new(hall), paper)
}

fn gp(hall: &Hall) -> Party {
    hall.professional("gp").parties().next().unwrap()
}

/// The status of reading the document.
async fn read(hall: &Hall, caller: &Caller, paper: &Paper) -> u16 {
    let path = format!("Binary/{}", paper.uuid().bare());
    let ask = FhirAsk { accept: Some("*/*"), ..FhirAsk::get(path, "") };
    hall.fhir(caller, &ask).await.status
}

/// What is taken away and given back in each round.
#[derive(Debug, Clone, Copy)]
enum Right {
    Person,
    Document,
    Mode,
}

async fn turn(hall: &Hall, paper: &Paper, right: Right, away: bool) {
    let setting = match right {
        Right::Person => Setting::Blocked(gp(hall)),
        Right::Mode => Setting::Opposed(EmergencyMode::BreakGlass),
        Right::Document => {
            let act = if away { DocumentAct::Mask } else { DocumentAct::Unmask };
            let holder = hall.holder("ondine");
            return hall.amend(&holder, "ondine", paper.uuid(), act).await.unwrap();
        }
    };
    let choice = if away { Choice::Set(setting) } else { Choice::Lift(setting) };
    hall.choose("ondine", choice).await.unwrap();
}

/// Rounds of taking away and giving back, each followed by readings that start after the acknowledgement, while a
/// crowd reads all the time.
async fn rounds(right: Right) {
    let (hall, paper) = hall().await;
    let caller = match right {
        Right::Person | Right::Document => hall.professional("gp"),
        Right::Mode => break_glass(hall.professional("gp")),
    };
    let (stop, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let crowd: Vec<_> = (0..CROWD)
        .map(|_| {
            let (hall, paper, caller) = (Arc::clone(&hall), paper.clone(), caller.clone());
            let (stop, seen) = (Arc::clone(&stop), Arc::clone(&seen));
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let status = read(&hall, &caller, &paper).await;
                    assert!(matches!(status, 200 | 404 | 503), "{status}");
                    seen.fetch_add(usize::from(status == 200), Ordering::SeqCst);
                }
            })
        })
        .collect();
    let rounds = count("PASSERELLE_ROUNDS", USUAL);
    for round in 0..rounds {
        turn(&hall, &paper, right, true).await;
        let (one, other) = tokio::join!(read(&hall, &caller, &paper), read(&hall, &caller, &paper));
        assert!(one != 200 && other != 200, "{right:?} round {round}: missed ({one}, {other})");
        turn(&hall, &paper, right, false).await;
        let back = read(&hall, &caller, &paper).await;
        assert!(matches!(back, 200 | 503), "{right:?} round {round}: {back} once given back");
    }
    stop.store(true, Ordering::SeqCst);
    for reader in crowd {
        reader.await.unwrap();
    }
    assert!(seen.load(Ordering::SeqCst) > 0, "{right:?}: the crowd never read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_block_is_never_missed_by_a_reading_that_starts_after_it() {
    rounds(Right::Person).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mask_is_never_missed_by_a_reading_that_starts_after_it() {
    rounds(Right::Document).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_opposition_to_break_glass_is_never_missed_by_a_reading_that_starts_after_it() {
    rounds(Right::Mode).await;
}
