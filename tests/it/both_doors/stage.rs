//! The records, the people and the choices that the cases are drawn from.

use journey::Clock as _;
use model::{
    Actor, Caller, Channel, Code, EmergencyMode, Party, PersonId, Purpose, SubjectRole, VisibilityFlag,
    system,
};
use passerelle_tests::dice::Dice;
use passerelle_tests::hall::Hall;
use passerelle_tests::paper::Paper;
use policy::{Choice, DocumentAct, Grant, Ground, Link, Operation, Representation, Setting};

/// Patients whose record is open.
pub const OPEN: [&str; 3] = ["ondine", "leon", "basile"];
/// Patients asked about: some of no open record.
pub const PATIENTS: [&str; 9] =
    ["ondine", "ondine", "ondine", "leon", "leon", "basile", "achille", "sidonie", "inconnue"];
const PEOPLE: [&str; 6] = ["gp", "nurse", "dietitian", "occupational-doctor", "regulator", "podiatrist"];
/// Types of documents.
pub const TYPES: [&str; 6] = ["11502-2", "11490-0", "15507-7", "11369-6", "15508-5", "EXPPAT_1"];
/// A biologist and their laboratory.
pub const LABORATORY: (&str, &str) = ("899900000052", "1999999992");

/// Records in every state, with documents of every kind.
pub async fn stage() -> (Hall, Vec<Paper>) {
    let hall = Hall::open(&["ondine", "leon", "basile", "achille", "sidonie"]).await.unwrap();
    let parent = Representation { by: hall.patient("ondine"), link: Link::Parent };
    hall.operate(Operation::Represent(hall.patient("leon"), parent)).await.unwrap();
    let until = hall.desk.clock.now().plus_seconds(86_400);
    let grant = Grant { ground: Ground::GrantedByHolder, until };
    for (patient, key) in OPEN.iter().flat_map(|patient| PEOPLE.map(|key| (patient, key))) {
        let party = hall.professional(key).parties().next().unwrap();
        hall.set(patient, Setting::Authorised(party, grant)).await.unwrap();
    }
    let mut papers = Vec::new();
    for patient in ["ondine", "leon", "basile", "achille"] {
        for type_code in TYPES.into_iter().take(5) {
            let number = papers.len() as u64 + 1;
            let flags = VisibilityFlag::ALL.into_iter().chain([VisibilityFlag::MasquePs]);
            let flag = flags.cycle().nth(papers.len()).filter(|_| !number.is_multiple_of(3));
            let flag = flag
                .filter(|flag| patient == "leon" || *flag != VisibilityFlag::InvisibleRepresentantsLegaux);
            let own = if number.is_multiple_of(2) { ("899900000011", LABORATORY.1) } else { LABORATORY };
            let paper = Paper {
                type_code,
                flags: flag.into_iter().collect(),
                ..Paper::new(number, &hall.patient(patient), own)
            };
            let laboratory = hall.structure("laboratory");
            hall.deposit(&laboratory, paper.submission(&hall.desk.mappings)).await.unwrap();
            let (holder, gp) = (hall.holder(patient), Party::Person(PersonId("899900000011".into())));
            match number % 5 {
                0 => hall.amend(&laboratory, patient, paper.uuid(), DocumentAct::Delete).await.unwrap(),
                1 if patient == "ondine" => {
                    hall.amend(&holder, patient, paper.uuid(), DocumentAct::MaskTo(gp)).await.unwrap();
                }
                _ => {}
            }
            papers.push(paper);
        }
    }
    hall.choose("achille", Choice::CloseRecord).await.unwrap();
    hall.choose("sidonie", Choice::OpposeRecord).await.unwrap();
    (hall, papers)
}

/// Somebody, in some mode, through some channel.
pub fn persona(hall: &Hall, dice: &mut Dice) -> Caller {
    let person = hall.professional(dice.of(&PEOPLE).to_owned());
    let secretary =
        SubjectRole { profession: Code::new("SECRETARIAT_MEDICAL", system::PRODUCER), qualifier: None };
    let employee = Actor::OfStructure { user: "X".to_owned(), role: Some(secretary) };
    let caller = match dice.below(10) {
        0 => hall.structure("laboratory"),
        1 => Caller { actor: employee, channel: Channel::EmployeeCard, ..hall.structure("laboratory") },
        2 => Caller { channel: Channel::Air, ..person },
        3 => hall.holder(dice.of(&OPEN).to_owned()),
        4 => {
            let ins = hall.patient("ondine");
            Caller { actor: Actor::Representative { ins }, ..hall.holder("ondine") }
        }
        _ => person,
    };
    let purpose = match dice.below(8) {
        0 => Purpose::BreakGlass { reason: "inconsciente".to_owned() },
        1 => Purpose::BreakGlass { reason: " ".to_owned() },
        2 => Purpose::Centre15,
        _ => Purpose::Normal,
    };
    Caller { purpose, ..caller }
}

/// A choice of a holder, set or lifted.
pub async fn choose(hall: &Hall, dice: &mut Dice) {
    let patient = *dice.of(&OPEN);
    let caller = hall.professional(dice.of(&PEOPLE).to_owned());
    let parties: Vec<Party> = caller.parties().collect();
    let (party, person) = (dice.of(&parties).clone(), caller.person().unwrap().clone());
    let until = hall.desk.clock.now().plus_seconds(if dice.once_in(3) { -60 } else { 86_400 });
    let grant = Grant { ground: Ground::GrantedByHolder, until };
    let mode = *dice.of(&EmergencyMode::ALL);
    let setting = match dice.below(9) {
        0..=3 => Setting::Authorised(party, grant),
        4 => Setting::Blocked(party),
        5 => Setting::FeedingRefused(party),
        6 => Setting::Opposed(mode),
        7 => Setting::MaskedAllowed(mode),
        _ => Setting::Treating(person),
    };
    let lift = matches!(setting, Setting::Blocked(_) | Setting::Opposed(_)) && !dice.once_in(3);
    let choice = if lift || dice.once_in(4) { Choice::Lift(setting) } else { Choice::Set(setting) };
    hall.choose(patient, choice).await.unwrap();
}
