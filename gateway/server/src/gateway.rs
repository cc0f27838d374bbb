//! Wiring: a configuration becomes a running gateway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use fhir::subscription::Subscribing;
use journey::Desk;
use store::{Durability, MasterKey, Options, SqliteStore};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::current::Current;
use crate::domain::{Domain, is_production, repository};
use crate::http::{App, AppParts, management, router};
use crate::identity::{AssertionDoor, Issuers};
use crate::listen::{self, Listener};
use crate::outside::{RandomIds, SystemClock};
use crate::purging;
use crate::relay::audit::AuditFeed;
use crate::relay::{Relay, allowed_origins};
use crate::rereading::{self, Material, Reread, Rereading};
use crate::sealing::Sealing;

/// The desk of the program.
pub type SystemDesk = Desk<SqliteStore, SystemClock, RandomIds>;

/// The app of the program.
pub type SystemApp = App<SqliteStore, SystemClock, RandomIds>;

/// A running gateway.
pub struct Gateway {
    /// Where the doors listen.
    pub address: SocketAddr,
    /// Where management listens.
    pub management: SocketAddr,
    /// The gateway behind the listener.
    pub app: Arc<SystemApp>,
    rereading: Arc<Rereading>,
    sealing: Arc<Sealing>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Gateway {
    /// Opens the store, binds both listeners, serves, seals the journal at its interval, purges every hour, and reads
    /// certificates, revocation lists and the directory again.
    pub async fn start(config: &Config) -> anyhow::Result<Self> {
        refuse_compatibility_in_production(config)?;
        let stamp = rereading::stamp(config);
        let material = Material::load(config)?;
        rereading::tell(config, &material);
        let sealing = Arc::new(Sealing::load(&config.audit)?);
        let mut domain = Domain::load(config)?;
        let members = domain.members.take();
        let app = Arc::new(App::new(AppParts {
            desk: desk_of(config, domain).await?,
            members,
            public_url: config.server.public_url.trim_end_matches('/').to_owned(),
            page_key: master_key(config)?.derived("page links"),
            issuers: Issuers::load(&config.issuer)?,
            structures: Current::new(Arc::clone(&material.believed.structures)),
            assertions: AssertionDoor::new(config, &material.believed),
            subscribing: Subscribing {
                origins: allowed_origins(&config.notifications)?,
                professional_mail: config
                    .notifications
                    .professional_mail
                    .iter()
                    .map(|d| d.to_lowercase())
                    .collect(),
            },
            search_without_status: config.domain.search_without_status,
            patch_pseudo_paths: config.domain.patch_pseudo_paths,
            compatibility: config.compatibility,
            audited_requests: config.audit.repository.is_some() && config.audit.requests,
            limits: config.limits.clone(),
        }));
        let relay = Arc::new(Relay::of(
            &config.notifications,
            &config.server.public_url,
            Arc::clone(&app.desk.mappings),
        )?);
        let feed = AuditFeed::of(
            &config.audit,
            &config.server.public_url,
            &config.domain.repository,
            Arc::clone(&app.desk.mappings),
        )?;
        let socket = bind(&config.server.listen, "server.listen").await?;
        let plain = bind(&config.server.management, "server.management").await?;
        let (address, management_address) = (socket.local_addr()?, plain.local_addr()?);
        let (stop, stopped) = watch::channel(false);
        let (tls, accepting) = watch::channel(Arc::clone(&material.tls));
        let rereading = Arc::new(Rereading::new(config, Arc::clone(&app), tls, stamp, &material));
        let listener = Listener {
            socket,
            tls: accepting,
            connections: config.limits.connections,
            patience: Duration::from_secs(config.limits.request_seconds.min(15)),
        };
        let doors = tokio::spawn(listen::serve(listener, router(Arc::clone(&app)), told(stopped.clone())));
        let aside =
            tokio::spawn(listen::serve_plain(plain, management(Arc::clone(&app)), told(stopped.clone())));
        let relayed = tokio::spawn(relay.run(Arc::clone(&app), stopped.clone()));
        let fed = feed.map(|feed| tokio::spawn(feed.run(Arc::clone(&app), stopped.clone())));
        let (purged, told_to_stop) = (app.desk.store.clone(), stopped.clone());
        let purges = tokio::spawn(async move { purging::run(&purged, told_to_stop).await });
        let rereads = tokio::spawn(Arc::clone(&rereading).run(stopped.clone()));
        let (seals, store) = (Arc::clone(&sealing), app.desk.store.clone());
        let seals = tokio::spawn(async move { seals.run(&store, stopped).await });
        let tasks = [doors, aside, relayed, seals, purges, rereads].into_iter().chain(fed).collect();
        Ok(Gateway { address, management: management_address, app, rereading, sealing, stop, tasks })
    }

    /// Looks at certificates, revocation lists and the directory again now, without waiting for the interval.
    pub fn reread(&self) -> Reread {
        self.rereading.reread()
    }

    /// Lets open requests finish, seals what they wrote, then closes the store.
    pub async fn stop(self) -> anyhow::Result<()> {
        let _ = self.stop.send(true);
        for task in self.tasks {
            task.await.context("a task ended badly")?;
        }
        self.sealing.seal_and_log(&self.app.desk.store).await;
        self.app.desk.store.close().await;
        Ok(())
    }
}

/// Weak algorithms and old protocols are for the replay of old samples: nobody real may be behind them.
fn refuse_compatibility_in_production(config: &Config) -> anyhow::Result<()> {
    let on = config.compatibility.sha1 || config.compatibility.soap_1_1;
    if on && is_production(config) {
        anyhow::bail!("compatibility: its switches are refused beside a production INS domain (domain.ins)");
    }
    Ok(())
}

/// Opens the store of a configuration.
pub async fn open_store(config: &Config) -> anyhow::Result<SqliteStore> {
    let identical = Domain::load(config)?.pack.identical_documents;
    open_store_of(config, identical).await
}

async fn open_store_of(config: &Config, accept_identical_documents: bool) -> anyhow::Result<SqliteStore> {
    let options = Options {
        path: config.store.path.clone(),
        master_key: master_key(config)?,
        repository: repository(config)?,
        durability: Durability::Full,
        readers: config.store.readers,
        age_of_majority: config.domain.age_of_majority,
        time_zone: config.domain.time_zone.clone(),
        accept_identical_documents,
        audit_feed: config.audit.repository.is_some(),
    };
    SqliteStore::open(options).await.context("store.path")
}

/// The desk of a configuration.
pub async fn desk(config: &Config) -> anyhow::Result<SystemDesk> {
    desk_of(config, Domain::load(config)?).await
}

async fn desk_of(config: &Config, domain: Domain) -> anyhow::Result<SystemDesk> {
    let store = open_store_of(config, domain.pack.identical_documents).await?;
    Ok(Desk {
        mappings: Arc::new(domain.mappings),
        switches: domain.switches,
        pack: domain.pack,
        store,
        clock: SystemClock,
        ids: RandomIds,
    })
}

fn master_key(config: &Config) -> anyhow::Result<MasterKey> {
    MasterKey::load_or_create(&config.store.master_key).context("store.master_key")
}

async fn bind(address: &str, key: &'static str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{key}: {address}"))
}

async fn told(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
