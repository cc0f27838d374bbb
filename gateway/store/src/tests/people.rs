//! Looking people up, over the real file: who may, who is found, and that what is hidden is as never created.

use journey::{People, PeopleAsk, find_people};
use model::{Caller, EmergencyMode, Identity, Ins, PersonQuery, Purpose, Rule, TextMatch};
use policy::{Choice, Operation, Setting};

use super::kit::{DOCTOR, World, doctor, holder, hospital, identity, ins, person, rules, time};

/// A regulating doctor.
fn regulator() -> Caller {
    Caller { purpose: Purpose::Centre15, regulator: true, ..doctor() }
}

fn text(value: &str) -> Vec<Vec<TextMatch>> {
    vec![vec![TextMatch { value: value.into(), exact: false }]]
}

fn by_name(family: &str, given: &str) -> PeopleAsk {
    PeopleAsk {
        traits: PersonQuery { family: text(family), given: text(given), ..PersonQuery::default() },
        ..PeopleAsk::default()
    }
}

fn by_number(patient: &Ins) -> PeopleAsk {
    PeopleAsk { identifiers: vec![vec![patient.clone()]], ..PeopleAsk::default() }
}

async fn find(world: &World, caller: &Caller, ask: &PeopleAsk) -> Result<Vec<Ins>, Vec<Rule>> {
    match find_people(&world.desk, caller, "ITI-78", ask).await {
        Ok(People::Found(people)) => Ok(people.into_iter().map(|one| one.existence.identity.ins).collect()),
        Ok(People::TooMany) => Err(Vec::new()),
        Err(refusal) => Err(rules(&refusal)),
    }
}

async fn fed(world: &World, number: u64, family: &str, given: &str) -> Identity {
    let one = Identity { birth_family: family.into(), given: given.into(), ..identity(&ins(number)) };
    world.operate(Operation::Import(one.clone())).await.unwrap();
    world.operate(Operation::Open(ins(number))).await.unwrap();
    one
}

#[tokio::test]
async fn a_regulating_doctor_finds_by_traits_and_nobody_else_does() {
    let world = World::new().await;
    fed(&world, 1, "Lefèvre", "Anna Livia").await;
    fed(&world, 2, "Martin", "Anna").await;
    let ask = by_name("LEFEV", "livia");
    assert_eq!(find(&world, &regulator(), &ask).await, Ok(vec![ins(1)]));
    assert_eq!(find(&world, &regulator(), &by_name("lefev", "zoe")).await, Ok(Vec::new()));
    let not_a_regulator = Caller { regulator: false, ..regulator() };
    for (caller, rule) in [
        (doctor(), Rule::CallerMaySearch),
        (hospital(), Rule::CallerMaySearch),
        (holder(&ins(1)), Rule::CallerHasAPlace),
        (not_a_regulator, Rule::Centre15IsARegulator),
    ] {
        for ask in [&ask, &by_name("nobo", "dy")] {
            assert_eq!(find(&world, &caller, ask).await, Err(vec![rule]), "whoever there is");
        }
    }
    assert_eq!(find(&world, &doctor(), &by_number(&ins(1))).await, Ok(vec![ins(1)]));
    assert_eq!(find(&world, &doctor(), &by_number(&ins(3))).await, Ok(Vec::new()));
}

#[tokio::test]
async fn what_is_hidden_from_a_regulator_is_found_by_no_trait() {
    let world = World::new().await;
    let ask = by_name("lefev", "anna");
    let one = Identity { birth_family: "Lefevre".into(), given: "Anna".into(), ..identity(&ins(1)) };
    world.operate(Operation::Import(one)).await.unwrap();
    assert_eq!(find(&world, &regulator(), &ask).await, Ok(Vec::new()), "notified");
    let fed_at = world.now();
    world.at(fed_at.plus_seconds(42 * 86_400));
    assert_eq!(find(&world, &regulator(), &ask).await, Ok(vec![ins(1)]), "six weeks later");
    for hiding in [Setting::Blocked(person(DOCTOR)), Setting::Opposed(EmergencyMode::Centre15)] {
        world.choose(&ins(1), Choice::Set(hiding.clone())).await;
        assert_eq!(find(&world, &regulator(), &ask).await, Ok(Vec::new()), "{hiding:?}");
        world.choose(&ins(1), Choice::Lift(hiding)).await;
    }
    world.operate(Operation::Close(ins(1))).await.unwrap();
    assert_eq!(find(&world, &regulator(), &ask).await, Ok(Vec::new()), "closed");
    world.operate(Operation::Open(ins(1))).await.unwrap();
    let elsewhere = Caller { patient: Some(ins(2)), ..regulator() };
    assert_eq!(find(&world, &elsewhere, &ask).await, Ok(Vec::new()), "another patient's assertion");
    world.choose(&ins(1), Choice::EraseRecord).await;
    assert_eq!(find(&world, &regulator(), &ask).await, Ok(Vec::new()), "erased");
    assert_eq!(world.count("SELECT count(*) FROM trait_index").await, 0);
}

#[tokio::test]
async fn too_many_are_told_and_none_is_listed_and_the_hidden_do_not_count() {
    let world = World::new().await;
    for number in 1..=21 {
        fed(&world, number, "Martin", "Anna").await;
    }
    let ask = by_name("martin", "anna");
    assert_eq!(find(&world, &regulator(), &ask).await, Err(Vec::new()));
    world.choose(&ins(21), Choice::Set(Setting::Opposed(EmergencyMode::Centre15))).await;
    assert_eq!(find(&world, &regulator(), &ask).await.map(|found| found.len()), Ok(20));
    for few in [
        PeopleAsk {
            traits: PersonQuery { family: text("martin"), ..PersonQuery::default() },
            ..PeopleAsk::default()
        },
        by_name("ma", "an"),
        PeopleAsk::default(),
    ] {
        assert_eq!(find(&world, &regulator(), &few).await, Err(vec![Rule::QueryIsComplete]));
    }
}

#[tokio::test]
async fn each_record_that_is_told_of_has_its_event() {
    let world = World::new().await;
    fed(&world, 1, "Martin", "Anna").await;
    fed(&world, 2, "Martin", "Anna").await;
    let before = world.count("SELECT count(*) FROM journal").await;
    find(&world, &regulator(), &by_name("martin", "anna")).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM journal").await, before + 2);
    find(&world, &regulator(), &by_name("martin", "zoe")).await.unwrap();
    find(&world, &doctor(), &by_name("martin", "zoe")).await.unwrap_err();
    assert_eq!(world.count("SELECT count(*) FROM journal").await, before + 4);
}

#[tokio::test]
async fn people_fed_before_there_was_an_index_are_indexed_at_the_next_start() {
    let world = World::new().await;
    fed(&world, 1, "Martin", "Anna").await;
    world.store().close().await;
    world.tamper("DELETE FROM trait_index; DELETE FROM meta WHERE name = 'people_are_indexed'").await;
    let store = crate::SqliteStore::open(super::kit::options(world.path())).await.unwrap();
    let world = World { desk: journey::Desk { store, ..world.desk }, ..world };
    assert_eq!(find(&world, &regulator(), &by_name("martin", "anna")).await, Ok(vec![ins(1)]));
}

#[tokio::test]
async fn a_corrected_name_is_found_and_the_former_is_not() {
    let world = World::new().await;
    let one = fed(&world, 1, "Martin", "Anna").await;
    world.at(time("20260302120000"));
    let corrected = Identity { birth_family: "Durand".into(), ..one };
    world.operate(Operation::Import(corrected)).await.unwrap();
    assert_eq!(find(&world, &regulator(), &by_name("durand", "anna")).await, Ok(vec![ins(1)]));
    assert_eq!(find(&world, &regulator(), &by_name("martin", "anna")).await, Ok(Vec::new()));
}
