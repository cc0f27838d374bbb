//! Tamper evidence: what a journal with sealed roots tells when somebody changed it.

mod dice;
mod figures;
mod mutations;
mod rewriting;
mod roots_file;
mod sealing;

use std::path::PathBuf;

use journey::{Act, Clock, Event, EventOutcome};
use model::{Ins, Moment, Rule};

use super::kit::{World, doctor, holder, hospital, ins, operator};
use crate::audit::{Auditor, Lines};
use crate::session::Session;
use crate::{AuditReport, Evidence, FaultKind, PublicKeys, Seal, SealingKey};

/// A world whose journal is sealed.
struct Sealed {
    world: World,
    key: SealingKey,
}

impl Sealed {
    /// Three records and the system's lane, sealed by three roots; one lane did not move after the first.
    async fn new() -> Self {
        let world = World::new().await;
        let key = SealingKey::load_or_create(&world.folder.path().join("audit.key")).unwrap();
        let sealed = Sealed { world, key };
        for number in 1..=3 {
            sealed.world.open_record(&ins(number)).await;
        }
        for round in 0..3 {
            for number in 1..=2 {
                sealed.event(Some(ins(number))).await;
                sealed.event(Some(ins(number + 10))).await;
            }
            assert_eq!(sealed.seal().await.root, round + 1);
        }
        sealed
    }

    /// An event, refused as they may be.
    async fn event(&self, patient: Option<Ins>) {
        let (id, now) = (self.world.uuid(), self.world.desk.clock.now());
        let event = Event::by(&doctor(), id, now, Act::Search, "ITI-18").about(&doctor(), patient);
        let refused = event.ended(EventOutcome::Refused(vec![Rule::RecordExists]));
        journey::Store::record(self.world.store(), refused, None).await.unwrap();
    }

    fn roots(&self) -> PathBuf {
        self.world.folder.path().join("roots.jsonl")
    }

    fn keys(&self) -> PublicKeys {
        PublicKeys::load(&self.world.folder.path().join("audit.pub")).unwrap()
    }

    async fn seal(&self) -> Seal {
        let now = self.world.desk.clock.now();
        self.world.store().seal(&self.key, &self.roots(), now).await.unwrap()
    }

    fn evidence(&self) -> Evidence {
        Evidence { roots: Some(self.roots()), keys: Some(self.keys()) }
    }

    async fn report(&self) -> AuditReport {
        self.world.store().verify_audit(&self.evidence()).await.unwrap()
    }

    /// The report on what this connection sees, uncommitted changes included.
    async fn report_on(&self, session: &mut Session<'_>, keys: &PublicKeys) -> AuditReport {
        let lines = Lines::open(&self.roots()).unwrap();
        let auditor = Auditor::new(&self.world.store().0.keys, session);
        auditor.verify(Some(lines), Some(keys)).await.unwrap()
    }
}

/// The kinds of fault, each once.
fn kinds(report: &AuditReport) -> Vec<FaultKind> {
    let mut kinds: Vec<_> = report.faults.iter().map(|fault| fault.kind).collect();
    kinds.sort_by_key(|kind| kind.name());
    kinds.dedup();
    kinds
}
