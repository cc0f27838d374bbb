//! The fictitious people of a sandbox: their records, who may consult, and who represents whom.

use std::path::Path;

use journey::{choose, operate};
use model::{Actor, Caller, Channel, Ins, Party, PersonId, StructureId};
use policy::{Choice, Grant, Ground, Link, Operation, Representation, Setting};

use crate::commands::{operator, write_private};
use crate::demo::cast::Cast;
use crate::demo::stage;
use crate::gateway::SystemDesk;

/// Says that everybody was fed: what integrators changed since is left alone.
const FED: &str = "people.fed";
/// Whom Ondine authorises, by their names in the samples.
const AUTHORISED: [&str; 6] =
    ["gp", "hospital-doctor", "nurse", "pharmacist", "dietitian", "occupational-doctor"];
/// The role-based professional of the sandbox, who stands in no sample.
pub(super) const ROLE_BASED: &str = "899900000128";
/// Who acts for whom: representative, holder, link.
pub(super) const LINKS: [(&str, &str, Link); 3] = [
    ("ondine", "leon", Link::Parent),
    ("basile", "germaine", Link::Guardian),
    ("ghjulia", "germaine", Link::Helper),
];

/// Feeds everybody once.
pub(super) async fn feed(folder: &Path, desk: &SystemDesk, cast: &Cast) -> anyhow::Result<()> {
    let mark = folder.join(FED);
    if mark.exists() {
        return Ok(());
    }
    stage::feed(desk, cast).await?;
    let ondine = cast.patient("ondine")?;
    let mut people = vec![ROLE_BASED.to_owned()];
    for key in AUTHORISED {
        people.push(cast.professional(key)?.id.clone());
    }
    for person in people {
        authorise(desk, ondine, Party::Person(PersonId(person))).await?;
    }
    let samu = StructureId(cast.structure("samu")?.id.clone());
    authorise(desk, ondine, Party::Structure(samu)).await?;
    let treating = PersonId(cast.professional("gp")?.id.clone());
    choice(desk, ondine, Choice::Set(Setting::Treating(treating))).await?;
    let blocked = PersonId(cast.professional("other-gp")?.id.clone());
    choice(desk, ondine, Choice::Set(Setting::Blocked(Party::Person(blocked)))).await?;
    for (by, holder, link) in LINKS {
        let representation = Representation { by: cast.patient(by)?.clone(), link };
        let operation = Operation::Represent(cast.patient(holder)?.clone(), representation);
        let done = operate(desk, &operator(), "operator", operation).await;
        done.map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))?;
    }
    write_private(&mark, "")
}

async fn authorise(desk: &SystemDesk, patient: &Ins, party: Party) -> anyhow::Result<()> {
    use journey::Clock as _;
    let until = desk.clock.now().plus_seconds(10 * 365 * 86_400);
    let grant = Grant { ground: Ground::GrantedByHolder, until };
    choice(desk, patient, Choice::Set(Setting::Authorised(party, grant))).await
}

async fn choice(desk: &SystemDesk, patient: &Ins, choice: Choice) -> anyhow::Result<()> {
    let holder =
        Caller { actor: Actor::Holder { ins: patient.clone() }, channel: Channel::Patient, ..operator() };
    let done = choose(desk, &holder, "ITI-108", patient, choice).await;
    done.map_err(|refusal| anyhow::anyhow!("refused: {refusal:?}"))
}
