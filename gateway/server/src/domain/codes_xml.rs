//! `codes.xml`, the file in which IHE test tools describe an affinity domain: value sets, media types, authorities of
//! patient identifiers. Read as any XML that comes from outside; codes are compared by value and scheme only.

use anyhow::{Context as _, bail};
use mappings::{DomainCodes, ValueSet};
use model::{Code, Oid};
use xml::{Element, Limits};

/// What is read of such a file.
const LIMITS: Limits =
    Limits { bytes: 8 << 20, depth: 16, nodes: 200_000, attributes: 64, skip_prolog_instructions: true };

/// The value sets that a deposit is held against, by the name that the file gives them.
const SETS: [(&str, ValueSet); 7] = [
    ("typeCode", ValueSet::DocumentType),
    ("classCode", ValueSet::DocumentClass),
    ("formatCode", ValueSet::Format),
    ("confidentialityCode", ValueSet::Confidentiality),
    ("healthcareFacilityTypeCode", ValueSet::FacilityType),
    ("practiceSettingCode", ValueSet::PracticeSetting),
    ("contentTypeCode", ValueSet::ContentType),
];

/// Those that a domain may leave open: where the file lists no code, every code is accepted.
const OPEN_SETS: [(&str, ValueSet); 3] = [
    ("eventCodeList", ValueSet::EventCode),
    ("folderCodeList", ValueSet::FolderCode),
    ("associationDocumentation", ValueSet::AssociationDocumentation),
];

/// What the file says.
#[derive(Debug)]
pub(super) struct CodesXml {
    pub(super) codes: DomainCodes,
    /// Authorities of patient identifiers.
    pub(super) authorities: Vec<Oid>,
}

/// Reads a file's bytes. Each of the seven value sets must be there, and not empty.
pub(super) fn read(bytes: &[u8]) -> anyhow::Result<CodesXml> {
    let document = xml::parse(bytes, &LIMITS).map_err(|error| anyhow::anyhow!("{}", error.detail().1))?;
    let root = document.root();
    if root.name() != "Codes" {
        bail!("expected the element Codes at the root");
    }
    let named =
        |name: &str| root.children_named("", "CodeType").find(|one| one.attribute("name") == Some(name));
    let mut sets = Vec::new();
    for (name, set) in SETS {
        let codes = codes(named(name).with_context(|| format!("no CodeType named {name}"))?);
        let codes = codes.with_context(|| format!("CodeType {name}"))?;
        sets.push((set, codes));
    }
    for (name, set) in OPEN_SETS {
        if let Some(codes) = named(name).and_then(|kind| codes(kind).ok()) {
            sets.push((set, codes));
        }
    }
    let mimes = named("mimeType").context("no CodeType named mimeType")?;
    let mimes = mimes.children_named("", "Code").filter_map(|code| code.attribute("code"));
    let mimes = mimes.map(|mime| mime.trim().to_owned()).filter(|mime| !mime.is_empty()).collect();
    let authorities = root.children_named("", "AssigningAuthority").map(authority);
    Ok(CodesXml { codes: DomainCodes { sets, mimes }, authorities: authorities.collect::<Result<_, _>>()? })
}

/// The codes of one type, each once.
fn codes(kind: Element<'_>) -> anyhow::Result<Vec<Code>> {
    let mut codes: Vec<Code> = Vec::new();
    for element in kind.children_named("", "Code") {
        let text = |name| element.attribute(name).map(str::trim).filter(|text| !text.is_empty());
        // An example without a scheme names no code.
        let (Some(value), Some(scheme)) = (text("code"), text("codingScheme")) else { continue };
        let mut code = Code::new(value, scheme);
        code.label = text("display").map(str::to_owned);
        if !codes.iter().any(|own| own.value == code.value && own.system == code.system) {
            codes.push(code);
        }
    }
    if codes.is_empty() { bail!("no code with a scheme") } else { Ok(codes) }
}

/// `&OID&ISO`
fn authority(element: Element<'_>) -> anyhow::Result<Oid> {
    let id = element.attribute("id").unwrap_or_default();
    let oid = id.trim().trim_start_matches('&').split('&').next().unwrap_or_default();
    Oid::parse(oid).map_err(|_| anyhow::anyhow!("AssigningAuthority: expected id=\"&OID&ISO\""))
}

#[cfg(test)]
pub(super) mod tests;
