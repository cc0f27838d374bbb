//! An assertion looked at rule by rule, for whoever wants to know why it is refused. Nothing here makes a caller:
//! [`verify`](super::verify) alone does.

use mappings::Mappings;
use model::{Finding, Moment, Rule};
use xml::Element;

use super::signature::Path;
use super::{
    Assertion, Claims, Holder, Received, Trust, acts_in_their_name, agreement, attributes, channel, listed,
    message, role, signature, window, wss,
};

/// What an assertion is held against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// Versions, modes, times, directory; authorities where they are known.
    pub trust: &'a Trust,
    /// False when no authority is known: the signature is checked, the signer's certificate is not.
    pub authorities_known: bool,
    /// The tables.
    pub mappings: &'a Mappings,
    /// The moment of the use.
    pub now: Moment,
    /// The client's certificate, DER, when it is known.
    pub client_certificate: Option<&'a [u8]>,
}

/// One rule's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It refuses.
    Refuses(Vec<Finding>),
    /// It was not asked: what it needs is not known here. In French and English.
    NotAsked(&'static str, &'static str),
}

/// Every rule's answer, and what could be read. What was read is not believed.
#[derive(Debug)]
pub struct Examination {
    /// The rules A2 to A8 in order, then what the message says of its own security.
    pub verdicts: Vec<(Rule, Verdict)>,
    /// The Issuer, as written.
    pub issuer: Option<String>,
    /// The certificate that the assertion shows as its signer's.
    pub signer: Option<Holder>,
    /// What it states, when all of it could be read.
    pub claims: Option<Claims>,
    /// The whole, as it would be were every rule to hold.
    pub assertion: Option<Assertion>,
}

impl Examination {
    /// True if no rule refuses.
    pub fn accepted(&self) -> bool {
        self.verdicts.iter().all(|(_, verdict)| !matches!(verdict, Verdict::Refuses(_)))
    }
}

/// Looks at the assertion of a message, or at one that is a document of its own.
pub fn examine<'m>(message: impl Into<Received<'m>>, against: Against<'_>) -> Examination {
    let received = message.into();
    let document = received.document();
    let alone = document.root().is(message::SAML, "Assertion");
    let found = if alone { message::alone(document) } else { message::assertion(document) };
    match found {
        Ok(element) => {
            let mut examination = of_element(element, against);
            let shown = examination.signer.as_ref();
            let own = if alone { NO_MESSAGE } else { of_message(received, shown, against) };
            examination.verdicts.push((Rule::MessageSecurityHolds, own));
            examination
        }
        Err(findings) => Examination {
            verdicts: vec![(Rule::AssertionIsSignedByItsIssuer, Verdict::Refuses(findings))],
            issuer: None,
            signer: None,
            claims: None,
            assertion: None,
        },
    }
}

fn of_element(element: Element<'_>, against: Against<'_>) -> Examination {
    let Against { trust, mappings, now, client_certificate, authorities_known } = against;
    let path = if authorities_known { Path::To(&trust.authorities) } else { Path::NotAsked };
    let mut verdicts = Vec::new();
    let verified = signature::verify(element, path, trust.accept_sha1, now);
    let signer = verified.clone().ok().or_else(|| signature::shown(element));
    let mut spoilt: Vec<Finding> = verified.err().into_iter().collect();
    if let Some(signer) = signer.as_ref().filter(|_| !spoilt.is_empty()) {
        let other = signature::issuer_is_signer(element, signer).err();
        spoilt.extend(other.filter(|other| !spoilt.contains(other)));
    }
    verdicts.push((Rule::AssertionIsSignedByItsIssuer, verdict(spoilt)));
    let window = window::check(element, trust, now);
    verdicts.push((Rule::AssertionIsInItsTime, verdict(window.clone().err().unwrap_or_default())));
    verdicts.push((
        Rule::AssertionIsNotTakenOver,
        Verdict::NotAsked(
            "seule la passerelle en service sait quels clients ont utilisé l'assertion",
            "only the running gateway knows which clients have used the assertion",
        ),
    ));
    let claims = attributes::read(element, trust, mappings, now);
    let others = claims.as_ref().err().cloned().unwrap_or_default();
    let (modes, incomplete): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|finding| finding.rule == Rule::ProofsAgree);
    verdicts.push((Rule::AssertionIsComplete, verdict(incomplete)));
    let claims = claims.ok();
    let known = claims.as_ref().map(|claims| role(element, claims, mappings));
    verdicts.push((
        Rule::RoleIsKnown,
        known.as_ref().map_or(UNREAD, |known| of_result(known.as_ref().map(drop))),
    ));
    let directory = trust.directory.as_deref();
    let agreed = claims.as_ref().zip(signer.as_ref()).map(|(claims, signer)| {
        of_result(agreement::check(element, claims, signer, client_certificate, directory).as_ref().map(drop))
    });
    verdicts
        .push((Rule::ProofsAgree, if modes.is_empty() { agreed.unwrap_or(UNREAD) } else { verdict(modes) }));
    verdicts.extend(of_directory(element, claims.as_ref(), trust));
    let issuer = element.child(message::SAML, "Issuer").map(Element::text);
    let assertion = claims.clone().zip(signer.clone()).and_then(|(claims, signer)| {
        let role = known?.ok()?;
        let window = window.ok()?;
        Some(Assertion {
            id: element.attribute("ID").unwrap_or_default().to_owned(),
            issuer: issuer.clone().unwrap_or_default(),
            issued_at: window.issued_at,
            not_on_or_after: window.not_on_or_after,
            channel: channel(&claims, &role),
            claims,
            role,
            signer,
        })
    });
    Examination { verdicts, issuer, signer, claims, assertion }
}

/// Whether a signature is the client's can be judged only where its certificate is known; all else is told.
fn of_message(received: Received<'_>, signer: Option<&Holder>, against: Against<'_>) -> Verdict {
    let client = against.client_certificate.and_then(Holder::read);
    let known: Vec<&Holder> = client.iter().chain(signer).collect();
    let refused = wss::check(received, against.trust, &known, against.now).err().unwrap_or_default();
    let open = |finding: &Finding| client.is_none() && wss::is_of_somebody_else(finding);
    let count = refused.len();
    let told: Vec<Finding> = refused.into_iter().filter(|finding| !open(finding)).collect();
    if told.is_empty() && count > 0 { NO_CLIENT } else { verdict(told) }
}

fn of_directory(element: Element<'_>, claims: Option<&Claims>, trust: &Trust) -> [(Rule, Verdict); 2] {
    let rules = [Rule::StructureIsActive, Rule::ProfessionalBelongsToStructure];
    let Some(claims) = claims else { return rules.map(|rule| (rule, UNREAD)) };
    let directory = trust.directory.as_deref();
    let active = directory.and_then(|directory| directory.is_active(&claims.structure));
    let linked = directory.and_then(|directory| directory.belongs(&claims.name_id, &claims.structure));
    let refused = listed(element, claims, directory).err().unwrap_or_default();
    let [structure, professional] = rules.map(|rule| {
        let own: Vec<Finding> = refused.iter().filter(|finding| finding.rule == rule).cloned().collect();
        (rule, verdict(own))
    });
    [
        if active.is_some() { structure } else { (structure.0, NO_DIRECTORY) },
        match linked {
            None => (professional.0, NO_DIRECTORY),
            Some(_) if !acts_in_their_name(claims) => (professional.0, LOCAL),
            Some(_) => professional,
        },
    ]
}

const NO_MESSAGE: Verdict = Verdict::NotAsked(
    "l'assertion est donnée seule, sans le message qui la porte",
    "the assertion is given alone, without the message that carries it",
);
const NO_CLIENT: Verdict = Verdict::NotAsked(
    "la signature du message ne peut être jugée qu'avec le certificat client (--certificate)",
    "the signature of the message can be judged only with the client certificate (--certificate)",
);
const UNREAD: Verdict =
    Verdict::NotAsked("l'assertion n'a pu être lue jusque-là", "the assertion could not be read that far");
const NO_DIRECTORY: Verdict =
    Verdict::NotAsked("aucun annuaire n'est chargé pour cette règle", "no directory for this rule is loaded");

const LOCAL: Verdict = Verdict::NotAsked(
    "NameID est ici un identifiant local, que l'annuaire ne connaît pas",
    "NameID is a local identifier here, which the directory does not know",
);

fn verdict(findings: Vec<Finding>) -> Verdict {
    if findings.is_empty() { Verdict::Holds } else { Verdict::Refuses(findings) }
}

fn of_result(result: Result<(), &Vec<Finding>>) -> Verdict {
    verdict(result.err().cloned().unwrap_or_default())
}
