//! `passerelle sandbox`: the gateway with a development issuer and fictitious people, for integrators. Everything is
//! kept in one folder: a second start finds the same keys, the same people and what was deposited.

mod material;
mod people;
mod tokens;

use std::path::Path;

use anyhow::bail;

use crate::commands::{say, stop_signal};
use crate::config::{Config, InsDomainName};
use crate::demo::cast::Cast;
use crate::gateway::Gateway;

/// The configuration of a sandbox, in its folder.
const CONFIGURATION: &str = "passerelle.toml";

/// Makes the folder if there is none, starts the gateway, writes fresh tokens, and serves until told to stop.
/// `listen` is of the first start; afterwards the configuration in the folder says it.
pub async fn run(folder: &Path, listen: Option<&str>) -> anyhow::Result<()> {
    let cast = Cast::embedded()?;
    let file = folder.join(CONFIGURATION);
    if !file.exists() {
        material::make(folder, &file, &cast, listen)?;
    }
    let config = Config::load(&file, std::env::vars())?;
    refuse_production(&config)?;
    if listen.is_some_and(|listen| !listen.ends_with(":0") && listen != config.server.listen) {
        bail!("--listen: {} says {}: change it there", file.display(), config.server.listen);
    }
    let stopped = stop_signal()?;
    let gateway = Gateway::start(&config).await?;
    let told = tell(folder, &config, &gateway, &cast).await;
    tracing::info!(listen = %gateway.address, management = %gateway.management, "listening");
    if told.is_ok() {
        stopped.await;
    }
    gateway.stop().await?;
    told
}

async fn tell(folder: &Path, config: &Config, gateway: &Gateway, cast: &Cast) -> anyhow::Result<()> {
    people::feed(folder, &gateway.app.desk, cast).await?;
    let names = tokens::write(folder, config, cast)?;
    let (base, shown) = (config.server.public_url.trim_end_matches('/'), folder.display());
    say(&format!(
        "Passerelle {} listens on {base}: FHIR {base}/fhir, XDS {base}/xds",
        env!("CARGO_PKG_VERSION")
    ));
    say(&format!("keys, certificates, configuration and data: {shown}"));
    say(&format!("tokens of an hour, one a line with its name: {shown}/{}", tokens::FILE));
    say(&format!("  {}", names.join(" ")));
    say("a fresh one: the command above its line; all of them: start the sandbox again. For instance:");
    say(&format!(
        "  curl --cacert {shown}/authorities.pem -H \"Authorization: Bearer $(awk '$1==\"doctor\"{{print $2}}' \
         {shown}/{})\" \\\n    '{base}/fhir/{}'",
        tokens::FILE,
        crate::demo::script::search_path(cast.patient("ondine")?),
    ));
    Ok(())
}

/// Development keys lie about in the folder: nobody real may be in it.
fn refuse_production(config: &Config) -> anyhow::Result<()> {
    for name in &config.domain.ins {
        match name {
            InsDomainName::Nir | InsDomainName::Nia => {
                bail!("domain.ins: a sandbox takes nir-test and nir-demo only, no production INS")
            }
            InsDomainName::NirTest | InsDomainName::NirDemo => {}
        }
    }
    Ok(())
}
