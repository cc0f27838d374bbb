//! Authorities, revocation lists and the directory are replaced while the gateway runs, and count at once.

use http::{Request, header};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use journey::Clock as _;
use server::demo::calls::SoapCaller;
use server::demo::samples;
use server::demo::script::search_path;
use server::outside::SystemClock;
use server::pki::{Authority, Credential};
use server::rereading::Reread;
use tempfile::TempDir;

use crate::world::World;

const DAY: i64 = 86_400;

/// A gateway whose revocation lists stand in a folder of their own: at the start, those of a stranger.
struct Renewed {
    world: World,
    lists: TempDir,
}

impl Renewed {
    async fn new(more: &[(&str, &str)]) -> Renewed {
        let lists = tempfile::tempdir().unwrap();
        let now = SystemClock.now();
        let stranger = Authority::new("Une autre autorité", now).unwrap();
        write(&lists, "stranger.crl", &stranger.revocation_list(&[], now.plus_seconds(30 * DAY)).unwrap());
        let folder = format!("[{:?}]", lists.path());
        let mut overrides =
            vec![("TLS__REVOCATION_LISTS", folder.as_str()), ("VIHF__REVOCATION_LISTS", folder.as_str())];
        overrides.extend(more);
        Renewed { world: World::with(&overrides).await, lists }
    }

    /// Puts a list of the gateway's own authority in place and has it read.
    fn revoke(&self, revoked: &[&Credential], days: i64) {
        let until = SystemClock.now().plus_seconds(days * DAY);
        let list = self.world.stage.authority.revocation_list(revoked, until).unwrap();
        write(&self.lists, "own.crl", &list);
        assert_eq!(self.reread(), Reread::Replaced);
    }

    fn reread(&self) -> Reread {
        self.world.stage.gateway().unwrap().reread()
    }

    /// What a search with the GP's card gets: nothing when there is no connection.
    async fn search(&mut self) -> Option<String> {
        let caller = SoapCaller::new("gp", &self.world.patient("ondine"));
        let reply = self.world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await;
        reply.ok().map(|reply| reply.text())
    }
}

fn write(folder: &TempDir, name: &str, text: &str) {
    std::fs::write(folder.path().join(name), text).unwrap();
}

fn found(answer: Option<String>) -> bool {
    answer.is_some_and(|text| text.contains("AdhocQueryResponse"))
}

#[tokio::test]
async fn a_revocation_counts_without_a_restart_for_connections_and_for_assertions() {
    let mut gateway = Renewed::new(&[]).await;
    assert!(gateway.search().await.is_none(), "no list tells the status of the card");
    gateway.revoke(&[], 30);
    assert!(found(gateway.search().await), "the list is there and names nobody");
    let card = gateway.world.stage.credential("gp", "client").unwrap();
    let signing = gateway.world.stage.credential("gp", "sign").unwrap();
    gateway.revoke(&[&signing], 30);
    let refused = gateway.search().await.unwrap();
    assert!(
        refused.contains("assertion_is_signed_by_its_issuer") && refused.contains("revoked"),
        "{refused}"
    );
    gateway.revoke(&[&card, &signing], 30);
    assert!(gateway.search().await.is_none());
    gateway.revoke(&[], 30);
    assert!(found(gateway.search().await), "and taken back");
}

#[tokio::test]
async fn an_open_connection_ends_when_its_certificate_is_revoked() {
    let mut gateway = Renewed::new(&[]).await;
    gateway.revoke(&[], 30);
    let card = gateway.world.stage.credential("gp", "client").unwrap();
    let client = &gateway.world.stage.client;
    let tls = client.connect(Some(&card)).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(tls)).await.unwrap();
    let driver = tokio::spawn(connection);
    let request = || {
        let path = format!("/fhir/{}", search_path(&gateway.world.patient("ondine")));
        let token = format!("Bearer {}", gateway.world.token("gp"));
        let builder =
            Request::get(path).header(header::HOST, "localhost").header(header::AUTHORIZATION, token);
        builder.body(Full::new(bytes::Bytes::new())).unwrap()
    };
    assert_eq!(sender.send_request(request()).await.unwrap().status(), 200);
    gateway.revoke(&[&card], 30);
    let _ = driver.await.unwrap();
    assert!(sender.send_request(request()).await.is_err());
}

#[tokio::test]
async fn authorities_are_replaced_without_a_restart() {
    let anchors = tempfile::tempdir().unwrap();
    let stranger = Authority::new("Une autre autorité", SystemClock.now()).unwrap();
    write(&anchors, "stranger.pem", stranger.pem());
    let folder = format!("[{:?}]", anchors.path());
    let overrides = [("TLS__CLIENT_AUTHORITIES", folder.as_str()), ("VIHF__AUTHORITIES", folder.as_str())];
    let mut world = World::with(&overrides).await;
    let caller = SoapCaller::new("gp", &world.patient("ondine"));
    for (known, passes) in [(false, false), (true, true), (false, false)] {
        let own = anchors.path().join("own.pem");
        if known {
            std::fs::write(&own, world.stage.authority.pem()).unwrap();
        } else if own.exists() {
            std::fs::remove_file(&own).unwrap();
        }
        world.stage.gateway().unwrap().reread();
        let reply = world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await;
        assert_eq!(found(reply.ok().map(|reply| reply.text())), passes, "the authority is known: {known}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_leaves_what_was_in_force() {
    let mut gateway = Renewed::new(&[]).await;
    let card = gateway.world.stage.credential("gp", "client").unwrap();
    gateway.revoke(&[&card], 30);
    assert_eq!(gateway.reread(), Reread::Unchanged);
    write(&gateway.lists, "own.crl", "half a fi");
    assert_eq!(gateway.reread(), Reread::Kept);
    assert!(gateway.search().await.is_none(), "the card stays revoked");
    std::fs::remove_file(gateway.lists.path().join("own.crl")).unwrap();
    std::fs::remove_file(gateway.lists.path().join("stranger.crl")).unwrap();
    assert_eq!(gateway.reread(), Reread::Kept, "an empty folder is no list");
    assert!(gateway.search().await.is_none());
}

#[tokio::test]
async fn an_expired_list_refuses_everybody_or_whom_it_lists_as_configured() {
    let mut strict = Renewed::new(&[]).await;
    strict.revoke(&[], -1);
    assert!(strict.search().await.is_none());
    let mut lenient = Renewed::new(&[("TLS__EXPIRED_REVOCATION_LISTS", "still-count")]).await;
    lenient.revoke(&[], -1);
    assert!(found(lenient.search().await));
    let card = lenient.world.stage.credential("gp", "client").unwrap();
    lenient.revoke(&[&card], -1);
    assert!(lenient.search().await.is_none(), "what it lists stays refused");
}

#[tokio::test]
async fn a_signature_certificate_does_not_authenticate_a_connection() {
    let mut world = World::new().await;
    let signing = world.stage.credential("gp", "sign").unwrap();
    let reply = world.stage.soap_raw("registry", "<x/>", &[], Some(&signing)).await;
    assert!(reply.is_err(), "nonRepudiation is no digitalSignature");
}

#[tokio::test]
async fn the_directory_is_asked_at_both_doors_and_read_again() {
    let files = tempfile::tempdir().unwrap();
    let path = |name: &str| format!("{:?}", files.path().join(name));
    write(&files, "structures.csv", "id,active,legal_entity\n");
    write(&files, "links.csv", "professional;structure\n");
    let overrides =
        [("DIRECTORY__STRUCTURES", path("structures.csv")), ("DIRECTORY__LINKS", path("links.csv"))];
    let overrides: Vec<(&str, &str)> = overrides.iter().map(|(key, path)| (*key, path.as_str())).collect();
    let mut world = World::with(&overrides).await;
    let (person, structure) = {
        let person = world.stage.cast.professional("gp").unwrap();
        (person.id.clone(), world.stage.cast.structure(&person.structure).unwrap().id.clone())
    };
    let caller = SoapCaller::new("gp", &world.patient("ondine"));
    let reply = world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await.unwrap();
    assert!(reply.text().contains("structure_is_active") && reply.text().contains("FailedAuthentication"));
    let search = search_path(&world.patient("ondine"));
    let refused =
        world.stage.fhir_get(&search, Some(&world.token("gp")), "application/fhir+json").await.unwrap();
    assert_eq!(refused.status, 403);
    for rule in ["structure_is_active", "professional_belongs_to_structure"] {
        assert!(refused.text().contains(rule), "{}", refused.text());
    }
    write(&files, "structures.csv", &format!("id,active,legal_entity\n{structure},true,\n"));
    write(&files, "links.csv", &format!("professional;structure\n{person};{structure}\n"));
    assert_eq!(world.stage.gateway().unwrap().reread(), Reread::Replaced);
    let reply = world.stage.soap("registry", samples::ITI18_FIND, &[], &caller).await.unwrap();
    assert!(found(Some(reply.text())), "{}", reply.text());
    let passes =
        world.stage.fhir_get(&search, Some(&world.token("gp")), "application/fhir+json").await.unwrap();
    assert_eq!(passes.status, 200);
}
