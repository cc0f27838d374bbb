//! The relay on a real store, to real sockets on loopback. Nothing sleeps: each step is driven.

pub(super) mod kit;
mod sinks;

use journey::{Clock as _, DocumentAsk, DocumentKey, SubscriptionStatus, Topic};
use model::{Caller, PersonId, Purpose};
use policy::{AccessNotice, Choice, DocumentAct, Operation, Setting};
use serde_json::Value;

use kit::{ADDRESS, CANARIES, DOCTOR, World, doctor, holder, hospital, ins, operator};
use sinks::Posted;

/// A parameter of the status.
fn parameter<'a>(posted: &'a Posted, name: &str) -> &'a Value {
    let parameters = posted.bundle["entry"][0]["resource"]["parameter"].as_array().unwrap();
    parameters.iter().find(|parameter| parameter["name"] == name).unwrap_or(&Value::Null)
}

fn kind(posted: &Posted) -> &str {
    parameter(posted, "type")["valueCode"].as_str().unwrap()
}

fn date_of_event(posted: &Posted) -> &str {
    let parts = parameter(posted, "notification-event")["part"].as_array().unwrap();
    let at = parts.iter().find(|part| part["name"] == "timestamp").unwrap();
    at["valueInstant"].as_str().unwrap()
}

async fn status(world: &World, caller: &Caller) -> SubscriptionStatus {
    let own = journey::subscriptions(&world.desk, caller, "ITI-110", &ins()).await.unwrap();
    own[0].status
}

#[tokio::test]
async fn a_subscription_is_greeted_then_told_and_nothing_medical_leaves() {
    let world = World::new(None).await;
    let subscription = world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    assert_eq!(status(&world, &holder()).await, SubscriptionStatus::Requested);
    world.step().await;
    assert_eq!(status(&world, &holder()).await, SubscriptionStatus::Active);
    let document = world.deposit(1, None).await;
    world.step().await;
    world.step().await;
    let posted = world.hooks.posted();
    assert_eq!(posted.iter().map(kind).collect::<Vec<_>>(), ["handshake", "event-notification"]);
    let told = &posted[1];
    assert_eq!((told.path.as_str(), &told.bundle["type"]), ("/hook", &Value::from("history")));
    assert_eq!(told.bundle["id"], told.id.as_str());
    assert_eq!(parameter(told, "events-since-subscription-start")["valueString"], "1");
    let own = format!("https://dossier.example/fhir/Subscription/{}", subscription.bare());
    assert_eq!(parameter(told, "subscription")["valueReference"]["reference"], own.as_str());
    let focus = format!("https://dossier.example/fhir/DocumentReference/{}", document.bare());
    assert_eq!(told.bundle["entry"][1]["fullUrl"], focus.as_str());
    assert_eq!(date_of_event(told), "2026-03-01T12:00:00.000Z");
    nothing_medical(&world);
}

#[tokio::test]
async fn what_was_sent_and_not_reported_is_sent_again_under_the_same_id() {
    let world = World::new(None).await;
    world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    world.step().await;
    world.deposit(1, None).await;
    let reports = world.relay.send(&world.desk.store, world.desk.clock.now()).await.unwrap();
    drop(reports);
    let world = world.restarted().await;
    world.step().await;
    world.step().await;
    let posted = world.hooks.posted();
    assert_eq!(posted.len(), 3, "the greeting, and twice the same");
    assert_eq!(posted[1], posted[2]);
}

#[tokio::test]
async fn a_message_is_sent_to_the_address_fed_with_the_id_of_the_notice() {
    let world = World::new(Some(ADDRESS)).await;
    world.authorise_doctor().await;
    world.search(&doctor()).await.unwrap();
    world.search(&doctor()).await.unwrap();
    let reports = world.relay.send(&world.desk.store, world.desk.clock.now()).await.unwrap();
    drop(reports);
    world.step().await;
    world.step().await;
    let messages = world.mail.messages();
    assert_eq!(messages.len(), 2, "the first access, twice for want of a report");
    let ids: Vec<_> = messages.iter().map(|text| header(text, "Message-ID")).collect();
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].ends_with("@passerelle.example>"));
    assert!(messages[0].contains(&format!("RCPT TO:<{ADDRESS}>")));
    assert!(messages[0].contains("01/03/2026"), "{}", messages[0]);
    nothing_medical(&world);
}

#[tokio::test]
async fn a_withheld_notice_goes_out_once_the_flag_is_lifted_with_its_date() {
    let world = World::new(Some(ADDRESS)).await;
    world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    world.step().await;
    let document = world.deposit(1, Some("INVISIBLE_PATIENT")).await;
    world.authorise_doctor().await;
    world.pass(10 * 86_400);
    world.step().await;
    assert_eq!(world.hooks.posted().len(), 1, "the greeting only");
    let ask = DocumentAsk { patient: Some(ins()), key: DocumentKey::Uuid(document) };
    let acts = vec![DocumentAct::Announce];
    journey::amend(&world.desk, &doctor(), "kit", ask, acts, None).await.unwrap();
    world.step().await;
    let posted = world.hooks.posted();
    assert_eq!(posted.len(), 3, "the greeting, the deposit, the announcement");
    assert_eq!(date_of_event(&posted[1]), "2026-03-01T12:00:00.000Z");
    assert_eq!(date_of_event(&posted[2]), "2026-03-11T12:00:00.000Z");
    assert_eq!(world.mail.messages(), Vec::<String>::new(), "a subscription takes them");
}

#[tokio::test]
async fn a_subscription_to_documents_is_told_of_deposits_by_the_topic_of_ihe_and_of_no_access() {
    let world = World::new(None).await;
    let subscription = world.hook(&holder(), Topic::DocumentCreated, "/documents").await;
    world.step().await;
    world.authorise_doctor().await;
    world.search(&doctor()).await.unwrap();
    let document = world.deposit(1, None).await;
    world.step().await;
    world.step().await;
    let posted = world.hooks.posted();
    assert_eq!(posted.iter().map(kind).collect::<Vec<_>>(), ["handshake", "event-notification"]);
    let topic = "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/\
        DSUBm-SubscriptionTopic-DocumentReference-PatientDependent";
    for told in &posted {
        assert_eq!(parameter(told, "topic")["valueCanonical"], topic);
    }
    let focus = format!("https://dossier.example/fhir/DocumentReference/{}", document.bare());
    assert_eq!(posted[1].bundle["entry"][1]["fullUrl"], focus.as_str());
    let wanted = journey::Wanted {
        topic: Topic::DocumentEvents,
        outlet: journey::Outlet::RestHook(
            journey::HookEndpoint::parse(&format!("{}/elsewhere", world.hooks.origin)).unwrap(),
        ),
        content: journey::PayloadContent::Empty,
        ends_at: None,
    };
    journey::resubscribe(&world.desk, &holder(), "ITI-110", subscription, &ins(), wanted).await.unwrap();
    world.step().await;
    let greeted = &world.hooks.posted()[2];
    assert_eq!((greeted.path.as_str(), kind(greeted)), ("/elsewhere", "handshake"));
    assert_eq!(parameter(greeted, "events-since-subscription-start")["valueString"], "1");
    nothing_medical(&world);
}

#[tokio::test]
async fn an_emergency_is_always_told_and_break_glass_to_the_medecin_traitant_as_well() {
    let world = World::new(None).await;
    world.set(Setting::Treating(PersonId(DOCTOR.into()))).await;
    let choice = Choice::Notify(AccessNotice::First);
    journey::choose(&world.desk, &holder(), "kit", &ins(), choice).await.unwrap();
    world.hook(&holder(), Topic::RecordActivity, "/holder").await;
    world.hook(&doctor(), Topic::EmergencyAccess, "/doctor").await;
    world.step().await;
    let urgent = Caller { purpose: Purpose::BreakGlass { reason: "CANARYREASON".into() }, ..doctor() };
    for _ in 0..2 {
        world.search(&urgent).await.unwrap();
        world.step().await;
    }
    let told = |path: &str| {
        let posted = world.hooks.posted();
        posted.iter().filter(|one| one.path == path && kind(one) == "event-notification").count()
    };
    assert_eq!((told("/holder"), told("/doctor")), (2, 2));
    world.deposit(1, None).await;
    world.step().await;
    assert_eq!((told("/holder"), told("/doctor")), (3, 2));
    nothing_medical(&world);
}

#[tokio::test]
async fn one_notice_follows_a_deposit_a_replacement_and_a_deletion_and_none_a_refusal() {
    let world = World::new(Some(ADDRESS)).await;
    let document = world.deposit(1, None).await;
    let mut replacing = kit::submission(2, None);
    let source = replacing.entries[0].0.entry_uuid;
    replacing.associations.push(model::Association {
        documentation: None,
        entry_uuid: model::EntryUuid::from_bytes([9; 16]),
        kind: model::AssociationKind::Replaces,
        source,
        target: model::ObjectRef::Uuid(document),
    });
    journey::deposit(&world.desk, &hospital(), "ITI-41", replacing).await.unwrap();
    let ask = DocumentAsk { patient: Some(ins()), key: DocumentKey::Uuid(source) };
    journey::amend(&world.desk, &hospital(), "kit", ask, vec![DocumentAct::Delete], None).await.unwrap();
    let mut refused = kit::submission(3, None);
    refused.entries[0].0.type_code = model::Code::new("0", model::system::LOINC);
    journey::deposit(&world.desk, &hospital(), "ITI-41", refused).await.unwrap_err();
    world.step().await;
    world.step().await;
    assert_eq!(world.mail.messages().len(), 3);
}

#[tokio::test]
async fn an_endpoint_that_fails_holds_up_nobody_and_is_in_error_in_the_end() {
    let world = World::new(None).await;
    world.hook(&holder(), Topic::RecordActivity, "/redirects").await;
    world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    for _ in 0..12 {
        world.step().await;
        world.pass(3600);
    }
    let own = journey::subscriptions(&world.desk, &holder(), "ITI-110", &ins()).await.unwrap();
    let mut statuses: Vec<_> = own.iter().map(|one| one.status.code()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, ["active", "error"]);
    assert_eq!(world.hooks.posted().len(), 1, "a redirect is not followed; the other was greeted once");
}

#[tokio::test]
async fn an_endpoint_that_was_down_gets_everything_in_order_with_growing_waits() {
    let world = World::new(None).await;
    world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    world.step().await;
    world.hooks.set_down(true);
    world.deposit(1, None).await;
    world.pass(1);
    world.deposit(2, None).await;
    world.step().await;
    world.hooks.set_down(false);
    world.step().await;
    assert_eq!(world.hooks.posted().len(), 1, "it waits ten seconds");
    world.pass(10);
    world.step().await;
    let posted = world.hooks.posted();
    let numbers: Vec<_> = posted
        .iter()
        .map(|one| parameter(one, "events-since-subscription-start")["valueString"].clone())
        .collect();
    assert_eq!(numbers, ["0", "1", "2"]);
}

#[tokio::test]
async fn an_origin_that_is_no_longer_listed_is_not_called() {
    let mut world = World::new(None).await;
    world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    world.reconfigured(|config| config.rest_hook_allow = vec!["https://hooks.example".to_owned()]);
    world.step().await;
    assert_eq!(world.hooks.posted(), []);
    assert_eq!(status(&world, &holder()).await, SubscriptionStatus::Requested);
}

#[tokio::test]
async fn nobody_takes_a_notice_for_thirty_days_and_then_it_is_settled() {
    let world = World::new(None).await;
    world.deposit(1, None).await;
    let now = || world.desk.clock.now();
    world.step().await;
    assert_eq!(world.relay.send(&world.desk.store, now()).await.unwrap(), []);
    world.pass(31 * 86_400);
    world.step().await;
    world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    world.step().await;
    world.step().await;
    assert_eq!(world.hooks.posted().iter().map(kind).collect::<Vec<_>>(), ["handshake"]);
}

#[tokio::test]
async fn a_provisional_code_goes_to_the_address_fed_and_into_no_hook() {
    let world = World::new(Some(ADDRESS)).await;
    world.hook(&holder(), Topic::RecordActivity, "/hook").await;
    journey::request_code(&world.desk, &operator(), "kit", &ins()).await.unwrap();
    world.step().await;
    world.step().await;
    let messages = world.mail.messages();
    assert_eq!((messages.len(), world.hooks.posted().len()), (1, 1));
    assert!(messages[0].contains("code provisoire"), "{}", messages[0]);
    world.operate(Operation::Close(ins())).await;
}

fn header<'a>(message: &'a str, name: &str) -> &'a str {
    message.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap()
}

/// Neither hook nor message holds a title, a type, a content or a reason; nor the matricule.
fn nothing_medical(world: &World) {
    let hooks = world.hooks.posted().into_iter().map(|posted| posted.bundle.to_string());
    for text in hooks.chain(world.mail.messages()) {
        for canary in CANARIES.iter().chain(&[ins().number()]) {
            assert!(!text.contains(canary), "{canary} left: {text}");
        }
    }
}
