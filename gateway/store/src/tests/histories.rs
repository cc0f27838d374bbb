//! The history: what each line tells, and what decides who sees it now.

use journey::{HistoryLine, Store};
use model::{Code, Rule, VisibilityFlag, system};
use policy::{Choice, DocumentAct, Setting};

use super::kit::{DOCTOR, HOSPITAL, World, doctor, granted, holder, ins, person, rules, structure, time};
use super::made::{bytes, entry, of_entries, submission};

async fn lines(world: &World) -> Vec<HistoryLine> {
    world.store().history(&ins(1), 100, world.now()).await.unwrap()
}

#[tokio::test]
async fn a_line_tells_who_did_what_to_whom() {
    let world = World::with_record().await;
    world.set(Setting::Authorised(person(DOCTOR), granted(time("2030")))).await;
    let document = world.deposit(submission(&world, &ins(1), 1)).await.unwrap().documents[0].logical_id;
    journey::search(&world.desk, &doctor(), "ITI-18", super::searches::all()).await.unwrap();
    let lines = lines(&world).await;
    let chosen = &lines[2];
    assert_eq!((chosen.act.as_str(), chosen.kind.as_str()), ("choose", "holder"));
    assert_eq!(
        (chosen.deeds.as_slice(), &chosen.party),
        (&["authorise".to_owned()][..], &Some(person(DOCTOR)))
    );
    assert!(!chosen.lineage.professional && !chosen.absent && chosen.refused.is_empty());
    let search = &lines[4];
    assert_eq!((search.display.as_str(), search.person.as_deref()), ("Dr KERVEL", Some(DOCTOR)));
    assert_eq!(search.documents, [document]);
    assert!(search.lineage.professional && search.lineage.person.as_deref() == Some(DOCTOR));
    assert!(!search.matrix.is_empty() && search.software.as_deref() == Some("kit"));
    let ids: std::collections::HashSet<_> = lines.iter().map(|line| line.id).collect();
    assert_eq!(ids.len(), lines.len());
}

#[tokio::test]
async fn a_refusal_tells_the_versions_that_decided_too() {
    let world = World::with_record().await;
    let refused = journey::search(&world.desk, &doctor(), "ITI-18", super::searches::all()).await;
    assert_eq!(rules(&refused.unwrap_err()), [Rule::AuthorisationIsValid]);
    let line = lines(&world).await.pop().unwrap();
    assert_eq!(line.refused, ["authorisation_is_valid"]);
    assert!(line.matrix.starts_with("default-1; PDT-INF-526"), "{}", line.matrix);
}

#[tokio::test]
async fn the_newest_lines_are_told_oldest_first() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let newest = world.store().history(&ins(1), 2, world.now()).await.unwrap();
    let acts: Vec<_> = newest.iter().map(|line| line.act.as_str()).collect();
    assert_eq!(acts, ["open-record", "deposit"]);
}

#[tokio::test]
async fn a_line_is_withheld_while_its_document_is_hidden_and_no_longer() {
    let world = World::with_record().await;
    let two = [1, 2].map(|number| {
        let mut made = entry(&world, &ins(1), number);
        if number == 1 {
            made.confidentiality.push(Code::new(VisibilityFlag::InvisiblePatient.code(), system::VISIBILITY));
        }
        (made, bytes("text"))
    });
    let receipt = world.deposit(of_entries(&world, &ins(1), 1, two.to_vec())).await.unwrap();
    assert!(lines(&world).await[2].lineage.unannounced, "one hidden document is enough");
    let told = journey::read_history(&world.desk, &holder(&ins(1)), "kit", &ins(1)).await.unwrap();
    assert!(told.iter().all(|line| line.act != "deposit"));
    let hidden = receipt.documents[0].logical_id;
    world.amend(&doctor(), hidden, &[DocumentAct::Announce]).await.unwrap();
    assert!(lines(&world).await.iter().all(|line| !line.lineage.unannounced));
    let told = journey::read_history(&world.desk, &holder(&ins(1)), "kit", &ins(1)).await.unwrap();
    assert!(told.iter().any(|line| line.act == "deposit"));
}

#[tokio::test]
async fn a_destroyed_document_withholds_nothing() {
    let world = World::with_record().await;
    world.set(Setting::Blocked(structure(HOSPITAL))).await;
    let document = world.deposit(submission(&world, &ins(1), 1)).await.unwrap().documents[0].logical_id;
    world.tamper("UPDATE entry SET invisible_representatives = 1").await;
    assert!(lines(&world).await[3].lineage.kept_from_representatives);
    world.amend(&holder(&ins(1)), document, &[DocumentAct::Destroy]).await.unwrap();
    let lines = lines(&world).await;
    assert_eq!((lines[3].act.as_str(), lines[4].deeds.as_slice()), ("deposit", &["destroy".to_owned()][..]));
    assert!(lines.iter().all(|line| !line.lineage.kept_from_representatives));
}

#[tokio::test]
async fn a_contested_access_is_marked_and_queued_once() {
    let world = World::with_record().await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let contested = lines(&world).await[2].id;
    for _ in 0..2 {
        world.choose(&ins(1), Choice::Contest(contested)).await;
    }
    let marked: Vec<_> = lines(&world).await.iter().map(|line| line.contested).collect();
    assert_eq!(marked, [false, false, true, false, false]);
    assert_eq!(world.count("SELECT count(*) FROM review WHERE reason = 'contested'").await, 1);
    world.open_record(&ins(2)).await;
    let elsewhere = world.store().history(&ins(2), 1, world.now()).await.unwrap()[0].id;
    for unknown in [elsewhere, world.uuid()] {
        let refused = world.chosen(&ins(1), Choice::Contest(unknown)).await.unwrap_err();
        assert_eq!(rules(&refused), [Rule::ActIsComplete]);
    }
}

#[tokio::test]
async fn a_secret_line_is_told_as_such() {
    let world = World::with_record().await;
    let event = journey::Event {
        secret: true,
        ..journey::Event::by(&doctor(), world.uuid(), world.now(), journey::Act::Search, "ITI-18")
            .about(&doctor(), Some(ins(1)))
    };
    world.store().record(event.ended(journey::EventOutcome::Absent), None).await.unwrap();
    let line = lines(&world).await.pop().unwrap();
    assert!(line.lineage.secret && line.absent);
}
