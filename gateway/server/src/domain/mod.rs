//! The affinity domain of a configuration: the pack's file, the tables that go with it, and who its members are.

mod codes_xml;
mod file;

use std::path::Path;

use anyhow::{Context as _, bail};
use journey::{Pack, Uniqueness};
use mappings::{Mappings, built_in_pack};
use model::{InsDomain, Oid};
use policy::Switches;

use crate::config::{ClientCertificates, Config};
use crate::identity::Members;
use codes_xml::CodesXml;
use file::{Constraints, Form, Identical, Identifiers, Matrix, OtherRepositories, Over, PackFile, Proof};

/// Everything that an affinity domain decides.
#[derive(Debug)]
pub struct Domain {
    /// What requests are held against.
    pub pack: Pack,
    /// The tables.
    pub mappings: Mappings,
    /// The switches, with the one that the pack alone sets.
    pub switches: Switches,
    /// Who calls by a certificate alone; `None` where an assertion proves the caller.
    pub members: Option<Members>,
}

impl Domain {
    /// Loads the pack of a configuration and what it names.
    ///
    /// # Errors
    /// A file that cannot be read or used; a pack that leaves the national rules by halves, or beside a production INS
    /// domain; members without such a pack, or such a pack without members.
    pub fn load(config: &Config) -> anyhow::Result<Self> {
        let (file, text) = read_pack(&config.domain.pack)?;
        let written = PackFile::parse(&text).with_context(|| format!("domain.pack: {file}"))?;
        check(&written, config)?;
        let codes = match written.codes.value_sets.as_str() {
            "embedded" => None,
            name => Some(read_codes(&config.domain.pack, name)?),
        };
        let (codes, authorities) = match codes {
            Some(CodesXml { codes, authorities }) => (Some(codes), authorities),
            None => (None, Vec::new()),
        };
        let pack = pack(&written, config, authorities)?;
        let mappings = tables(config.mappings.as_deref())?;
        let mappings = match codes {
            Some(codes) => mappings.with_codes_of(codes),
            None => mappings,
        };
        let mappings = if written.is_national() { mappings } else { mappings.with_words_of_open_domain() };
        let switches = Switches { open_domain: pack.open, ..Switches::from(&config.policy) };
        let members = (written.access.caller == Proof::CertificateMap).then(|| Members::load(&config.member));
        Ok(Domain { pack, mappings, switches, members: members.transpose()? })
    }
}

/// The tables compiled in, with what the files of a folder replace.
pub(crate) fn tables(overrides: Option<&Path>) -> anyhow::Result<Mappings> {
    let loaded = match overrides {
        None => Mappings::embedded(),
        Some(folder) => Mappings::with_overrides(folder),
    };
    loaded.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("mappings: {}", lines.join("\n"))
    })
}

/// The repositoryUniqueId of a configuration.
pub(crate) fn repository(config: &Config) -> anyhow::Result<Oid> {
    Oid::parse(&config.domain.repository)
        .map_err(|malformed| anyhow::anyhow!("domain.repository: {}", malformed.expected_en))
}

/// True if a production INS domain is configured.
pub(crate) fn is_production(config: &Config) -> bool {
    config.domain.ins.iter().copied().map(InsDomain::from).any(|domain| match domain {
        InsDomain::Nir | InsDomain::Nia => true,
        InsDomain::NirTest | InsDomain::NirDemo => false,
    })
}

fn read_pack(pack: &Path) -> anyhow::Result<(String, String)> {
    let shown = pack.display().to_string();
    let text = match built_in_pack(&shown) {
        Some(text) => text.to_owned(),
        None => std::fs::read_to_string(pack).with_context(|| format!("domain.pack: {shown}"))?,
    };
    Ok((shown, text))
}

/// A relative name is beside the pack's file.
fn read_codes(pack: &Path, name: &str) -> anyhow::Result<CodesXml> {
    let file = pack.parent().unwrap_or_else(|| Path::new(".")).join(name);
    let told = || format!("codes.value_sets: {}", file.display());
    let bytes = std::fs::read(&file).with_context(told)?;
    codes_xml::read(&bytes).with_context(told)
}

fn check(written: &PackFile, config: &Config) -> anyhow::Result<()> {
    let (name, access) = (&written.name, &written.access);
    let open = access.matrix == Matrix::Open;
    if open != (access.caller == Proof::CertificateMap) {
        bail!(
            "domain.pack: {name}: access.matrix = \"open\" and access.caller = \"certificate-map\" go together"
        );
    }
    if written.patients.identifiers == Identifiers::Any && !open {
        bail!("domain.pack: {name}: patients.identifiers = \"any\" needs access.matrix = \"open\"");
    }
    if written.unique_ids.over == Over::Registry && !open {
        bail!("domain.pack: {name}: unique-ids.over = \"registry\" needs access.matrix = \"open\"");
    }
    if !written.is_national() && is_production(config) {
        bail!("domain.pack: {name}: an open domain is refused beside a production INS domain (domain.ins)");
    }
    if written.registration.other_repositories == OtherRepositories::Any && !open {
        bail!(
            "domain.pack: {name}: registration.other_repositories = \"any\" needs access.matrix = \"open\""
        );
    }
    match (open, config.member.is_empty()) {
        (true, true) => bail!("member: the pack {name} needs at least one [[member]]"),
        (false, false) => bail!("member: the pack {name} knows its callers by assertions, not by [[member]]"),
        (true, false) | (false, true) => {}
    }
    if open && config.tls.client_certificates == ClientCertificates::None {
        bail!("tls.client_certificates: the pack {name} knows its callers by them");
    }
    Ok(())
}

fn pack(written: &PackFile, config: &Config, of_codes: Vec<Oid>) -> anyhow::Result<Pack> {
    let oids = |key: &'static str, texts: &[String]| -> anyhow::Result<Vec<Oid>> {
        let read = |text: &String| {
            Oid::parse(text).map_err(|malformed| anyhow::anyhow!("{key}: {}", malformed.expected_en))
        };
        texts.iter().map(read).collect()
    };
    let mut local_domains = oids("patients.authorities", &written.patients.authorities)?;
    local_domains.extend(of_codes);
    if local_domains.iter().any(|oid| Oid::as_str(oid).starts_with("1.2.250.1.213.1.4.")) {
        bail!("patients.authorities: the domains of the INS stand in domain.ins");
    }
    if config.domain.identifier_domains.iter().any(|oid| oid.starts_with("1.2.250.1.213.1.4.")) {
        bail!("domain.identifier_domains: the domains of the INS stand in domain.ins");
    }
    Ok(Pack {
        name: written.name.clone(),
        repository: repository(config)?,
        repositories: oids("domain.repositories", &config.domain.repositories)?,
        any_repository: written.registration.other_repositories == OtherRepositories::Any,
        registers_own_repository: written.registration.own_repository,
        french_error_codes: config.domain.french_error_codes,
        ins_domains: config.domain.ins.iter().copied().map(InsDomain::from).collect(),
        local_domains: match written.patients.identifiers {
            Identifiers::Any => local_domains,
            Identifiers::Ins => Vec::new(),
        },
        identifier_domains: oids("domain.identifier_domains", &config.domain.identifier_domains)?,
        identity_status: config.domain.identity_status.into(),
        french: written.checks.metadata == Constraints::French,
        bare_oids: written.unique_ids.form == Form::Oid,
        uniqueness: match written.unique_ids.over {
            Over::Record => Uniqueness::Record,
            Over::Registry => Uniqueness::Registry,
        },
        identical_documents: written.unique_ids.identical_documents == Identical::Accept,
        class_of_type: written.codes.class_of_type,
        visibility_flags: written.codes.visibility_flags,
        content_types: written.checks.content_types,
        cda: written.checks.cda,
        open: written.access.matrix == Matrix::Open,
    })
}

#[cfg(test)]
mod tests;
