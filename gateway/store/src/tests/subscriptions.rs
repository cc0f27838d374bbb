//! Subscriptions, and what is due to whom: withheld until it may be known, given one number, at least once.

use journey::{
    DueNotice, HookEndpoint, Mailroom, Message, NoticeKind, Outlet, PayloadContent, Recipient, Refusal,
    Report, Settled, Subscription, SubscriptionStatus, Topic, Wanted,
};
use model::{Caller, Code, EntryUuid, Identity, Moment, Purpose, Rule, system};
use policy::{DocumentAct, Link, Operation, Representation, Setting};

use super::kit::{DOCTOR, World, doctor, holder, identity, ins, person, rules, time};
use super::made::{entry, of_entries, submission};

pub(super) async fn due(world: &World) -> Vec<DueNotice> {
    world.store().due_notices(world.now(), 100).await.unwrap()
}

fn kinds(due: &[DueNotice]) -> Vec<(NoticeKind, Recipient)> {
    due.iter()
        .filter_map(|due| match &due.message {
            Message::Notice(notice) => Some((notice.kind, notice.recipient)),
            Message::Code(_) => None,
        })
        .collect()
}

async fn subscribe(world: &World, caller: &Caller, topic: Topic) -> Result<Subscription, Refusal> {
    let outlet = Outlet::RestHook(HookEndpoint::parse("https://hooks.example/CANARYPATH").unwrap());
    let wanted = Wanted { topic, outlet, content: PayloadContent::IdOnly, ends_at: None };
    journey::subscribe(&world.desk, caller, "ITI-110", &ins(1), wanted).await
}

pub(super) async fn active(world: &World, caller: &Caller, topic: Topic) -> EntryUuid {
    let subscription = subscribe(world, caller, topic).await.unwrap().id;
    let handshakes = world.store().due_handshakes(world.now(), 10).await.unwrap();
    let greeted = handshakes.iter().find(|one| one.target.subscription == subscription).unwrap();
    report(world, vec![Report::Alive { record: greeted.record, subscription }]).await;
    subscription
}

pub(super) async fn report(world: &World, reports: Vec<Report>) {
    world.store().report(reports, world.now()).await.unwrap();
}

/// Deposits a document with a flag; its logicalID.
async fn flagged(world: &World, number: u64, flag: &str) -> EntryUuid {
    let mut entry = entry(world, &ins(1), number);
    entry.confidentiality.push(Code::new(flag, system::VISIBILITY));
    let id = entry.logical_id;
    let sent = of_entries(world, &ins(1), number, vec![(entry, super::made::bytes("x"))]);
    world.deposit(sent).await.unwrap();
    id
}

/// A record whose holder was born in 2012.
async fn of_a_child() -> World {
    let world = World::new().await;
    let birth_date = model::Hl7Time::parse("20120301").unwrap();
    let child = Identity { birth_date, ..identity(&ins(1)) };
    world.operate(Operation::Import(child)).await.unwrap();
    world.operate(Operation::Open(ins(1))).await.unwrap();
    world
}

#[tokio::test]
async fn each_deposit_gives_the_holder_one_notice_and_a_refused_one_none() {
    let world = World::with_record().await;
    let sent = submission(&world, &ins(1), 1);
    world.deposit(sent.clone()).await.unwrap();
    world.deposit(sent).await.unwrap();
    assert_eq!(
        kinds(&due(&world).await),
        [(NoticeKind::Deposited, Recipient::Holder)],
        "a retry tells nothing"
    );
    let mut refused = submission(&world, &ins(1), 2);
    refused.entries[0].0.type_code = Code::new("0", system::LOINC);
    world.deposit(refused).await.unwrap_err();
    assert_eq!(due(&world).await.len(), 1);
}

#[tokio::test]
async fn a_notice_about_an_unannounced_document_waits_and_keeps_its_date() {
    let world = World::with_record().await;
    let happened = world.now();
    let document = flagged(&world, 1, "INVISIBLE_PATIENT").await;
    assert_eq!(due(&world).await, []);
    world.at(Moment(happened.0 + 40 * 86_400_000_000));
    world.set(Setting::Authorised(person(DOCTOR), super::kit::granted(time("20270101000000")))).await;
    assert_eq!(due(&world).await, []);
    world.amend(&doctor(), document, &[DocumentAct::Announce]).await.unwrap();
    let due = due(&world).await;
    assert_eq!(kinds(&due)[0], (NoticeKind::Deposited, Recipient::Holder));
    assert_eq!(due[0].at, happened);
}

#[tokio::test]
async fn what_is_kept_from_representatives_waits_for_the_majority() {
    let world = of_a_child().await;
    let happened = world.now();
    flagged(&world, 1, "INVISIBLE_REPRESENTANTS_LEGAUX").await;
    assert_eq!(due(&world).await, []);
    world.at(time("20300228225959"));
    assert_eq!(due(&world).await, []);
    world.at(time("20300228230000"));
    let due = due(&world).await;
    assert_eq!((kinds(&due).len(), due[0].at), (1, happened));
}

#[tokio::test]
async fn a_message_has_one_number_and_is_due_until_it_is_reported() {
    let world = World::with_record().await;
    let subscription = active(&world, &holder(&ins(1)), Topic::RecordActivity).await;
    for number in 1..=3 {
        world.deposit(submission(&world, &ins(1), number)).await.unwrap();
        world.at(Moment(world.now().0 + 1));
    }
    let first = due(&world).await;
    let numbers = |due: &[DueNotice]| due.iter().map(|due| due.targets[0].number).collect::<Vec<_>>();
    assert_eq!(numbers(&first), [1, 2, 3]);
    assert_eq!(due(&world).await, first, "nothing was reported");
    let key = first[0].key;
    report(&world, vec![Report::Reached(key, subscription), Report::Settled(key, Settled::Sent)]).await;
    report(&world, vec![Report::Reached(key, subscription), Report::Settled(key, Settled::Sent)]).await;
    assert_eq!(numbers(&due(&world).await), [2, 3]);
    assert_eq!(world.count("SELECT count(*) FROM outbox WHERE outcome = 'sent'").await, 1);
}

#[tokio::test]
async fn tries_survive_a_restart_and_an_endpoint_that_fails_too_often_is_in_error() {
    let world = World::with_record().await;
    let subscription = active(&world, &holder(&ins(1)), Topic::RecordActivity).await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    let due_now = due(&world).await;
    let record = due_now[0].key.record;
    let later = Moment(world.now().0 + 1_000_000);
    let failed = |broken| Report::Failed { record, subscription, until: later, broken };
    let postponed = Report::Postponed { notice: due_now[0].key, until: later, failed: true };
    report(&world, vec![failed(false), postponed]).await;
    assert_eq!(due(&world).await, []);
    world.store().close().await;
    let again = crate::SqliteStore::open(super::kit::options(world.path())).await.unwrap();
    let due = again.due_notices(later, 10).await.unwrap();
    assert_eq!((due[0].attempts, due[0].targets[0].failures), (1, 1));
    assert_eq!(due[0].targets[0].not_before, later);
    again.report(vec![failed(true)], later).await.unwrap();
    assert_eq!(again.due_notices(later, 10).await.unwrap()[0].targets, []);
    let own = again.subscriptions(&ins(1), &journey::Subscriber::Holder).await.unwrap();
    assert_eq!((own[0].status, own[0].failures), (SubscriptionStatus::Error, 2));
}

#[tokio::test]
async fn a_subscription_is_the_owners_alone_and_ends() {
    let world = World::with_record().await;
    world.open_record(&ins(2)).await;
    let id = active(&world, &holder(&ins(1)), Topic::RecordActivity).await;
    let read = journey::subscription(&world.desk, &holder(&ins(1)), "ITI-110", id).await.unwrap();
    assert_eq!((read.0, read.1.status), (ins(1), SubscriptionStatus::Active));
    for stranger in [holder(&ins(2)), doctor(), super::kit::hospital()] {
        let read = journey::subscription(&world.desk, &stranger, "ITI-110", id).await;
        assert!(matches!(read, Err(Refusal::Absent)));
        let ended = journey::unsubscribe(&world.desk, &stranger, "ITI-110", id).await;
        assert!(matches!(ended, Err(Refusal::Absent)));
    }
    journey::unsubscribe(&world.desk, &holder(&ins(1)), "ITI-110", id).await.unwrap();
    assert!(journey::subscription(&world.desk, &holder(&ins(1)), "ITI-110", id).await.is_err());
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    assert_eq!(due(&world).await[0].targets, []);
}

#[tokio::test]
async fn an_owner_has_five_subscriptions_at_the_most() {
    let world = World::with_record().await;
    for _ in 0..5 {
        subscribe(&world, &holder(&ins(1)), Topic::RecordActivity).await.unwrap();
    }
    let refused = subscribe(&world, &holder(&ins(1)), Topic::RecordActivity).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::SubscriptionsAreFew]);
}

#[tokio::test]
async fn a_professional_subscribes_to_emergencies_as_medecin_traitant_only() {
    let world = World::with_record().await;
    let refused = subscribe(&world, &doctor(), Topic::EmergencyAccess).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::ActIsOpenToCaller]);
    world.set(Setting::Treating(model::PersonId(DOCTOR.into()))).await;
    let refused = subscribe(&world, &doctor(), Topic::RecordActivity).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::ActIsOpenToCaller]);
    active(&world, &doctor(), Topic::EmergencyAccess).await;
    let urgent = Caller { purpose: Purpose::BreakGlass { reason: "CANARYREASON".into() }, ..doctor() };
    let query = journey_search(&world, &urgent).await;
    assert!(query.is_ok());
    let told = due(&world).await;
    let mut expected =
        [(NoticeKind::Emergency, Recipient::Holder), (NoticeKind::Emergency, Recipient::TreatingPhysician)];
    let mut found = kinds(&told);
    found.sort_by_key(|(_, recipient)| recipient.name());
    expected.sort_by_key(|(_, recipient)| recipient.name());
    assert_eq!(found, expected);
    let targets = |recipient| {
        let of = |due: &&DueNotice| kinds(std::slice::from_ref(due))[0].1 == recipient;
        told.iter().find(of).unwrap().targets.len()
    };
    assert_eq!((targets(Recipient::Holder), targets(Recipient::TreatingPhysician)), (0, 1));
    world.lift(Setting::Treating(model::PersonId(DOCTOR.into()))).await;
    assert!(
        due(&world).await.iter().all(|due| due.targets.is_empty()),
        "he no longer is the médecin traitant"
    );
}

async fn journey_search(world: &World, caller: &Caller) -> Result<(), Refusal> {
    let query = super::searches::all();
    journey::search(&world.desk, caller, "ITI-67", query).await.map(|_found| ())
}

#[tokio::test]
async fn a_representative_is_told_as_long_as_the_link_lives() {
    let world = of_a_child().await;
    let representation = Representation { by: ins(2), link: Link::Parent };
    world.operate(Operation::Represent(ins(1), representation)).await.unwrap();
    active(&world, &holder(&ins(2)), Topic::RecordActivity).await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    assert_eq!(due(&world).await[0].targets.len(), 1);
    world.operate(Operation::Unrepresent(ins(1), ins(2))).await.unwrap();
    assert_eq!(due(&world).await[0].targets.len(), 0);
}

#[tokio::test]
async fn an_address_is_the_fed_one_of_the_person_who_asks() {
    let world = World::with_record().await;
    let ask = async |address: &str| {
        let outlet = Outlet::Email(model::EmailAddress::parse(address).unwrap());
        let wanted =
            Wanted { topic: Topic::RecordActivity, outlet, content: PayloadContent::Empty, ends_at: None };
        journey::subscribe(&world.desk, &holder(&ins(1)), "ITI-110", &ins(1), wanted).await
    };
    assert_eq!(rules(&ask("other@patients.example").await.unwrap_err()), [Rule::EndpointIsAllowed]);
    ask("CANARY@patients.example").await.unwrap();
}

#[tokio::test]
async fn a_summary_is_of_people_without_account_or_address_and_is_noted() {
    let world = World::new().await;
    let without = Identity { email: None, ..identity(&ins(1)) };
    world.operate(Operation::Import(without)).await.unwrap();
    world.operate(Operation::Open(ins(1))).await.unwrap();
    world.open_record(&ins(2)).await;
    for patient in [1, 2] {
        let sent = submission(&world, &ins(patient), patient);
        world.deposit(sent).await.unwrap();
    }
    flagged(&world, 3, "INVISIBLE_PATIENT").await;
    let year = (time("20260101"), time("20270101"));
    let found = world.store().summaries(2026, year, false).await.unwrap();
    assert_eq!(found.iter().map(|one| one.identity.ins.clone()).collect::<Vec<_>>(), [ins(1)]);
    assert_eq!(found[0].counts, [1, 0, 0, 0, 0, 0]);
    let records = found.iter().map(|one| one.record).collect();
    world.store().summarised(2026, records, world.now()).await.unwrap();
    assert_eq!(world.store().summaries(2026, year, false).await.unwrap(), []);
    assert_eq!(world.store().summaries(2026, year, true).await.unwrap(), found);
    assert_eq!(world.store().summaries(2025, (time("20250101"), time("20260101")), false).await.unwrap(), []);
}

#[tokio::test]
async fn a_code_goes_into_a_letter_once_when_there_is_no_address() {
    let world = World::new().await;
    for (patient, email) in [(1, None), (2, Some("CANARY@patients.example".to_owned()))] {
        let fed = Identity { email, ..identity(&ins(patient)) };
        world.operate(Operation::Import(fed)).await.unwrap();
        journey::request_code(&world.desk, &super::kit::operator(), "kit", &ins(patient)).await.unwrap();
    }
    let addressed: Vec<bool> = due(&world).await.iter().map(|due| due.address.is_some()).collect();
    assert_eq!(addressed.iter().filter(|one| **one).count(), 1);
    assert_eq!(world.store().letters(world.now(), true).await.unwrap().len(), 2);
    let letters = world.store().letters(world.now(), false).await.unwrap();
    assert_eq!(letters.iter().map(|letter| letter.identity.ins.clone()).collect::<Vec<_>>(), [ins(1)]);
    report(&world, vec![Report::Settled(letters[0].key, Settled::InLetter)]).await;
    assert_eq!(world.store().letters(world.now(), false).await.unwrap(), []);
    assert!(!format!("{letters:?}").contains(&letters[0].code.code));
}

#[tokio::test]
async fn nothing_of_a_subscription_stands_in_the_clear_and_an_erased_record_has_none() {
    let world = World::with_record().await;
    active(&world, &holder(&ins(1)), Topic::RecordActivity).await;
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    due(&world).await;
    world.store().close().await;
    let file = std::fs::read(world.path()).unwrap();
    assert!(!file.windows(10).any(|bytes| bytes == b"CANARYPATH"));
    let again = crate::SqliteStore::open(super::kit::options(world.path())).await.unwrap();
    let world = World { desk: journey::Desk { store: again, ..world.desk }, folder: world.folder };
    world.operate(Operation::Erase(ins(1))).await.unwrap();
    for table in ["SELECT count(*) FROM subscription", "SELECT count(*) FROM delivery"] {
        assert_eq!(world.count(table).await, 0);
    }
}
