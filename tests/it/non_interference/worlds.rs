//! The two worlds of somebody: what both hold, and what only the second one holds.

use model::{AssociationKind, Caller, EmergencyMode, ObjectRef, Party, PersonId, StructureId, UniqueId};
use model::{EntryUuid, Folder, Identity, Member, Membership, Moment, Purpose, Submission, VisibilityFlag};
use passerelle_tests::hall::{Answer, FhirAsk, Hall, break_glass};
use passerelle_tests::paper::{Paper, uuid};
use policy::{AccessNotice, Choice, DocumentAct, Grant, Ground, Operation, Setting};

use super::requests::Asked;

/// Somebody whose eyes are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    Gp,
    GpNamed,
    Dietitian,
    GpInBreakGlass,
    Regulator,
    OccupationalDoctor,
    NurseUnauthorised,
    OtherGpBlocked,
    Hospital,
    Ondine,
    Stranger,
}

impl Viewer {
    pub const ALL: [Viewer; 11] = [
        Viewer::Gp,
        Viewer::GpNamed,
        Viewer::Dietitian,
        Viewer::GpInBreakGlass,
        Viewer::Regulator,
        Viewer::OccupationalDoctor,
        Viewer::NurseUnauthorised,
        Viewer::OtherGpBlocked,
        Viewer::Hospital,
        Viewer::Ondine,
        Viewer::Stranger,
    ];

    /// As the proof names them.
    pub fn caller(self, hall: &Hall) -> Caller {
        match self {
            Viewer::Gp => hall.professional("gp"),
            Viewer::GpNamed => Caller { patient: Some(hall.patient("ondine")), ..hall.professional("gp") },
            Viewer::Dietitian => hall.professional("dietitian"),
            Viewer::GpInBreakGlass => break_glass(hall.professional("gp")),
            Viewer::Regulator => Caller { purpose: Purpose::Centre15, ..hall.professional("regulator") },
            Viewer::OccupationalDoctor => hall.professional("occupational-doctor"),
            Viewer::NurseUnauthorised => hall.professional("nurse"),
            Viewer::OtherGpBlocked => hall.professional("other-gp"),
            Viewer::Hospital => hall.structure("hospital"),
            Viewer::Ondine => hall.holder("ondine"),
            Viewer::Stranger => hall.holder("basile"),
        }
    }

    /// What of the record of `ondine` they may not see.
    fn blind_to(self) -> Vec<Secret> {
        use Secret::{Any, Deleted, Masked, MaskedToViewer, OutsideTheRow, Unannounced};
        match self {
            Viewer::Gp | Viewer::GpNamed | Viewer::GpInBreakGlass | Viewer::Regulator => {
                vec![Masked, MaskedToViewer, Deleted]
            }
            Viewer::Dietitian => vec![Masked, MaskedToViewer, Deleted, OutsideTheRow],
            Viewer::OccupationalDoctor => vec![Masked, MaskedToViewer, Deleted],
            Viewer::NurseUnauthorised | Viewer::OtherGpBlocked | Viewer::Stranger | Viewer::Hospital => {
                vec![Any, Masked, Unannounced, Deleted, OutsideTheRow]
            }
            Viewer::Ondine => vec![Unannounced, Deleted],
        }
    }

    /// Who else: the holder's side learns the choices, everybody else does not.
    fn is_holder_side(self) -> bool {
        matches!(self, Viewer::Ondine)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
    Any,
    Masked,
    MaskedToViewer,
    OutsideTheRow,
    Unannounced,
    Deleted,
}

/// A document that requests name.
#[derive(Debug, Clone)]
pub struct Named {
    pub uuid: EntryUuid,
    pub unique_id: String,
}

impl Named {
    fn of(paper: &Paper) -> Self {
        Named { uuid: paper.uuid(), unique_id: paper.unique_id() }
    }

    /// A document that nobody has.
    pub fn nobodys(number: u64) -> Self {
        let unique_id = format!("2.999.7.{}", 900_000 + number);
        Named { uuid: passerelle_tests::paper::uuid(1, 900_000 + number), unique_id }
    }
}

/// The two worlds, and the documents that requests name.
pub struct Pair {
    pub viewer: Viewer,
    pub halls: [Hall; 2],
    /// In both, and seen or not as the viewer is.
    pub common: Vec<Named>,
    /// In the second only.
    pub hidden: Vec<Named>,
    /// In the second only and in another record, its uniqueId in a common document or not.
    pub elsewhere: Vec<Named>,
}

const LABORATORY: (&str, &str) = ("899900000052", "1999999992");
const HOSPITAL: (&str, &str) = ("899900000037", "1999999991");
const YEAR: i64 = 365 * 86_400;

/// The folder of both worlds.
pub const FOLDER: EntryUuid =
    EntryUuid::from_bytes([0x24, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1]);
/// Its uniqueId.
pub const FOLDER_ID: &str = "2.999.9.1";

impl Pair {
    /// Fresh worlds. `germaine`'s record is out of the viewer's reach.
    pub async fn of(viewer: Viewer) -> Pair {
        let people = ["ondine", "basile", "germaine"];
        let halls = Hall::twins(&people).await.unwrap();
        for hall in &halls {
            hall.desk.ids.restart(100_000);
        }
        let (mut common, mut hidden, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
        for (hall, more) in halls.iter().zip([false, true]) {
            let scene = Scene { viewer, hall, more };
            scene.shared_choices().await;
            (common, hidden, elsewhere) = scene.documents().await;
            if more {
                scene.secret_choices(&common).await;
                scene.namesake().await;
            }
        }
        Pair { viewer, halls, common, hidden, elsewhere }
    }

    /// Clock and ids stand alike in both before each request.
    pub fn tick(&self, number: usize) {
        for hall in &self.halls {
            let number = i64::try_from(number).unwrap();
            hall.desk.ids.restart(u64::try_from(number).unwrap() * 1000 + 1_000_000);
            hall.desk.clock.set(start(hall).plus_seconds(number));
        }
    }

    /// The answers of both. `followed` is each one's own page link.
    pub async fn both(&self, asked: &Asked, followed: &[Option<String>; 2]) -> [Answer; 2] {
        let [less, more] = &self.halls;
        tokio::join!(self.one(less, asked, &followed[0]), self.one(more, asked, &followed[1])).into()
    }

    async fn one(&self, hall: &Hall, asked: &Asked, followed: &Option<String>) -> Answer {
        let caller = self.viewer.caller(hall);
        match asked {
            Asked::Fhir(ask) => hall.fhir(&caller, ask).await,
            Asked::Follow => {
                let query = followed.clone().unwrap_or_default();
                hall.fhir(&caller, &FhirAsk::get("DocumentReference", query)).await
            }
            Asked::Xds { action, payload, parts, patient } => {
                let patient = patient.map(|key| hall.patient(key)).or(caller.patient.clone());
                let caller = Caller { patient, ..caller };
                hall.xds(&caller, action, payload, parts).await.unwrap()
            }
        }
    }
}

/// The instant at which the sequences start: after everything that was set up.
fn start(hall: &Hall) -> Moment {
    model::Hl7Time::parse("20261120130000").map_or(journey::Clock::now(&hall.desk.clock), |time| time.start())
}

struct Scene<'a> {
    viewer: Viewer,
    hall: &'a Hall,
    more: bool,
}

impl Scene<'_> {
    /// What stands in both worlds.
    async fn shared_choices(&self) {
        let until = start(self.hall).plus_seconds(YEAR);
        let grant = Grant { ground: Ground::GrantedByHolder, until };
        for key in ["gp", "dietitian", "occupational-doctor", "biologist"] {
            for patient in ["ondine", "basile"] {
                let person = Party::Person(self.person(key));
                self.set(patient, Setting::Authorised(person, grant)).await;
            }
        }
        self.set("ondine", Setting::Blocked(Party::Person(self.person("other-gp")))).await;
        for key in ["gp", "regulator"] {
            self.set("germaine", Setting::Blocked(Party::Person(self.person(key)))).await;
        }
    }

    /// The documents of both worlds, and between them those of the second.
    async fn documents(&self) -> (Vec<Named>, Vec<Named>, Vec<Named>) {
        let (ondine, basile) = (self.hall.patient("ondine"), self.hall.patient("basile"));
        let (mut common, mut hidden, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new());
        let mut secrets = self.viewer.blind_to().into_iter().zip(500_u64..);
        for (number, type_code) in
            [(1, "11502-2"), (2, "11490-0"), (3, "15507-7"), (4, "11502-2"), (5, "15507-7")]
        {
            let author = if self.viewer == Viewer::Hospital { LABORATORY } else { HOSPITAL };
            let paper = Paper { type_code, ..Paper::new(number, &ondine, author) };
            common.push(Named::of(&paper));
            self.deposit(&paper, author).await;
            if let Some((secret, number)) = secrets.next() {
                hidden.push(self.secret(secret, number).await);
            }
        }
        let (shown, kept) = self.folder().await;
        common.push(shown);
        hidden.push(kept);
        let other = Paper::new(6, &basile, HOSPITAL);
        common.push(Named::of(&other));
        self.deposit(&other, HOSPITAL).await;
        if let Some(own) = self.own_document().await {
            hidden.push(self.appended(&own).await);
            common.push(own);
        }
        for (number, unique_id) in [(600, None), (601, Some("2.999.7.1".to_owned()))] {
            let paper = Paper { unique_id, ..Paper::new(number, &self.hall.patient("germaine"), LABORATORY) };
            elsewhere.push(Named::of(&paper));
            if self.more {
                self.deposit(&paper, LABORATORY).await;
            }
        }
        (common, hidden, elsewhere)
    }

    /// A document in a folder that both worlds hold, and one beside it in that folder which only the second holds.
    async fn folder(&self) -> (Named, Named) {
        let author = if self.viewer == Viewer::Hospital { LABORATORY } else { HOSPITAL };
        let caller = self.hall.structure(if author == LABORATORY { "laboratory" } else { "hospital" });
        let ondine = self.hall.patient("ondine");
        let (shown, mut kept) = (Paper::new(7, &ondine, author), Paper::new(530, &ondine, author));
        let secret = match self.viewer.is_holder_side() {
            true => VisibilityFlag::InvisiblePatient,
            false => VisibilityFlag::MasquePs,
        };
        kept.flags = vec![secret];
        let folder = Folder {
            entry_uuid: FOLDER,
            logical_id: FOLDER,
            version: 1,
            unique_id: UniqueId::parse(FOLDER_ID).unwrap(),
            availability: model::Availability::Approved,
            patient: ondine,
            codes: vec![model::Code::labelled("SUIVI", "2.999.6", "Suivi")],
            title: Some("Suivi".to_owned()),
            comments: None,
            last_update: None,
            extra: Vec::new(),
        };
        let mappings = &self.hall.desk.mappings;
        let mut first = shown.submission(mappings);
        first.folders.push(folder);
        put(&mut first, &shown);
        self.hall.deposit(&caller, first).await.unwrap();
        if self.more {
            let mut second = kept.submission(mappings);
            put(&mut second, &kept);
            self.hall.deposit(&caller, second).await.unwrap();
        }
        (Named::of(&shown), Named::of(&kept))
    }

    /// A document of the viewer's own.
    async fn own_document(&self) -> Option<Named> {
        let caller = self.viewer.caller(self.hall);
        let caller = Caller { purpose: Purpose::Normal, patient: None, ..caller };
        let (author, structure) = author_of(&caller)?;
        let patient = self.hall.patient("ondine");
        let paper = Paper::new(20, &patient, (&author, &structure));
        self.hall.deposit(&caller, paper.submission(&self.hall.desk.mappings)).await.ok()?;
        Some(Named::of(&paper))
    }

    /// A masked addendum of the laboratory to it.
    async fn appended(&self, own: &Named) -> Named {
        let target = ObjectRef::Unique(UniqueId::parse(&own.unique_id).unwrap());
        let paper = Paper {
            flags: vec![VisibilityFlag::MasquePs],
            link: Some((AssociationKind::Appends, target)),
            ..Paper::new(520, &self.hall.patient("ondine"), LABORATORY)
        };
        if self.more {
            let biologist = self.hall.professional("biologist");
            let submission = paper.submission(&self.hall.desk.mappings);
            self.hall.deposit(&biologist, submission).await.unwrap();
        }
        Named::of(&paper)
    }

    async fn secret(&self, secret: Secret, number: u64) -> Named {
        let mut paper = Paper::new(number, &self.hall.patient("ondine"), LABORATORY);
        match secret {
            Secret::Masked => paper.flags = vec![VisibilityFlag::MasquePs],
            Secret::OutsideTheRow => paper.type_code = "11369-6",
            Secret::Unannounced => paper.flags = vec![VisibilityFlag::InvisiblePatient],
            Secret::Any | Secret::MaskedToViewer | Secret::Deleted => {}
        }
        if self.more {
            self.deposit(&paper, LABORATORY).await;
            let (holder, laboratory) = (self.hall.holder("ondine"), self.hall.structure("laboratory"));
            let (by, act) = match (secret, self.viewer.caller(self.hall).parties().next()) {
                (Secret::MaskedToViewer, Some(party)) => (holder, DocumentAct::MaskTo(party)),
                (Secret::Deleted, _) => (laboratory, DocumentAct::Delete),
                _ => return Named::of(&paper),
            };
            self.hall.amend(&by, "ondine", paper.uuid(), act).await.unwrap();
        }
        Named::of(&paper)
    }

    /// Choices about other people, and the ones that do not concern the viewer's mode.
    async fn secret_choices(&self, common: &[Named]) {
        if self.viewer.is_holder_side() {
            return;
        }
        let until = start(self.hall).plus_seconds(YEAR);
        let grant = Grant { ground: Ground::GrantedByHolder, until };
        let other = Party::Person(self.person("midwife"));
        let structure = Party::Structure(StructureId("1999999994".to_owned()));
        for setting in [
            Setting::Authorised(other.clone(), grant),
            Setting::Blocked(structure.clone()),
            Setting::FeedingRefused(structure),
            Setting::Treating(self.person("hospital-doctor")),
        ] {
            self.set("ondine", setting).await;
        }
        if !matches!(self.viewer, Viewer::GpInBreakGlass | Viewer::Regulator) {
            for mode in EmergencyMode::ALL {
                self.set("ondine", Setting::MaskedAllowed(mode)).await;
                self.set("ondine", Setting::Opposed(mode)).await;
            }
        }
        self.hall.choose("ondine", Choice::Notify(AccessNotice::Each)).await.unwrap();
        let holder = self.hall.holder("ondine");
        for named in &common[..2] {
            let act = DocumentAct::MaskTo(other.clone());
            self.hall.amend(&holder, "ondine", named.uuid, act).await.unwrap();
        }
    }

    /// Somebody with the traits of `ondine` whose six weeks are running: nobody knows of them.
    async fn namesake(&self) {
        let ondine = self.hall.patient("ondine");
        let identity =
            journey::Store::identity(&self.hall.desk.store, &ondine, start(self.hall)).await.unwrap();
        let namesake = Identity { ins: self.hall.patient("leon"), ..identity.unwrap() };
        self.hall.operate(Operation::Import(namesake)).await.unwrap();
    }

    async fn set(&self, patient: &str, setting: Setting) {
        self.hall.set(patient, setting).await.unwrap();
    }

    async fn deposit(&self, paper: &Paper, author: (&str, &str)) {
        let key = if author == LABORATORY { "laboratory" } else { "hospital" };
        let caller = self.hall.structure(key);
        self.hall.deposit(&caller, paper.submission(&self.hall.desk.mappings)).await.unwrap();
    }

    fn person(&self, key: &str) -> PersonId {
        PersonId(self.hall.cast.professional(key).unwrap().id.clone())
    }
}

/// Whom the documents of a caller name as their author: person and structure.
/// Puts the paper of a submission into the folder.
fn put(submission: &mut Submission, paper: &Paper) {
    let document = ObjectRef::Uuid(paper.uuid());
    let (link, held) = (uuid(5, paper.number), uuid(6, paper.number));
    let folder = submission.folders.iter().map(|folder| folder.entry_uuid);
    let of_set = folder.map(|folder| Membership { entry_uuid: uuid(8, 1), link: Member::Folder(folder) });
    let of_set: Vec<Membership> = of_set.collect();
    submission.memberships.extend(of_set);
    submission.memberships.extend([
        Membership { entry_uuid: link, link: Member::InFolder { folder: FOLDER, document } },
        Membership { entry_uuid: held, link: Member::OfFolder(link) },
    ]);
}

pub fn author_of(caller: &Caller) -> Option<(String, String)> {
    let structure = caller.structure.clone()?.0;
    let person = caller.person().map_or(HOSPITAL.0.to_owned(), |person| person.0.clone());
    Some((person, structure))
}
