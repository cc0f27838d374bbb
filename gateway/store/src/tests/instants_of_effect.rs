//! The journey judges by the law of the moment at which it judges, and the event says which that was.

use std::fs;
use std::sync::Arc;

use mappings::Mappings;
use model::{Actor, Caller, DocumentQuery, Moment, Party, PersonId, Rule, Scope};
use policy::{Grant, Ground, Setting};

use super::kit::{World, doctor, ins, rules};
use super::made::submission;

const MATRIX: &str = include_str!("../../../../mappings/habilitation/matrix.csv");
const READER: &str = "899900000027";
const INSTANT: &str = "2026-03-02T00:00:00Z";

/// The default with one version more, in which doctors do not read laboratory reports and structures do not
/// deposit them.
fn with_version() -> Mappings {
    let lines = MATRIX.lines().map(|line| match line {
        _ if line.starts_with("# version:") => "# version: next\n".to_owned(),
        _ if line.starts_with("# effective:") => format!("# effective: {INSTANT}\n"),
        _ if line.starts_with("G15/10,11502-2,") || line.starts_with("PASSERELLE/STRUCTURE,11502-2,") => {
            format!("{}\n", line.replace("allow", "deny"))
        }
        _ => format!("{line}\n"),
    });
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("habilitation")).unwrap();
    let own = MATRIX.replace("# effective: 2026-07-06", "# effective: 2026-01-01");
    fs::write(folder.path().join("habilitation/matrix.csv"), own).unwrap();
    fs::write(folder.path().join("habilitation/matrix.next.csv"), lines.collect::<String>()).unwrap();
    Mappings::with_overrides(folder.path()).unwrap()
}

async fn world() -> World {
    let mut world = World::with_record().await;
    world.desk.mappings = Arc::new(with_version());
    let until = Moment::parse("2027-01-01T00:00:00Z").unwrap();
    let grant = Grant { ground: Ground::GrantedByHolder, until };
    world.set(Setting::Authorised(Party::Person(PersonId(READER.into())), grant)).await;
    world
}

/// Another doctor than the author, who passes for own documents.
fn reader() -> Caller {
    match doctor() {
        Caller { actor: Actor::Professional { name, role, .. }, .. } => {
            Caller { actor: Actor::Professional { id: PersonId(READER.into()), name, role }, ..doctor() }
        }
        other => other,
    }
}

async fn seen(world: &World) -> u64 {
    let query = DocumentQuery::new(Some(ins(1)), Scope::Find);
    journey::search(&world.desk, &reader(), "ITI-18", query).await.unwrap().total
}

#[tokio::test]
async fn search_and_deposit_change_at_the_instant_of_effect_and_not_a_microsecond_before() {
    let world = world().await;
    let instant = Moment::parse(INSTANT).unwrap();
    world.desk.clock.set(Moment(instant.0 - 1));
    world.deposit(submission(&world, &ins(1), 1)).await.unwrap();
    assert_eq!(seen(&world).await, 1);
    world.desk.clock.set(instant);
    assert_eq!(seen(&world).await, 0);
    let refused = world.deposit(submission(&world, &ins(1), 2)).await.unwrap_err();
    assert_eq!(rules(&refused), [Rule::TypeIsOpenToDepositor]);
}
