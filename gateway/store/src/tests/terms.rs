//! The conditions of a search beyond FindDocuments: what the database selects is what the metadata say.

use journey::{Store, StoredEntry, term_holds};
use model::{
    AssociationKind, Code, CodeField, CodeTest, Compared, Criterion, DateRange, DocumentQuery, Hl7Time,
    InstantField, Moment, ObjectRef, Optional, Sort, Term, TextTest, system,
};
use policy::{Ask, DocumentAct, ReadAct, Visibility};

use super::kit::{World, doctor, holder, ins, time};
use super::made::{bytes, entry, of_entries};
use super::searches::all;

async fn visibility(world: &World) -> Visibility {
    let now = world.now();
    let facts = world.store().facts(&ins(1), &holder(&ins(1)), now).await.unwrap();
    let ask = Ask { patient: ins(1), act: ReadAct::Search };
    policy::decide_read(world.desk.law(now), &facts, &holder(&ins(1)), &ask).unwrap()
}

async fn found(world: &World, query: &DocumentQuery) -> Vec<StoredEntry> {
    let page = world.store().search(query, &visibility(world).await, world.now()).await.unwrap();
    assert_eq!(page.total, page.entries.len() as u64);
    page.entries
}

/// Six documents of different dates, codes and texts.
async fn six() -> World {
    let world = World::with_record().await;
    for number in 1..=6_u64 {
        let mut made = entry(&world, &ins(1), number);
        made.creation_time = Hl7Time::parse(&format!("202{number}")).unwrap();
        made.service_start = (number % 3 != 0).then(|| Hl7Time::parse(&format!("202{number}0101")).unwrap());
        made.service_stop = (number % 2 == 0).then(|| Hl7Time::parse(&format!("202{number}0301")).unwrap());
        if number > 3 {
            made.event_codes = vec![Code::new(format!("E|{number}"), "1.2|3"), Code::new("A", "1.2")];
        }
        if number == 3 {
            made.event_codes = Vec::new();
        }
        if number == 2 {
            made.type_code = Code::new("34112-3", system::LOINC);
            made.comments = Some("Vu à l’hôpital".into());
        }
        let sent = vec![(made, bytes("text"))];
        world.deposit(of_entries(&world, &ins(1), number, sent)).await.unwrap();
    }
    world
}

#[tokio::test]
async fn the_database_selects_what_the_metadata_say() {
    let world = six().await;
    let every = found(&world, &all()).await;
    assert_eq!(every.len(), 6);
    let from = |digits: &str| DateRange { from: Some(time(digits)), to: None };
    let until = |digits: &str| DateRange { from: None, to: Some(time(digits)) };
    let (event, of_type) = (CodeField::Event, CodeField::Type);
    let mut criteria = vec![
        Criterion::Code(event, CodeTest::Is(Code::new("E|4", "1.2|3"))),
        Criterion::Code(event, CodeTest::Value("E|5".into())),
        Criterion::Code(event, CodeTest::Value("A".into())),
        Criterion::Code(event, CodeTest::Scheme("1.2|3".into())),
        Criterion::Code(event, CodeTest::Scheme("1.2".into())),
        Criterion::Code(event, CodeTest::Scheme("1".into())),
        Criterion::Code(of_type, CodeTest::Value("34112-3".into())),
        Criterion::Code(of_type, CodeTest::Value("112-3".into())),
        Criterion::MimeType("text/plain".into()),
        Criterion::Language("FR-FR".into()),
        Criterion::Uuid(every[0].entry.logical_id),
        Criterion::UniqueId(every[1].entry.unique_id.clone()),
        Criterion::Comments(TextTest::new(Compared::Holds, "HOPITAL")),
    ];
    for outside in [false, true] {
        for range in [from("2023"), until("2023"), DateRange::default()] {
            for field in [InstantField::Creation, InstantField::ServiceStart, InstantField::ServiceStop] {
                criteria.push(Criterion::Instant { field, range: range.clone(), outside });
            }
            for ends in [from("2024"), until("2025")] {
                criteria.push(Criterion::Period { begins: range.clone(), ends, outside });
            }
        }
    }
    for optional in [
        Optional::ServiceStart,
        Optional::ServiceStop,
        Optional::Period,
        Optional::Event,
        Optional::Reference,
        Optional::Author,
        Optional::Comments,
    ] {
        criteria.push(Criterion::Missing(optional));
    }
    let mut selective = 0;
    for criterion in criteria {
        for not in [false, true] {
            let term = Term { not, any: vec![criterion.clone()] };
            let said = every.iter().filter(|row| term_holds(&term, &row.entry) == Some(true));
            let said: Vec<i64> = said.map(|row| row.sequence).collect();
            selective += usize::from(!said.is_empty() && said.len() < every.len());
            let query = DocumentQuery { terms: vec![term], ..all() };
            let selected: Vec<i64> = found(&world, &query).await.iter().map(|row| row.sequence).collect();
            assert_eq!(selected, said, "{criterion:?} not {not}");
        }
    }
    assert!(selective > 40, "{selective}");
    let none = DocumentQuery { terms: vec![Term { not: false, any: Vec::new() }], ..all() };
    assert!(found(&world, &none).await.is_empty());
}

#[tokio::test]
async fn an_answer_comes_in_the_order_asked_for_page_by_page() {
    let world = six().await;
    let number = |row: &StoredEntry| row.entry.creation_time.as_str()[3..].to_owned();
    let changed = found(&world, &all()).await.pop().unwrap().entry.logical_id;
    world.at(Moment(world.now().0 + 60_000_000));
    world.amend(&doctor(), changed, &[DocumentAct::Archive]).await.unwrap();
    for (by, descending, expected) in [
        (InstantField::Creation, false, "123456"),
        (InstantField::Creation, true, "654321"),
        (InstantField::ServiceStart, false, "124536"),
        (InstantField::ServiceStart, true, "542163"),
        (InstantField::ServiceStop, false, "246135"),
        (InstantField::Changed, true, "165432"),
        (InstantField::Changed, false, "234561"),
    ] {
        for sealed in [false, true] {
            let mut query = DocumentQuery { sort: Sort { by, descending }, ..all() };
            if sealed {
                let any = vec![Criterion::Missing(Optional::Author)];
                query.terms = vec![Term { not: true, any }];
            }
            query.paging.count = Some(2);
            let mut seen = String::new();
            loop {
                let page =
                    world.store().search(&query, &visibility(&world).await, world.now()).await.unwrap();
                assert_eq!(page.total, 6);
                seen.extend(page.entries.iter().map(number));
                query.paging.after = page.next;
                if page.next.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{by:?} {descending}");
        }
    }
}

#[tokio::test]
async fn every_version_tells_when_it_began_and_which_status_it_had() {
    let world = World::with_record().await;
    let made = entry(&world, &ins(1), 1);
    let sent = vec![(made, bytes("text"))];
    world.deposit(of_entries(&world, &ins(1), 1, sent)).await.unwrap();
    let document = found(&world, &all()).await.pop().unwrap();
    let first = document.changed_at;
    for (minutes, act) in [(1, DocumentAct::Archive), (2, DocumentAct::Restore)] {
        world.at(Moment(first.0 + minutes * 60_000_000));
        world.amend(&doctor(), document.entry.logical_id, &[act]).await.unwrap();
    }
    let versions = world.store().versions(&ins(1), &document.entry.logical_id).await.unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|row| {
            (row.entry.version, row.entry.availability.urn().rsplit(':').next().unwrap(), row.changed_at)
        })
        .collect();
    let at = |minutes: i64| Moment(first.0 + minutes * 60_000_000);
    assert_eq!(told, [(3, "Approved", at(2)), (2, "Archived", at(1)), (1, "Approved", first)]);
    assert_eq!(world.entry(document.entry.logical_id).await.unwrap().changed_at, at(2));
}

#[tokio::test]
async fn a_relationship_to_what_is_hidden_selects_nothing() {
    let world = six().await;
    let every = found(&world, &all()).await;
    let (from, to) = (every[0].entry.logical_id, every[1].entry.logical_id);
    let link = "INSERT INTO association (patient_key, association, kind, source, source_object, target, target_object) \
                SELECT a.patient_key, randomblob(16), 'urn:ihe:iti:2007:AssociationType:APND', a.document, 'document', \
                b.document, 'document' FROM entry AS a JOIN entry AS b WHERE a.sequence = (SELECT max(sequence) FROM \
                entry) AND b.sequence = (SELECT max(sequence) - 1 FROM entry)";
    world.tamper(link).await;
    let ask = |kinds: Vec<AssociationKind>, target| DocumentQuery {
        terms: vec![Term { not: false, any: vec![Criterion::Relates { kinds, target }] }],
        ..all()
    };
    let target = Some(ObjectRef::Uuid(to));
    for query in [
        ask(Vec::new(), None),
        ask(vec![AssociationKind::Appends], None),
        ask(Vec::new(), target.clone()),
        ask(Vec::new(), Some(ObjectRef::Unique(every[1].entry.unique_id.clone()))),
    ] {
        let ids: Vec<_> = found(&world, &query).await.iter().map(|row| row.entry.logical_id).collect();
        assert_eq!(ids, [from], "{query:?}");
    }
    assert!(found(&world, &ask(vec![AssociationKind::Replaces], target.clone())).await.is_empty());
    world
        .tamper("UPDATE entry SET status = 'deleted' WHERE sequence = (SELECT max(sequence) - 1 FROM entry)")
        .await;
    assert!(found(&world, &ask(Vec::new(), target)).await.is_empty());
    assert!(found(&world, &ask(Vec::new(), None)).await.is_empty());
}
