//! Criteria, order and pages.

use journey::Store;
use model::{Availability, Code, DateRange, DocumentEntry, DocumentQuery, Hl7Time, Scope, Xcn, system};
use policy::{Ask, ReadAct, Visibility};

use super::kit::{World, holder, ins, time};
use super::made::{bytes, entry, id, of_entries};

/// Everything of the first patient's record.
pub(super) fn all() -> DocumentQuery {
    DocumentQuery::new(Some(ins(1)), Scope::Find)
}

async fn visibility(world: &World) -> Visibility {
    let now = journey::Clock::now(&world.desk.clock);
    let facts = world.store().facts(&ins(1), &holder(&ins(1)), now).await.unwrap();
    let ask = Ask { patient: ins(1), act: ReadAct::Search };
    policy::decide_read(world.desk.law(now), &facts, &holder(&ins(1)), &ask).unwrap()
}

async fn found(world: &World, query: &DocumentQuery) -> Vec<String> {
    let page = world.store().search(query, &visibility(world).await, time("2026")).await.unwrap();
    assert_eq!(page.total, page.entries.len() as u64);
    page.entries.iter().map(|stored| last_arc(&stored.entry)).collect()
}

fn last_arc(entry: &DocumentEntry) -> String {
    entry.unique_id.as_str().rsplit('.').next().unwrap().to_owned()
}

async fn deposit(world: &World, number: u64, change: impl FnOnce(&mut DocumentEntry)) -> DocumentEntry {
    let mut made = entry(world, &ins(1), number);
    change(&mut made);
    let sent = vec![(made.clone(), bytes("text"))];
    world.deposit(of_entries(world, &ins(1), number, sent)).await.unwrap();
    made
}

#[tokio::test]
async fn each_criterion_selects() {
    let world = World::with_record().await;
    let loinc = |value: &str| Code::new(value, system::LOINC);
    deposit(&world, 1, |entry| entry.type_code = loinc("34112-3")).await;
    deposit(&world, 2, |entry| entry.event_codes = vec![Code::new("A", "1.2"), Code::new("B", "1.2")]).await;
    deposit(&world, 3, |entry| entry.creation_time = Hl7Time::parse("2020").unwrap()).await;
    deposit(&world, 4, |entry| entry.service_start = None).await;
    let named =
        deposit(&world, 5, |entry| entry.authors[0].person = Xcn::parse("899900000027^LE BRAS^Yann").ok())
            .await;
    let with = |change: fn(&mut DocumentQuery)| {
        let mut query = all();
        change(&mut query);
        query
    };
    let cases: [(DocumentQuery, &[&str]); 15] = [
        (all(), &["5", "4", "2", "1", "3"]),
        (with(|query| query.types = vec![Code::new("34112-3", system::LOINC)]), &["1"]),
        (with(|query| query.types = vec![Code::new("34112-3", "1.2.3")]), &[]),
        (with(|query| query.events = vec![vec![Code::new("A", "1.2"), Code::new("X", "1.2")]]), &["2"]),
        (with(|query| query.events = vec![vec![Code::new("A", "1.2")], vec![Code::new("B", "1.2")]]), &["2"]),
        (with(|query| query.events = vec![vec![Code::new("A", "1.2")], vec![Code::new("X", "1.2")]]), &[]),
        (with(|query| query.creation = until("20200102")), &["3"]),
        (with(|query| query.creation = until("2020")), &[]),
        (with(|query| query.creation.from = Some(time("2020"))), &["5", "4", "2", "1", "3"]),
        (with(|query| query.service_start = until("2020")), &["4"]),
        (with(|query| query.authors = vec!["%LE BRAS%".into()]), &["5"]),
        (
            with(|query| query.authors = vec!["899900000027^%".into(), "%KERVEL%".into()]),
            &["5", "4", "2", "1", "3"],
        ),
        (with(|query| query.status = vec![Availability::Deprecated]), &[]),
        (with(|query| query.scope = Scope::UniqueIds(vec![id("2.999.2.4"), id("2.999.2.77")])), &["4"]),
        (with(|query| query.patient = Some(ins(2))), &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&world, &query).await, expected, "{query:?}");
    }
    let by_uuid = DocumentQuery { scope: Scope::Uuids(vec![named.entry_uuid, world.uuid()]), ..all() };
    assert_eq!(found(&world, &by_uuid).await, ["5"]);
    for (column, code) in [
        ("class", &named.class_code),
        ("setting", &named.practice_setting),
        ("facility", &named.facility_type),
        ("format", &named.format_code),
        ("confidentiality", &named.confidentiality[0]),
    ] {
        for (code, count) in [(code.clone(), 5), (Code::new("none", "1.2"), 0)] {
            let mut query = all();
            match column {
                "class" => query.classes = vec![code],
                "setting" => query.practice_settings = vec![code],
                "facility" => query.facility_types = vec![code],
                "format" => query.formats = vec![code],
                _ => query.confidentiality = vec![vec![code]],
            }
            assert_eq!(found(&world, &query).await.len(), count, "{column}");
        }
    }
}

fn until(digits: &str) -> DateRange {
    DateRange { from: None, to: Some(time(digits)) }
}

#[tokio::test]
async fn pages_follow_each_other_on_the_snapshot_of_the_first() {
    let world = World::with_record().await;
    for number in 1..=5 {
        deposit(&world, number, |entry| {
            entry.creation_time = Hl7Time::parse(if number % 2 == 0 { "2025" } else { "2024" }).unwrap();
        })
        .await;
    }
    for authors in [Vec::new(), vec!["%KERVEL%".to_owned()]] {
        let mut query = DocumentQuery { authors, ..all() };
        query.paging.count = Some(2);
        let (mut seen, mut totals) = (Vec::new(), Vec::new());
        loop {
            let page = world.store().search(&query, &visibility(&world).await, time("2026")).await.unwrap();
            seen.extend(page.entries.iter().map(|stored| last_arc(&stored.entry)));
            totals.push(page.total);
            query.paging.ceiling = Some(page.ceiling);
            query.paging.after = page.next;
            if totals.len() == 1 {
                let number = 10 + seen.len() as u64 + query.authors.len() as u64;
                deposit(&world, number, |entry| entry.creation_time = Hl7Time::parse("2023").unwrap()).await;
            }
            if page.next.is_none() {
                break;
            }
        }
        let before = if query.authors.is_empty() { 5 } else { 6 };
        assert_eq!(seen.len(), before);
        assert_eq!(&seen[..5], ["4", "2", "5", "3", "1"]);
        assert!(totals.iter().all(|total| *total == before as u64), "{totals:?}");
    }
}

#[tokio::test]
async fn a_count_of_zero_gives_the_total_alone() {
    let world = World::with_record().await;
    deposit(&world, 1, |_| {}).await;
    let mut query = all();
    query.paging.count = Some(0);
    let page = world.store().search(&query, &visibility(&world).await, time("2026")).await.unwrap();
    assert_eq!((page.total, page.entries.len(), page.next), (1, 0, None));
}
