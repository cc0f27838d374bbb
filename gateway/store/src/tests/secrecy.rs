//! Nothing of a person stands in the clear in the file or its log.

use journey::{Event, Store};
use model::{Purpose, Xcn};
use policy::{Link, Operation, ProvisionalCode, Representation};

use super::kit::{NAME, World, doctor, ins};
use super::made::{bytes, entry, of_entries};

#[tokio::test]
async fn neither_the_file_nor_its_log_holds_anything_of_the_patient() {
    let world = World::with_record().await;
    let mut deposited = entry(&world, &ins(1), 1);
    let number = ins(1).number().to_owned();
    let mut patient_as_author = deposited.authors[0].clone();
    patient_as_author.person = Xcn::parse(&format!("{number}^{NAME}")).ok();
    deposited.authors.push(patient_as_author);
    let sent = vec![(deposited, bytes("CANARYCONTENT"))];
    world.deposit(of_entries(&world, &ins(1), 1, sent)).await.unwrap();
    let reason = "CANARYREASON".to_owned();
    let caller = model::Caller { purpose: Purpose::BreakGlass { reason }, ..doctor() };
    let now = journey::Clock::now(&world.desk.clock);
    for patient in [ins(1), ins(7)] {
        let event = Event::by(&caller, world.uuid(), now, journey::Act::Search, "ITI-18")
            .about(&caller, Some(patient));
        world.store().record(event, None).await.unwrap();
    }
    let by = Representation { by: ins(2), link: Link::Guardian };
    world.operate(Operation::Represent(ins(1), by)).await.unwrap();
    let code = ProvisionalCode { code: "CANARYCODE".into(), until: now.plus_seconds(60) };
    world.operate(Operation::IssueCode(ins(1), code)).await.unwrap();
    let mut looked_at = 0;
    for file in std::fs::read_dir(world.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        looked_at += bytes.len();
        let others = [ins(2).number().to_owned(), ins(7).number().to_owned()];
        let body = number.get(..13).unwrap();
        for canary in ["CANARY", &number, body, &others[0], &others[1], "KERVEL", "Logiciel"] {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary}");
        }
    }
    assert!(looked_at > 50_000, "the files were there: {looked_at}");
}

#[tokio::test]
async fn the_database_is_open_to_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_record().await;
    for file in std::fs::read_dir(world.folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.file_name());
    }
}
