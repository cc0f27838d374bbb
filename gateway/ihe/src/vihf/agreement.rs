//! Rule A7: TLS certificate, signing certificate and assertion name the same holder.

use journey::Directory;
use model::{Finding, Rule};
use xml::Element;

use super::{Claims, Holder, Mode, finding};

const RULE: Rule = Rule::ProofsAgree;

/// Checks what the mode asks for. Direct: NameID is the person of the signing certificate and of the client
/// certificate, both a person's, and where a certificate names a structure as well the stated one is that one or attached to
/// it. Indirect: both certificates are one structure's, and the stated structure is that one or
/// attached to it.
pub(super) fn check(
    assertion: Element<'_>,
    claims: &Claims,
    signer: &Holder,
    client_certificate: Option<&[u8]>,
    directory: Option<&dyn Directory>,
) -> Result<(), Vec<Finding>> {
    let refused = |(fr, en): (&str, &str)| vec![finding(RULE, assertion, fr, en)];
    let client = match client_certificate {
        None => None,
        Some(der) => Some(Holder::read(der).ok_or_else(|| refused(UNREADABLE))?),
    };
    let stated = claims.structure.0.as_str();
    let is_of = |entity: &&str| {
        entity.eq_ignore_ascii_case(stated)
            || directory.is_some_and(|directory| directory.is_attached(entity, stated))
    };
    let mut findings = Vec::new();
    match claims.mode {
        Mode::Direct => {
            let is_card_of = |holder: &Holder| holder.is_person() && holder.names_person(&claims.name_id.0);
            if !is_card_of(signer) {
                findings.extend(refused(OTHER_SIGNER));
            }
            if client.is_some_and(|client| !is_card_of(&client)) {
                findings.extend(refused(OTHER_CLIENT));
            }
            let employers: Vec<&str> = signer.structures().collect();
            if !employers.is_empty() && !employers.iter().any(is_of) {
                findings.extend(refused(OTHER_EMPLOYER));
            }
        }
        Mode::Indirect | Mode::Air => {
            if signer.is_person() {
                findings.extend(refused(PERSON_SIGNS));
            }
            if client.as_ref().is_some_and(Holder::is_person) {
                findings.extend(refused(PERSON_CALLS));
            }
            let own: Vec<&str> = signer.structures().collect();
            let shared: Vec<&str> = match &client {
                None => own.clone(),
                Some(client) => {
                    let theirs: Vec<&str> = client.structures().collect();
                    let of_both = |id: &&str| theirs.iter().any(|other| other.eq_ignore_ascii_case(id));
                    own.iter().copied().filter(of_both).collect()
                }
            };
            if own.is_empty() {
                findings.extend(refused(NO_STRUCTURE));
            } else if shared.is_empty() {
                findings.extend(refused(OTHER_STRUCTURE));
            } else if !shared.iter().any(is_of) {
                findings.push(finding(
                    RULE,
                    assertion,
                    format!("Identifiant_Structure ({stated}) n'est ni la structure des certificats ({}) ni l'un de ses sites", shared.join(", ")),
                    format!("Identifiant_Structure ({stated}) is neither the certificates' structure ({}) nor one of its sites", shared.join(", ")),
                ));
            }
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

const UNREADABLE: (&str, &str) = ("certificat client illisible", "unreadable client certificate");
const OTHER_SIGNER: (&str, &str) = (
    "mode DIRECTE : NameID doit être l'identifiant de la personne du certificat de signature (CN, UID ou serialNumber)",
    "mode DIRECTE: NameID must be the identifier of the person of the signing certificate (CN, UID or serialNumber)",
);
const OTHER_CLIENT: (&str, &str) = (
    "mode DIRECTE : le certificat client n'est pas celui de la personne de l'assertion",
    "mode DIRECTE: the client certificate is not that of the assertion's person",
);
const OTHER_EMPLOYER: (&str, &str) = (
    "mode DIRECTE : Identifiant_Structure n'est ni la structure du certificat de signature (OU) ni l'un de ses sites",
    "mode DIRECTE: Identifiant_Structure is neither the structure of the signing certificate (OU) nor one of its sites",
);
const PERSON_SIGNS: (&str, &str) = (
    "mode indirect : l'assertion doit être signée par le certificat d'une structure (ORG_SIGN), non d'une personne",
    "indirect mode: the assertion must be signed with a structure's certificate (ORG_SIGN), not a person's",
);
const PERSON_CALLS: (&str, &str) = (
    "mode indirect : le certificat client doit être celui de la structure (ORG_AUTH_CLI), non d'une personne",
    "indirect mode: the client certificate must be the structure's (ORG_AUTH_CLI), not a person's",
);
const NO_STRUCTURE: (&str, &str) = (
    "mode indirect : le certificat de signature ne porte aucun identifiant de structure (OU)",
    "indirect mode: the signing certificate holds no structure identifier (OU)",
);
const OTHER_STRUCTURE: (&str, &str) = (
    "mode indirect : certificat client et certificat de signature ne sont pas de la même structure (OU)",
    "indirect mode: client certificate and signing certificate are not of the same structure (OU)",
);
