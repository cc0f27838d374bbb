//! Accesses that somebody must look at.

use journey::{Act, Event, Store};
use model::{Caller, Code, Purpose, VisibilityFlag, system};
use policy::Choice;

use super::kit::{DOCTOR, World, doctor, holder, ins, operator};
use super::made::{bytes, entry, of_entries};

fn closing(world: &World) -> Event {
    Event::by(&operator(), world.uuid(), world.now(), Act::Review, "kit").doing(["close"])
}

async fn emergency(world: &World) {
    let purpose = Purpose::BreakGlass { reason: "inconsciente".into() };
    journey::search(&world.desk, &Caller { purpose, ..doctor() }, "ITI-18", super::searches::all())
        .await
        .unwrap();
}

#[tokio::test]
async fn an_emergency_access_is_listed_once_with_its_reasons_and_closed_once() {
    let world = World::with_record().await;
    emergency(&world).await;
    let waiting = world.store().reviews(10).await.unwrap();
    let [review] = waiting.as_slice() else { panic!("one access waits") };
    assert_eq!(
        (review.reasons.as_slice(), review.access.mode.as_str()),
        (&["emergency".into()][..], "bris_de_glace")
    );
    assert_eq!(review.access.person.as_deref(), Some(DOCTOR));
    assert_eq!(review.access.reason.as_deref(), Some("inconsciente"));
    assert!(!review.access.matrix.is_empty());
    world.choose(&ins(1), Choice::Contest(review.access.id)).await;
    let both = world.store().reviews(10).await.unwrap();
    assert_eq!((both.len(), both[0].reasons.len(), both[0].access.contested), (1, 2, true));
    let access = both[0].access.id;
    assert!(world.store().close_review(access, "DIM", closing(&world)).await.unwrap());
    assert!(world.store().reviews(10).await.unwrap().is_empty());
    assert!(!world.store().close_review(access, "DIM", closing(&world)).await.unwrap());
    let lines = world.store().history(&ins(1), 100, world.now()).await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.act == "review").count(), 1);
}

#[tokio::test]
async fn who_may_not_see_an_access_does_not_see_that_it_was_looked_at() {
    let world = World::with_record().await;
    let mut made = entry(&world, &ins(1), 1);
    made.confidentiality.push(Code::new(VisibilityFlag::InvisiblePatient.code(), system::VISIBILITY));
    world.deposit(of_entries(&world, &ins(1), 1, vec![(made, bytes("text"))])).await.unwrap();
    emergency(&world).await;
    let access = world.store().reviews(10).await.unwrap()[0].access.id;
    assert!(world.store().close_review(access, "DIM", closing(&world)).await.unwrap());
    let told = journey::read_history(&world.desk, &holder(&ins(1)), "kit", &ins(1)).await.unwrap();
    assert!(told.iter().all(|line| !matches!(line.act.as_str(), "search" | "review")), "{told:?}");
}
