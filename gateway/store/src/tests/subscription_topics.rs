//! What each topic takes, until when, and what is told of it afterwards.

use journey::{
    Addressee, HookEndpoint, MOST_EVENTS, Mailroom, NoticeKind, Outlet, PayloadContent, Report, Settled,
    SubscriptionStatus, Topic, Wanted,
};
use model::{Code, Moment, Purpose, system};
use policy::DocumentAct;

use super::kit::{World, doctor, holder, ins};
use super::made::{entry, of_entries, submission};
use super::subscriptions::{active, due, report};

/// The topics that the due notices go to, and their numbers there, in the order of the notices.
async fn told(world: &World) -> Vec<Vec<(Topic, i64)>> {
    let of = |target: &Addressee| (target.topic, target.number);
    due(world).await.iter().map(|due| due.targets.iter().map(of).collect()).collect()
}

#[tokio::test]
async fn each_topic_of_documents_takes_what_ihe_says_of_it_and_numbers_it_alone() {
    let world = World::with_record().await;
    let topics = [Topic::DocumentCreated, Topic::DocumentStatus, Topic::DocumentEvents];
    for topic in topics {
        active(&world, &holder(&ins(1)), topic).await;
    }
    let later = || world.at(Moment(world.now().0 + 1));
    let sent = submission(&world, &ins(1), 1);
    let document = sent.entries[0].0.logical_id;
    world.deposit(sent).await.unwrap();
    later();
    world.mask(document).await;
    later();
    world.amend(&super::kit::hospital(), document, &[DocumentAct::Delete]).await.unwrap();
    later();
    let urgent = model::Caller { purpose: Purpose::BreakGlass { reason: "r".into() }, ..doctor() };
    let query = model::DocumentQuery::new(Some(ins(1)), model::Scope::Find);
    journey::search(&world.desk, &urgent, "ITI-67", query).await.unwrap();
    let [created, status, events] = topics;
    assert_eq!(
        told(&world).await,
        [
            vec![(created, 1), (status, 1), (events, 1)],
            vec![(events, 2)],
            vec![(status, 2), (events, 3)],
            vec![], // an access, to the holder
            vec![], // and to a médecin traitant
        ]
    );
}

#[tokio::test]
async fn a_subscription_whose_end_has_come_is_told_nothing_and_takes_no_place() {
    let world = World::with_record().await;
    let end = Moment(world.now().0 + 1_000);
    for _ in 0..5 {
        let outlet = Outlet::RestHook(HookEndpoint::parse("https://hooks.example/a").unwrap());
        let content = PayloadContent::Empty;
        let wanted = Wanted { topic: Topic::DocumentCreated, outlet, content, ends_at: Some(end) };
        journey::subscribe(&world.desk, &holder(&ins(1)), "ITI-110", &ins(1), wanted).await.unwrap();
    }
    let greeted = world.store().due_handshakes(world.now(), 10).await.unwrap();
    assert_eq!(greeted.len(), 5);
    let alive = |one: &journey::Handshake| Report::Alive {
        record: one.record,
        subscription: one.target.subscription,
    };
    report(&world, greeted.iter().map(alive).collect()).await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    assert_eq!(due(&world).await[0].targets.len(), 5);
    world.at(end);
    assert_eq!(due(&world).await[0].targets, []);
    active(&world, &holder(&ins(1)), Topic::DocumentCreated).await;
}

#[tokio::test]
async fn a_changed_subscription_goes_on_unless_its_endpoint_is_another_and_is_the_owners_to_change() {
    let world = World::with_record().await;
    let own = holder(&ins(1));
    let id = active(&world, &own, Topic::DocumentCreated).await;
    let wanted = |url: &str, topic| Wanted {
        topic,
        outlet: Outlet::RestHook(HookEndpoint::parse(url).unwrap()),
        content: PayloadContent::Empty,
        ends_at: Some(Moment(world.now().0 + 1_000)),
    };
    let stored = async || journey::subscription(&world.desk, &own, "ITI-113", id).await.unwrap().1;
    let same = wanted("https://hooks.example/CANARYPATH", Topic::DocumentEvents);
    let told = journey::resubscribe(&world.desk, &own, "ITI-110", id, &ins(1), same).await.unwrap();
    assert_eq!((told.status, told.topic), (SubscriptionStatus::Active, Topic::DocumentEvents));
    assert_eq!(stored().await, told);
    let other = || wanted("https://hooks.example/other", Topic::DocumentEvents);
    for (stranger, patient) in [(doctor(), ins(1)), (holder(&ins(2)), ins(1)), (holder(&ins(2)), ins(2))] {
        let refused = journey::resubscribe(&world.desk, &stranger, "ITI-110", id, &patient, other()).await;
        assert!(matches!(refused, Err(journey::Refusal::Absent)));
    }
    let told = journey::resubscribe(&world.desk, &own, "ITI-110", id, &ins(1), other()).await.unwrap();
    assert_eq!(told.status, SubscriptionStatus::Requested);
    assert_eq!(stored().await, told);
    assert_eq!(world.store().due_handshakes(world.now(), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn events_are_told_again_by_number_to_their_owner_without_what_is_withheld_now() {
    let world = World::with_record().await;
    let id = active(&world, &holder(&ins(1)), Topic::DocumentCreated).await;
    let mut hidden = entry(&world, &ins(1), 1);
    hidden.confidentiality.push(Code::new("INVISIBLE_PATIENT", system::VISIBILITY));
    let document = hidden.logical_id;
    let sent = of_entries(&world, &ins(1), 1, vec![(hidden, super::made::bytes("x"))]);
    world.deposit(sent).await.unwrap();
    for number in 2..=3 {
        world.at(Moment(world.now().0 + 1));
        world.deposit(submission(&world, &ins(1), number)).await.unwrap();
    }
    let due = due(&world).await;
    let key = due[0].key;
    report(&world, vec![Report::Reached(key, id), Report::Settled(key, Settled::Sent)]).await;
    let all = (0, i64::MAX);
    let own = holder(&ins(1));
    let asked = |numbers| journey::subscription_events(&world.desk, &own, "ITI-113", id, numbers);
    let (own, events) = asked(all).await.unwrap();
    let numbers = |events: &[journey::PastEvent]| events.iter().map(|one| one.number).collect::<Vec<_>>();
    assert_eq!((own.events, numbers(&events)), (2, vec![1, 2]));
    assert!(events.iter().all(|one| one.notice.kind == NoticeKind::Deposited));
    assert!(events.iter().all(|one| !one.notice.documents.contains(&document)));
    assert_eq!(numbers(&asked((2, 2)).await.unwrap().1), [2]);
    for stranger in [holder(&ins(2)), doctor()] {
        let asked = journey::subscription_events(&world.desk, &stranger, "ITI-113", id, all).await;
        assert!(matches!(asked, Err(journey::Refusal::Absent)));
    }
    world.tamper("UPDATE entry SET invisible_patient = 1").await;
    assert_eq!(asked(all).await.unwrap().1, [], "what may not be known now");
    assert_eq!(MOST_EVENTS, 100);
}
