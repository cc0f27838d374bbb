//! The feed against a repository that is there, dies, loses and comes back. Steps are made by hand.

mod sink;

use std::sync::Arc;

use journey::Clock as _;
use model::{Caller, Finding, RequestId, Rule};
use sink::Sink;

use super::*;
use crate::outside::RandomIds;
use crate::relay::tests::kit::{CANARIES, World, doctor, hospital, ins};

struct Stage {
    world: World,
    sink: Sink,
    feed: AuditFeed,
    standing: Standing,
    own: OwnEvents,
    wires: Wires,
    figures: AuditFigures,
    _files: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        let (world, sink) = (World::new(None).await, Sink::start().await);
        let files = tempfile::tempdir().unwrap();
        let feed = feed(&sink, &files, &world, true).unwrap();
        let (own, figures) = (OwnEvents::default(), AuditFigures::default());
        Stage {
            world,
            sink,
            feed,
            standing: Standing::default(),
            own,
            wires: Wires::new(true),
            figures,
            _files: files,
        }
    }

    async fn step(&mut self) -> usize {
        let desk = &self.world.desk;
        let with = Sources {
            store: &desk.store,
            own: &self.own,
            wires: &self.wires,
            figures: &self.figures,
            clock: &desk.clock,
            ids: &desk.ids,
        };
        self.feed.step(&mut self.standing, &with).await.unwrap()
    }

    async fn waiting(&self) -> u64 {
        self.world.desk.store.audit_backlog().await.unwrap()
    }

    fn shown(&self) -> String {
        let mut text = String::new();
        self.figures.render(&mut text);
        text
    }
}

fn feed(
    sink: &Sink,
    files: &tempfile::TempDir,
    world: &World,
    with_certificate: bool,
) -> anyhow::Result<AuditFeed> {
    let file = |name: &str, text: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let certificate = file("client.pem", &sink.client.certificate_pem);
    let key = file("client.key", &sink.client.key_pem);
    let config = AuditConfig {
        repository: Some(format!("tls://127.0.0.1:{}", sink.port)),
        repository_authorities: vec![file("authority.pem", &sink.authority)],
        repository_certificate: with_certificate.then_some(certificate),
        repository_key: with_certificate.then_some(key),
        ..AuditConfig::default()
    };
    let tables = Arc::clone(&world.desk.mappings);
    let feed = AuditFeed::of(&config, "https://dossier.example/", "2.999.1", tables)?;
    Ok(feed.expect("a repository is configured"))
}

/// The ids of the events in these messages, in their order.
fn events(received: &[String]) -> Vec<String> {
    let id = |message: &String| {
        let (_, after) = message.rsplit_once("ParticipantObjectID=\"").expect("an object");
        after.split('"').next().unwrap().to_owned()
    };
    received.iter().map(id).collect()
}

#[tokio::test]
async fn what_happened_arrives_in_order_and_goes_from_the_queue_one_step_later() {
    let mut stage = Stage::new().await;
    stage.world.deposit(1, None).await;
    assert_eq!(stage.step().await, 3, "identity, opening, deposit");
    let received = stage.sink.received(3).await;
    let types = ["import-identity", "open-record", "ITI-41"];
    for (message, kind) in received.iter().zip(types) {
        assert!(
            message.starts_with("<85>1 2026-03-01T12:00:00.000Z dossier.example passerelle "),
            "{message}"
        );
        assert!(message.contains(&format!("<EventTypeCode csd-code=\"{kind}\"")), "{message}");
    }
    assert_eq!(stage.waiting().await, 3, "flushed is not yet received");
    assert_eq!(stage.step().await, 0);
    assert_eq!(stage.waiting().await, 0);
    stage.world.deposit(2, None).await;
    assert_eq!((stage.step().await, stage.step().await), (1, 0), "over the same connection, and once");
    assert_eq!(stage.sink.received(4).await.len(), 4);
    assert!(stage.shown().contains("passerelle_audit_messages_total 4"));
}

#[tokio::test]
async fn what_is_remembered_of_a_request_is_told_and_then_forgotten() {
    let mut stage = Stage::new().await;
    stage.world.deposit(1, None).await;
    let requests: Vec<String> = {
        let due = stage.world.desk.store.audit_due(0, 10).await.unwrap();
        due.entries.into_iter().map(|entry| entry.line.request).collect()
    };
    let last = RequestId(requests.last().unwrap().clone());
    let address = Some("192.0.2.7".parse().unwrap());
    stage.wires.note(&last, || ihe::iti20::Wire { address, ..Default::default() });
    assert_eq!(stage.step().await, 3);
    let received = stage.sink.received(3).await;
    assert!(received[2].contains("NetworkAccessPointID=\"192.0.2.7\""), "{}", received[2]);
    assert!(stage.wires.of(&last.0).is_some(), "flushed is not yet received");
    stage.step().await;
    assert_eq!(stage.wires.of(&last.0), None);
}

#[tokio::test]
async fn nothing_is_lost_when_the_repository_dies_and_comes_back() {
    let mut stage = Stage::new().await;
    stage.step().await;
    stage.sink.received(2).await;
    stage.step().await;
    stage.sink.die().await;
    for number in 1..=3 {
        stage.world.deposit(number, None).await;
    }
    for _ in 0..4 {
        stage.step().await;
        assert_eq!(stage.waiting().await, 3, "deposits go on, and wait on the disk");
        stage.world.pass(3600);
    }
    assert!(stage.shown().contains("passerelle_audit_waiting 3"));
    let mut stage = Stage { world: stage.world.restarted().await, standing: Standing::default(), ..stage };
    stage.sink.listen().await;
    assert_eq!(stage.step().await, 3);
    let received = stage.sink.received(5).await;
    stage.step().await;
    assert_eq!(stage.waiting().await, 0);
    let lines = stage.world.desk.store.audit_due(0, 10).await.unwrap().entries;
    assert!(lines.is_empty());
    let ids = events(&received);
    assert_eq!(ids.len(), 5);
    assert!(ids.iter().all(|id| ids.iter().filter(|other| *other == id).count() == 1));
}

#[tokio::test]
async fn what_a_repository_lost_before_it_closed_is_sent_again_with_the_same_bytes() {
    let mut stage = Stage::new().await;
    stage.sink.lose(true);
    assert_eq!(stage.step().await, 2);
    stage.sink.closed().await;
    assert_eq!(stage.step().await, 0, "the connection is found closed");
    assert_eq!(stage.waiting().await, 2);
    stage.sink.lose(false);
    assert_eq!(stage.step().await, 0, "it is left alone for ten seconds");
    stage.world.pass(10);
    assert_eq!(stage.step().await, 2);
    let first = stage.sink.received(2).await;
    // A process that ends before it marks: the same again.
    let mut stage = Stage { world: stage.world.restarted().await, standing: Standing::default(), ..stage };
    assert_eq!(stage.step().await, 2);
    let all = stage.sink.received(4).await;
    assert_eq!(all[2..], first[..], "the same bytes, under the same ids");
}

#[tokio::test]
async fn a_repository_that_fails_is_left_alone_for_a_growing_while() {
    let mut stage = Stage::new().await;
    stage.sink.die().await;
    stage.step().await;
    stage.sink.listen().await;
    assert_eq!(stage.step().await, 0, "not at once");
    stage.world.pass(9);
    assert_eq!(stage.step().await, 0);
    stage.world.pass(1);
    assert_eq!(stage.step().await, 2);
}

#[tokio::test]
async fn the_repository_must_know_the_gateway_and_the_gateway_the_repository() {
    let mut stage = Stage::new().await;
    let files = tempfile::tempdir().unwrap();
    let stranger = Sink::start().await;
    let mut mixed = Sink::start().await;
    mixed.authority = stranger.authority.clone();
    stage.feed = feed(&mixed, &files, &stage.world, true).unwrap();
    assert_eq!(stage.step().await, 0, "another authority");
    assert!(stage.shown().contains("passerelle_audit_failures_total 1"));
    let missing = AuditConfig {
        repository: Some("tls://arr.example".to_owned()),
        repository_key: Some("client.key".into()),
        repository_authorities: vec![files.path().join("authority.pem")],
        ..AuditConfig::default()
    };
    let tables = Arc::clone(&stage.world.desk.mappings);
    let error = AuditFeed::of(&missing, "https://dossier.example", "2.999.1", tables).unwrap_err();
    assert!(error.to_string().contains("audit.repository_certificate"), "{error}");
}

#[tokio::test]
async fn an_orderly_end_marks_what_the_repository_has_read() {
    let mut stage = Stage::new().await;
    stage.own.note(OwnEvent::Started, stage.world.desk.clock.now());
    let refused = [Finding::new(Rule::TokenIsInItsTime)];
    let request = RequestId("request".to_owned());
    stage.own.not_authenticated("ITI-72", &refused, &request, stage.world.desk.clock.now());
    assert_eq!(stage.step().await, 4);
    stage.own.note(OwnEvent::Stopped, stage.world.desk.clock.now());
    let desk = &stage.world.desk;
    let with = Sources {
        store: &desk.store,
        own: &stage.own,
        wires: &stage.wires,
        figures: &stage.figures,
        clock: &desk.clock,
        ids: &RandomIds,
    };
    stage.feed.end(std::mem::take(&mut stage.standing), &with).await.unwrap();
    assert_eq!(stage.waiting().await, 0);
    let received = stage.sink.received(5).await;
    for (message, code) in received.iter().zip(["110120", "110114", "110110", "110110", "110121"]) {
        assert!(message.contains(&format!("csd-code=\"{code}\"")), "{message}");
    }
    assert!(
        received[1].contains("csd-code=\"ITI-72\"") && received[1].contains(Rule::TokenIsInItsTime.name())
    );
}

#[tokio::test]
async fn a_secret_connection_and_a_stated_reason_stay_in_the_house() {
    let mut stage = Stage::new().await;
    let reason = "CANARYREASON".to_owned();
    stage.world.deposit(1, None).await;
    let urgent = Caller { purpose: model::Purpose::BreakGlass { reason }, ..doctor() };
    stage.world.search(&urgent).await.unwrap();
    let secret = Caller { secret_connection: true, ..hospital() };
    // Refused, for the holder is no minor; the refusal's event is secret all the same.
    stage.world.search(&secret).await.unwrap_err();
    let count = stage.step().await;
    let received = stage.sink.received(count).await;
    let whole = received.concat();
    for canary in CANARIES {
        assert!(!whole.contains(canary), "{canary} left");
    }
    assert!(received[2].contains(ins().number()), "a record is named by its number");
    let last = received.last().unwrap();
    assert!(!last.contains(ins().number()) && last.contains("EventOutcomeIndicator=\"8\""), "{last}");
    for trait_of_the_patient in ["ESSAI", "Lou", "19550814"] {
        assert!(!whole.contains(trait_of_the_patient));
    }
}
