//! What the operator replaces while the gateway runs: certificates, authorities, revocation lists, the directory.
//! Looked at again at an interval, read whole, put in force at once, or left as it was when something is unusable.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use aws_lc_rs::digest::{Context, SHA256};
use ihe::vihf::Authorities;
use journey::Clock as _;
use tokio::sync::watch;
use x509_parser::prelude::{CertificateRevocationList, FromDer as _};

use crate::config::{Config, ExpiredRevocationLists};
use crate::gateway::SystemApp;
use crate::identity::{Listings, Structures};
use crate::listen::{self, Tls};
use crate::outside::SystemClock;

/// Bytes of a file whose content is compared, and not only its times and size.
const COMPARED: u64 = 16 << 20;

/// Whose assertions are believed, from the files of one moment.
pub struct Believed {
    /// The authorities of signers, with their revocation lists.
    pub authorities: Arc<Authorities>,
    /// Attachments, regulation centres, and the directory.
    pub structures: Arc<Structures>,
    /// The revocation lists, DER, for their dates.
    lists: Vec<Vec<u8>>,
}

impl Believed {
    /// Reads the files of `[vihf]` and `[directory]`.
    ///
    /// # Errors
    /// The key whose files cannot be used.
    pub fn load(config: &Config) -> anyhow::Result<Self> {
        let certificates = listen::authorities(&config.vihf.authorities, "vihf.authorities")?;
        let lists = listen::revocation_lists(&config.vihf.revocation_lists, "vihf.revocation_lists")?;
        let authorities = Authorities::new(&certificates, &lists).context("vihf.authorities")?;
        let structures = Structures {
            attached: config.vihf.attached.clone(),
            regulation_centres: config.vihf.regulation_centres.iter().cloned().collect(),
            listings: Listings::load(&config.directory)?,
        };
        let expired = config.tls.expired_revocation_lists.into();
        Ok(Believed {
            authorities: Arc::new(authorities.with_expired_lists(expired)),
            structures: Arc::new(structures),
            lists,
        })
    }
}

/// Everything that is read again, from the files of one moment.
pub struct Material {
    /// For connections.
    pub tls: Arc<Tls>,
    /// For assertions.
    pub believed: Believed,
    /// The revocation lists of connections, DER, for their dates.
    lists: Vec<Vec<u8>>,
}

impl Material {
    /// Reads the files of the configuration.
    ///
    /// # Errors
    /// The key whose files cannot be used.
    pub fn load(config: &Config) -> anyhow::Result<Self> {
        Ok(Material {
            tls: Arc::new(Tls::load(&config.tls)?),
            believed: Believed::load(config)?,
            lists: listen::revocation_lists(&config.tls.revocation_lists, "tls.revocation_lists")?,
        })
    }

    /// Every revocation list.
    fn lists(&self) -> Vec<Vec<u8>> {
        self.believed.lists.iter().chain(&self.lists).cloned().collect()
    }
}

impl From<ExpiredRevocationLists> for ihe::vihf::ExpiredLists {
    fn from(expired: ExpiredRevocationLists) -> Self {
        match expired {
            ExpiredRevocationLists::Refuse => ihe::vihf::ExpiredLists::Refuse,
            ExpiredRevocationLists::StillCount => ihe::vihf::ExpiredLists::StillCount,
        }
    }
}

/// What came of looking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reread {
    /// No file is another than before.
    Unchanged,
    /// What the files say is in force.
    Replaced,
    /// A file is unusable: what was in force stays. The log says which key.
    Kept,
}

/// Reads again.
pub struct Rereading {
    config: Config,
    app: Arc<SystemApp>,
    tls: watch::Sender<Arc<Tls>>,
    last: Mutex<Last>,
}

struct Last {
    stamp: Option<[u8; 32]>,
    lists: Vec<Vec<u8>>,
}

impl Rereading {
    /// Of a gateway that runs with `material`, read when the files had `stamp`.
    pub fn new(
        config: &Config,
        app: Arc<SystemApp>,
        tls: watch::Sender<Arc<Tls>>,
        stamp: Option<[u8; 32]>,
        material: &Material,
    ) -> Self {
        let last = Mutex::new(Last { stamp, lists: material.lists() });
        Rereading { config: config.clone(), app, tls, last }
    }

    /// Looks at the files now, puts what changed in force, and says which revocation lists are out of date.
    pub fn reread(&self) -> Reread {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.config);
        let outcome = if now.is_some() && now == last.stamp {
            Reread::Unchanged
        } else {
            match Material::load(&self.config) {
                Ok(material) => {
                    *last = Last { stamp: now, lists: material.lists() };
                    self.app.assertions.replace(&material.believed);
                    self.app.structures.replace(material.believed.structures);
                    self.tls.send_replace(material.tls);
                    tracing::info!("certificates, revocation lists and directory were read again");
                    Reread::Replaced
                }
                Err(error) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "certificates, revocation lists and directory stay as they were: a file is unusable"
                    );
                    Reread::Kept
                }
            }
        };
        tell_expired(&last.lists);
        outcome
    }

    /// Looks again whenever the interval is over, until told to stop.
    pub async fn run(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let every = Duration::from_secs(u64::from(self.config.tls.reread_seconds.max(1)));
        loop {
            let due = tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => false,
                () = tokio::time::sleep(every) => true,
            };
            if !due {
                return;
            }
            let reader = Arc::clone(&self);
            if let Err(error) = tokio::task::spawn_blocking(move || reader.reread()).await {
                tracing::error!(%error, "reading certificates again ended badly");
            }
        }
    }
}

/// Says what is not evaluated, and which lists are out of date, once at the start.
pub fn tell(config: &Config, material: &Material) {
    let listings = &material.believed.structures.listings;
    for (loaded, rule) in [
        (listings.has_structures(), "structure_is_active"),
        (listings.has_links(), "professional_belongs_to_structure"),
    ] {
        if !loaded {
            tracing::info!(rule, "no directory for this rule is loaded: it is not evaluated");
        }
    }
    for (key, none) in [
        ("tls.revocation_lists", config.tls.revocation_lists.is_empty()),
        ("vihf.revocation_lists", config.vihf.revocation_lists.is_empty()),
    ] {
        if none {
            tracing::warn!(key, "no revocation list is configured: revocation is not checked");
        }
    }
    tell_expired(&material.lists());
}

fn tell_expired(lists: &[Vec<u8>]) {
    let now = SystemClock.now().0.div_euclid(1_000_000);
    for list in lists {
        let Ok((_, list)) = CertificateRevocationList::from_der(list) else { continue };
        if list.next_update().is_some_and(|next| next.timestamp() < now) {
            tracing::error!(
                issuer = %list.issuer(),
                "a revocation list is out of date: put a newer one in its place"
            );
        }
    }
}

/// Names, times, sizes and content of all the files; `None` when one cannot be looked at.
pub fn stamp(config: &Config) -> Option<[u8; 32]> {
    let (tls, vihf, directory) = (&config.tls, &config.vihf, &config.directory);
    let single = [&tls.certificate, &tls.key].into_iter();
    let listed = tls.client_authorities.iter().chain(&tls.revocation_lists);
    let signing = vihf.authorities.iter().chain(&vihf.revocation_lists);
    let tables = directory.structures.iter().chain(&directory.links);
    let mut context = Context::new(&SHA256);
    for path in single.chain(listed).chain(signing).chain(tables) {
        for file in listen::files(path).ok()? {
            add(&mut context, &file)?;
        }
    }
    let mut stamp = [0; 32];
    stamp.copy_from_slice(context.finish().as_ref());
    Some(stamp)
}

fn add(context: &mut Context, file: &Path) -> Option<()> {
    use std::os::unix::fs::MetadataExt as _;
    let found = std::fs::metadata(file).ok()?;
    let name: PathBuf = file.to_owned();
    context.update(name.as_os_str().as_encoded_bytes());
    for number in [found.ino(), found.size()] {
        context.update(&number.to_be_bytes());
    }
    for number in [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()] {
        context.update(&number.to_be_bytes());
    }
    if found.size() <= COMPARED {
        context.update(&std::fs::read(file).ok()?);
    }
    Some(())
}
