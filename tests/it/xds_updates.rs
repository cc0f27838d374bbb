//! DMP software masks and deletes through the XDS door: what ITI-18 answered is sent back by ITI-57 with a change.

use server::demo::calls::{Reply, SoapCaller};
use server::demo::samples;

use crate::world::World;

const GET: &str = include_str!("../../samples/soap/iti18-get-documents.xml");
const CDA: &[u8] = include_bytes!("../../samples/cda/n3-lab-report.xml");

/// A world with the laboratory's report, which the GP may read.
async fn deposited() -> World {
    let mut world = World::new().await;
    let patient = world.patient("ondine");
    let laboratory = SoapCaller::new("laboratory", &patient);
    let part = part_of(samples::ITI41_LAB);
    let reply = world
        .stage
        .soap("repository", samples::ITI41_LAB, &[(part.as_str(), CDA)], &laboratory)
        .await
        .unwrap();
    assert!(reply.text().contains("ResponseStatusType:Success"), "{}", reply.text());
    world
}

/// The Content-ID that a sample names.
fn part_of(envelope: &str) -> String {
    between(envelope, "href=\"cid:", "\"").replace("%40", "@")
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let (_, rest) = text.split_once(start).unwrap();
    rest.split_once(end).unwrap().0
}

async fn asked(world: &mut World, who: &str) -> Reply {
    let patient = world.patient("ondine");
    world.stage.soap("registry", GET, &[], &SoapCaller::new(who, &patient)).await.unwrap()
}

/// The entry of an answer, whole.
fn entry_of(answer: &str) -> String {
    let entry = between(answer, "<rim:ExtrinsicObject", "</rim:ExtrinsicObject>");
    format!("<rim:ExtrinsicObject{entry}</rim:ExtrinsicObject>")
}

/// The set of the laboratory's deposit as the GP's own, under another uniqueId.
fn set(number: u32) -> String {
    let set = between(samples::ITI41_LAB, "<rim:RegistryPackage", "</rim:RegistryPackage>");
    let marked = samples::ITI41_LAB.lines().find(|line| line.contains("urn:uuid:a54d6aa5")).unwrap();
    format!("<rim:RegistryPackage{set}</rim:RegistryPackage>{marked}")
        .replace("2.999.2026.2.3.1", &format!("2.999.2026.2.57.{number}"))
}

async fn update(world: &mut World, who: &str, objects: &str) -> Reply {
    let patient = world.patient("ondine");
    let body = format!(
        "<lcm:SubmitObjectsRequest xmlns:lcm=\"urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0\" xmlns:rim=\"urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0\"><rim:RegistryObjectList>{objects}</rim:RegistryObjectList></lcm:SubmitObjectsRequest>"
    );
    let query = between(GET, "<soap12:Body>", "</soap12:Body>");
    let envelope = GET
        .replace(query, &body)
        .replace("urn:ihe:iti:2007:RegistryStoredQuery", "urn:ihe:iti:2010:UpdateDocumentSet");
    world.stage.soap("registry", &envelope, &[], &SoapCaller::new(who, &patient)).await.unwrap()
}

fn slot(name: &str, value: &str) -> String {
    format!(
        "<rim:Slot name=\"{name}\"><rim:ValueList><rim:Value>{value}</rim:Value></rim:ValueList></rim:Slot>"
    )
}

#[tokio::test]
async fn a_professional_masks_what_they_found_and_then_no_longer_sees_it() {
    let mut world = deposited().await;
    let answer = asked(&mut world, "gp").await.text();
    let entry = entry_of(&answer);
    let (uuid, version) = (between(&entry, " id=\"", "\""), between(&entry, "versionName=\"", "\""));
    let mask = format!(
        "<rim:Classification id=\"mask\" classificationScheme=\"urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f\" classifiedObject=\"Document01\" nodeRepresentation=\"MASQUE_PS\">{}<rim:Name><rim:LocalizedString value=\"Masqué aux professionnels de santé\"/></rim:Name></rim:Classification><rim:ExternalIdentifier",
        slot("codingScheme", "1.2.250.1.213.1.1.4.13")
    );
    let sent = entry
        .replace(&format!(" id=\"{uuid}\""), " id=\"Document01\"")
        .replace(&format!("Object=\"{uuid}\""), "Object=\"Document01\"")
        .replacen("<rim:ExternalIdentifier", &mask, 1);
    let member = format!(
        "<rim:Association id=\"a\" associationType=\"urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember\" sourceObject=\"SubmissionSet01\" targetObject=\"Document01\">{}{}</rim:Association>",
        slot("SubmissionSetStatus", "Original"),
        slot("PreviousVersion", version)
    );
    let objects = format!("{sent}{}{member}", set(1));
    let reply = update(&mut world, "gp", &objects).await.text();
    assert!(reply.contains("ResponseStatusType:Success"), "{reply}");
    assert!(!asked(&mut world, "gp").await.text().contains("<rim:ExtrinsicObject"));
    // The update that was made on the earlier version comes too late, and tells the GP nothing of the document.
    let objects = format!("{sent}{}{member}", set(2));
    let reply = update(&mut world, "gp", &objects).await.text();
    assert!(reply.contains("UnresolvedReferenceException"), "{reply}");
    assert!(!reply.contains("XDSMetadataVersionError"), "{reply}");
}

#[tokio::test]
async fn a_laboratory_deletes_its_own_and_nobody_finds_it_any_more() {
    let mut world = deposited().await;
    let answer = asked(&mut world, "gp").await.text();
    let uuid = between(&entry_of(&answer), " id=\"", "\"").to_owned();
    let status = |name: &str| format!("urn:{name}");
    let marker = format!(
        "<rim:Association id=\"a\" associationType=\"urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus\" sourceObject=\"SubmissionSet01\" targetObject=\"{uuid}\">{}{}</rim:Association>",
        slot("OriginalStatus", &status("oasis:names:tc:ebxml-regrep:StatusType:Approved")),
        slot("NewStatus", &status("asip:ci-sis:2010:StatusType:Deleted"))
    );
    let objects = format!("{}{marker}", set(1));
    // The GP is not its author.
    let reply = update(&mut world, "gp", &objects).await.text();
    assert!(reply.contains("[act_is_open_to_caller]"), "{reply}");
    let objects = format!("{}{marker}", set(2));
    let reply = update(&mut world, "laboratory", &objects).await.text();
    assert!(reply.contains("ResponseStatusType:Success"), "{reply}");
    assert!(!asked(&mut world, "gp").await.text().contains("<rim:ExtrinsicObject"));
}
