//! A gateway with its people in a temporary folder, and the rows that it holds.

use model::Ins;
use policy::{Choice, DocumentAct};
use server::demo::calls::Reply;
use server::demo::stage::{Setting, Stage};
use tempfile::TempDir;

/// A stage whose patient `ondine` has authorised a GP, a dietitian and a podiatrist.
pub struct World {
    pub stage: Stage,
    _folder: TempDir,
}

impl World {
    pub async fn new() -> World {
        World::with(&[]).await
    }

    /// The people of the samples, nobody authorised.
    pub async fn bare() -> World {
        World::set(&[]).await
    }

    pub async fn with(overrides: &[(&str, &str)]) -> World {
        let world = World::set(overrides).await;
        let patient = world.patient("ondine");
        world.stage.authorise(&patient, &["gp", "dietitian", "podiatrist"]).await.unwrap();
        world
    }

    /// The same with these configuration keys.
    pub async fn set(overrides: &[(&str, &str)]) -> World {
        let folder = tempfile::tempdir().unwrap();
        let overrides =
            overrides.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let stage = Stage::set(folder.path(), Setting { overrides, listen: None }).await.unwrap();
        stage.feed_patients().await.unwrap();
        World { stage, _folder: folder }
    }

    pub fn patient(&self, key: &str) -> Ins {
        self.stage.cast.patient(key).unwrap().clone()
    }

    pub fn token(&self, who: &str) -> String {
        self.stage.token(&self.stage.claims(who).unwrap()).unwrap()
    }

    pub async fn choose(&self, patient: &str, choice: Choice) {
        self.stage.choose(&self.patient(patient), choice).await.unwrap();
    }

    pub async fn amend(&self, patient: &str, document: model::EntryUuid, act: DocumentAct) {
        self.stage.amend(&self.patient(patient), document, act).await.unwrap();
    }

    /// How many rows of anything but events the store holds.
    pub async fn rows(&self) -> (u64, u64, u64) {
        let counts = self.stage.gateway().unwrap().app.desk.store.counts().await.unwrap();
        (counts.documents, counts.chunks, counts.sets)
    }

    /// How many events the journal holds.
    pub async fn events(&self) -> u64 {
        self.stage.gateway().unwrap().app.desk.store.counts().await.unwrap().events
    }

    pub async fn deposit(&self, who: &str, bundle: &str) -> Reply {
        self.stage.fhir_post("", Some(&self.token(who)), bundle.to_owned()).await.unwrap()
    }
}
