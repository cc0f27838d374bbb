//! The fictitious people of `samples/`.

use anyhow::Context as _;
use model::{Identity, Ins};
use serde::Deserialize;

use crate::people;

const PATIENTS: &str = include_str!("../../../../samples/patients/patients.toml");
const PROFESSIONALS: &str = include_str!("../../../../samples/professionals/professionals.toml");
const STRUCTURES: &str = include_str!("../../../../samples/structures/structures.toml");

/// Everybody.
#[derive(Debug)]
pub struct Cast {
    patients: Vec<(Role, Identity)>,
    professionals: Vec<Professional>,
    structures: Vec<Structure>,
}

#[derive(Debug, Deserialize)]
struct Role {
    key: String,
    record: String,
}

/// A professional.
#[derive(Debug, Clone, Deserialize)]
pub struct Professional {
    /// Name in the samples.
    pub key: String,
    /// PS_IdNat.
    pub id: String,
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// G15 code.
    pub profession: String,
    /// Second role.
    pub qualifier: Option<String>,
    /// Its system.
    pub qualifier_system: Option<String>,
    /// The structure worked for, by its name in the samples.
    pub structure: String,
}

/// A structure.
#[derive(Debug, Clone, Deserialize)]
pub struct Structure {
    /// Name in the samples.
    pub key: String,
    /// Struct_IdNat.
    pub id: String,
    /// Name.
    pub name: String,
    /// It is a regulation centre.
    #[serde(default)]
    pub regulation_centre: bool,
}

impl Professional {
    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// The roles of a proof, as (OID, code).
    pub fn roles(&self) -> Vec<(String, String)> {
        let profession = (model::system::PROFESSION.to_owned(), self.profession.clone());
        let qualifier = self.qualifier_system.clone().zip(self.qualifier.clone());
        std::iter::once(profession).chain(qualifier).collect()
    }
}

impl Cast {
    /// Reads the samples compiled into the program.
    pub fn embedded() -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Roles {
            patient: Vec<Role>,
        }
        #[derive(Deserialize)]
        struct Professionals {
            professional: Vec<Professional>,
        }
        #[derive(Deserialize)]
        struct Structures {
            structure: Vec<Structure>,
        }
        let roles: Roles = toml::from_str(PATIENTS).context("patients.toml")?;
        let professionals: Professionals = toml::from_str(PROFESSIONALS).context("professionals.toml")?;
        let structures: Structures = toml::from_str(STRUCTURES).context("structures.toml")?;
        Ok(Cast {
            patients: roles.patient.into_iter().zip(people::patients(PATIENTS)?).collect(),
            professionals: professionals.professional,
            structures: structures.structure,
        })
    }

    /// A patient by name in the samples.
    pub fn patient(&self, key: &str) -> anyhow::Result<&Ins> {
        let found = self.patients.iter().find(|(role, _)| role.key == key);
        found.map(|(_, identity)| &identity.ins).with_context(|| format!("no patient {key} in the samples"))
    }

    /// Every patient with the state of their record: `open`, `closed`, `opposed` or `unknown`.
    pub fn patients(&self) -> impl Iterator<Item = (&str, &Identity)> {
        self.patients.iter().map(|(role, identity)| (role.record.as_str(), identity))
    }

    /// A professional by name in the samples.
    pub fn professional(&self, key: &str) -> anyhow::Result<&Professional> {
        let found = self.professionals.iter().find(|one| one.key == key);
        found.with_context(|| format!("no professional {key} in the samples"))
    }

    /// A structure by name in the samples.
    pub fn structure(&self, key: &str) -> anyhow::Result<&Structure> {
        let found = self.structures.iter().find(|one| one.key == key);
        found.with_context(|| format!("no structure {key} in the samples"))
    }

    /// Every professional.
    pub fn professionals(&self) -> impl Iterator<Item = &Professional> {
        self.professionals.iter()
    }

    /// Every structure.
    pub fn structures(&self) -> impl Iterator<Item = &Structure> {
        self.structures.iter()
    }

    /// The regulation centres.
    pub fn regulation_centres(&self) -> impl Iterator<Item = &str> {
        self.structures.iter().filter(|one| one.regulation_centre).map(|one| one.id.as_str())
    }
}
