//! A decision over a store: the facts of one record for one caller, and the visibility of one document. Who asks is an
//! operator: neither title nor content is read out, and an event tells of the question.

use anyhow::Context as _;
use journey::{Act, Clock as _, DocumentKey, Event, Ids as _, Store as _, StoredEntry};
use model::{EntryUuid, Ins};
use policy::{Law, ReadAct};
use store::SqliteStore;

use super::decide::{Answer, Case, Explained};
use super::{Asked, ExplainArguments};
use crate::commands::Misuse;
use crate::commands::record::{Lines, operator};
use crate::config::Config;
use crate::gateway;
use crate::outside::{RandomIds, SystemClock};

/// Asks the procedure on what the store knows.
pub(super) async fn explain(
    config: &Config,
    law: Law<'_>,
    arguments: &ExplainArguments,
) -> anyhow::Result<Explained> {
    let lines = Lines::read()?;
    let patient = lines.at(0).context("standard input: the INS is missing")?.only_ins()?;
    let own = match (arguments.caller.is_representative(), lines.at(1)) {
        (true, Some(line)) => line.only_ins()?,
        (true, None) => return Err(Misuse("the second line names the representative".to_owned()).into()),
        (false, _) => patient.clone(),
    };
    let key = arguments.document_id.as_deref().map(EntryUuid::parse).transpose();
    let key = key.map_err(|malformed| Misuse(format!("--document: {}", malformed.expected_en)))?;
    let store = gateway::open_store(config).await?;
    let asked = Question { config, law, arguments, patient: &patient, own: &own, key };
    let explained = asked.ask(&store).await;
    store.close().await;
    explained
}

struct Question<'a> {
    config: &'a Config,
    law: Law<'a>,
    arguments: &'a ExplainArguments,
    patient: &'a Ins,
    own: &'a Ins,
    key: Option<EntryUuid>,
}

impl Question<'_> {
    async fn ask(&self, store: &SqliteStore) -> anyhow::Result<Explained> {
        let Question { config, law, arguments, patient, own, key } = *self;
        let centres = &config.vihf.regulation_centres;
        let mut caller = arguments.caller.caller(law.mappings, law.at, own, centres)?;
        let above =
            config.vihf.attached.iter().filter(|(_, sites)| sites.contains(&arguments.caller.structure));
        caller.legal_entities = above.map(|(entity, _)| model::StructureId(entity.clone())).collect();
        let facts = store.facts(patient, &caller, law.at).await.map_err(fault)?;
        let document = match key {
            Some(key) => store.entry(patient, &DocumentKey::Uuid(key)).await.map_err(fault)?,
            None => None,
        };
        self.leave_event(store, document.as_ref()).await?;
        let case = Case { law, facts: &facts, caller: &caller, patient };
        let reading = |act| {
            let mut explained = case.read(act, document.as_ref());
            if key.is_some() && document.is_none() && explained.answer == Answer::Permitted {
                explained.answer = Answer::Absent;
            }
            explained
        };
        Ok(match (arguments.ask, &document) {
            (Asked::Read, _) => reading(ReadAct::Read),
            (Asked::Search, _) => reading(ReadAct::Search),
            (Asked::Reference, _) => reading(ReadAct::OneReference),
            (Asked::Deposit, _) => case.deposit(arguments.document.submission(law, &caller, patient)?),
            (Asked::Act, Some(document)) => case.act(arguments.document.act()?, document),
            (Asked::Act, None) if key.is_some() => reading(ReadAct::OneReference),
            (Asked::Act, None) => return Err(Misuse("say on which document: --document".to_owned()).into()),
        })
    }

    async fn leave_event(&self, store: &SqliteStore, document: Option<&StoredEntry>) -> anyhow::Result<()> {
        let caller = operator();
        let mut event = Event::by(&caller, RandomIds.uuid(), SystemClock.now(), Act::ReadRights, "operator")
            .about(&caller, Some(self.patient.clone()))
            .doing(["explain"]);
        event.documents = document.map(|document| document.entry.logical_id).into_iter().collect();
        event.matrix = self.law.matrix_version();
        let recorded = store.record(event, None).await;
        recorded.map_err(|error| anyhow::anyhow!("the event was not recorded: {error:?}"))
    }
}

fn fault(fault: journey::Fault) -> anyhow::Error {
    anyhow::anyhow!(fault.cause)
}
