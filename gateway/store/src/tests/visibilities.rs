//! One truth in two forms: what the database selects is what the policy admits.

use journey::Store;
use model::{
    Caller, Code, DocumentEntry, DocumentQuery, Purpose, Scope, StructureId, Submission, VisibilityFlag, Xcn,
    system,
};
use policy::{Ask, Facts, ReadAct, RecordState, Relation};
use proptest::prelude::*;

use super::kit::{DOCTOR, HOSPITAL, World, doctor, holder, hospital, ins, professional, time};
use super::made::{bytes, entry, of_entries};

/// How one generated entry departs from the usual one.
#[derive(Debug, Clone)]
struct Draw {
    kind: prop::sample::Index,
    flags: [bool; 3],
    person: usize,
    structure: usize,
    status: usize,
    /// To whom it is masked by name.
    masked_to: usize,
}

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    let places = (0..4_usize, 0..3_usize, 0..8_usize, 0..6_usize);
    let draw = (any::<prop::sample::Index>(), any::<[bool; 3]>(), places).prop_map(
        |(kind, flags, (person, structure, status, masked_to))| Draw {
            kind,
            flags,
            person,
            structure,
            status,
            masked_to,
        },
    );
    prop::collection::vec(draw, 12..24)
}

/// The types that a structure may deposit, with their class.
fn types(world: &World) -> Vec<(Code, Code)> {
    let (matrix, codes) = (
        world.desk.mappings.habilitation_at(journey::Clock::now(&world.desk.clock)),
        &world.desk.mappings.codes,
    );
    matrix
        .types()
        .filter(|(column, _)| matrix.deposit(matrix.structure(), *column) == mappings::DepositRight::Allow)
        .filter(|(_, code)| codes.contains(mappings::ValueSet::DocumentType, code))
        .filter_map(|(_, code)| Some((code.clone(), codes.class_of(code)?.clone())))
        .collect()
}

fn drawn(world: &World, number: u64, draw: &Draw, types: &[(Code, Code)]) -> DocumentEntry {
    let mut entry = entry(world, &ins(1), number);
    let (kind, class) = draw.kind.get(types);
    (entry.type_code, entry.class_code) = (kind.clone(), class.clone());
    // A document masked and invisible at once is not accepted at the deposit.
    for (flag, set) in VisibilityFlag::ALL.into_iter().zip(draw.flags) {
        let excluded = flag == VisibilityFlag::InvisiblePatient && draw.flags[0];
        if set && !excluded {
            entry.confidentiality.push(Code::new(flag.code(), system::VISIBILITY));
        }
    }
    let persons = [DOCTOR.to_owned(), "899900000027".into(), ins(1).number().to_owned()];
    let person = persons.get(draw.person);
    entry.authors[0].person = person.map(|id| Xcn { id: Some(id.clone()), ..Xcn::default() });
    let structures = [HOSPITAL, "1750000002"];
    match structures.get(draw.structure) {
        Some(id) => entry.authors[0].institutions[0].id = Some((*id).into()),
        None => entry.authors[0].institutions.clear(),
    }
    entry
}

/// Callers and facts that make every clause appear.
fn readers() -> Vec<(Caller, Facts, ReadAct)> {
    let facts =
        Facts { record: RecordState::Open, authorisation: policy::Authorisation::Valid, ..Facts::absent() };
    let of_holder = Facts { relation: Relation::Holder, ..facts.clone() };
    let emergency = Caller { purpose: Purpose::BreakGlass { reason: "coma".into() }, ..doctor() };
    let strange_hospital = Caller { structure: Some(StructureId("1750000003".into())), ..hospital() };
    let in_hospital = Caller { structure: Some(StructureId(HOSPITAL.into())), ..doctor() };
    let mut patient_named = doctor();
    if let model::Actor::Professional { id, .. } = &mut patient_named.actor {
        id.0 = ins(1).number().to_owned();
    }
    let treating = Facts { treating_physician: true, ..facts.clone() };
    let allowed = Facts { masked_in_break_glass: true, ..facts.clone() };
    let child = Facts { holder_is_minor: true, ..of_holder.clone() };
    vec![
        (doctor(), facts.clone(), ReadAct::Search),
        (in_hospital, facts.clone(), ReadAct::Search),
        (patient_named, facts.clone(), ReadAct::Search),
        (doctor(), treating, ReadAct::Read),
        (professional("86", None), facts.clone(), ReadAct::Search),
        (professional("70", None), facts.clone(), ReadAct::OneReference),
        (emergency.clone(), facts.clone(), ReadAct::Search),
        (emergency, allowed, ReadAct::Search),
        (hospital(), facts.clone(), ReadAct::OneReference),
        (strange_hospital, facts, ReadAct::OneReference),
        (holder(&ins(1)), of_holder, ReadAct::Search),
        (holder(&ins(1)), child, ReadAct::Search),
    ]
}

async fn agree(draws: Vec<Draw>) {
    let mut world = World::with_record().await;
    // A child's record, so that every flag may be deposited.
    let mut child = super::kit::identity(&ins(1));
    child.birth_date = model::Hl7Time::parse("20150101").unwrap();
    world.operate(policy::Operation::Import(child)).await.unwrap();
    let types = types(&world);
    let entries: Vec<_> =
        (0..).zip(&draws).map(|(number, draw)| drawn(&world, number, draw, &types)).collect();
    let sent = entries.iter().map(|entry| (entry.clone(), bytes("text"))).collect();
    let submission: Submission = of_entries(&world, &ins(1), 1, sent);
    world.deposit(submission).await.unwrap();
    let mut connection = world.behind().await;
    for (position, draw) in (1_i64..).zip(&draws) {
        let status = ["deprecated", "archived", "deleted"].get(draw.status).unwrap_or(&"approved");
        let update = sqlx::query("UPDATE entry SET status = $1 WHERE sequence = $2");
        update.bind(*status).bind(position).execute(&mut connection).await.unwrap();
        let parties = [("person", DOCTOR), ("structure", HOSPITAL), ("person", "899900000027")];
        if let Some((kind, id)) = parties.get(draw.masked_to) {
            let mask = "INSERT INTO masked_to (patient_key, document, kind, id, since)
                SELECT patient_key, document, $1, $2, 0 FROM entry WHERE sequence = $3";
            let mask = sqlx::query(mask).bind(*kind).bind(*id).bind(position);
            mask.execute(&mut connection).await.unwrap();
        }
    }
    let mut stored = Vec::new();
    for entry in &entries {
        let key = journey::DocumentKey::Uuid(entry.entry_uuid);
        stored.push(world.store().entry(&ins(1), &key).await.unwrap().unwrap());
    }
    let mut clauses = 0;
    let both =
        [false, true].into_iter().flat_map(|deleted| readers().into_iter().map(move |one| (deleted, one)));
    for (deleted, (caller, facts, act)) in both {
        world.desk.switches.deleted_to_professionals = deleted;
        let ask = Ask { patient: ins(1), act };
        let visibility = match policy::decide_read(world.desk.law(world.now()), &facts, &caller, &ask) {
            Ok(visibility) => visibility,
            Err(denied) => panic!("{caller:?}: {denied:?}"),
        };
        let mut admitted: Vec<_> = stored
            .iter()
            .filter_map(|entry| visibility.admit(entry.clone()))
            .map(|visible| visible.get().sequence)
            .collect();
        admitted.sort_unstable();
        let page = world
            .store()
            .search(&DocumentQuery::new(None, Scope::Find), &visibility, time("2026"))
            .await
            .unwrap();
        let mut selected: Vec<_> = page.entries.iter().map(|entry| entry.sequence).collect();
        selected.sort_unstable();
        assert_eq!(selected, admitted, "{visibility:?}");
        assert_eq!(page.total, admitted.len() as u64);
        clauses += usize::from(admitted.len() < stored.len());
    }
    assert!(clauses > 0, "something was hidden from somebody");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_database_selects_what_the_policy_admits(draws in draws()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(agree(draws));
    }
}
