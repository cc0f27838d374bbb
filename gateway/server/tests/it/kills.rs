//! SIGKILL at random moments under concurrent deposits: nothing acknowledged is lost, nothing is shown in part.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Served, command, prepared};
use journey::Ids as _;
use passerelle_tests::Made;
use server::demo::script::{attachment_urls, search_path};
use server::demo::stage::Stage;
use server::outside::RandomIds;
use tokio::sync::Notify;

const KILLS: u64 = 30;
const CLIENTS: u64 = 4;
/// A gateway that acknowledges nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the clients know: the documents whose deposit was acknowledged.
#[derive(Clone, Default)]
struct Ledger {
    documents: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    written: Arc<Notify>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_kills_lose_no_acknowledged_document_and_show_no_partial_one() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Arc::new(prepared(folder.path()).await);
    let ledger = Ledger::default();
    for kill in 0..KILLS {
        let gateway = Served::start(folder.path(), "info");
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| tokio::spawn(deposits(Arc::clone(&stage), ledger.clone(), kill * CLIENTS + client)))
            .collect();
        // Every other kill comes while deposits are being acknowledged, however slow the machine is.
        if kill % 2 == 1 {
            let first = tokio::time::timeout(PATIENCE, ledger.written.notified()).await;
            first.expect("a deposit is acknowledged within the minute");
        }
        tokio::time::sleep(random_moment()).await;
        gateway.kill();
        for client in clients {
            client.await.unwrap();
        }
    }
    let gateway = Served::start(folder.path(), "info");
    let acknowledged = ledger.documents.lock().unwrap().clone();
    assert!(acknowledged.len() as u64 >= KILLS / 2, "only {} deposits were acknowledged", acknowledged.len());
    let shown = everything_shown(&stage).await;
    for (id, bytes) in &acknowledged {
        assert_eq!(shown.get(id), Some(bytes), "acknowledged {id} must be there, byte for byte");
    }
    for (id, bytes) in &shown {
        let whole = String::from_utf8_lossy(bytes);
        assert!(
            whole.contains(id.as_str()) && whole.ends_with("</ClinicalDocument>\n"),
            "{id} is shown in part"
        );
    }
    gateway.kill();
    let verified =
        command(folder.path()).args(["audit", "verify", "--config", "passerelle.toml"]).output().unwrap();
    let said = [verified.stdout, verified.stderr].concat();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// Deposits until the gateway is gone; what it acknowledged goes to the ledger.
async fn deposits(stage: Arc<Stage>, ledger: Ledger, run: u64) {
    let token = stage.token(&stage.claims("hospital").unwrap()).unwrap();
    for number in 0.. {
        let made = Made::new(run, number);
        match stage.fhir_post("", Some(&token), made.bundle).await {
            Ok(reply) if reply.status.is_success() => {
                ledger.documents.lock().unwrap().insert(made.unique_id, made.bytes);
                ledger.written.notify_one();
            }
            Ok(reply) => assert!(reply.status.is_server_error(), "{}", reply.text()),
            Err(_) => return,
        }
    }
}

/// Between 20 and 275 ms: the one wait of the test, and its subject.
fn random_moment() -> Duration {
    let [first, ..] = *RandomIds.uuid().as_bytes();
    Duration::from_millis(20 + u64::from(first))
}

/// Every document of the patient as the GP sees it, over all pages.
async fn everything_shown(stage: &Stage) -> BTreeMap<String, Vec<u8>> {
    let token = stage.token(&stage.claims("gp").unwrap()).unwrap();
    let mut next = Some(search_path(stage.cast.patient("ondine").unwrap()));
    let mut shown = BTreeMap::new();
    while let Some(path) = next {
        let page = stage.fhir_get(&path, Some(&token), "application/fhir+json").await.unwrap();
        assert!(page.status.is_success(), "{}", page.text());
        let json = page.json();
        for (entry, url) in json["entry"].as_array().unwrap().iter().zip(attachment_urls(&page)) {
            let path = url.trim_start_matches(&format!("{}/fhir/", stage.base)).to_owned();
            let document = stage.fhir_get(&path, Some(&token), "*/*").await.unwrap();
            assert!(document.status.is_success(), "{}", document.text());
            let id = entry["resource"]["masterIdentifier"]["value"].as_str().unwrap();
            shown.insert(id.trim_start_matches("urn:oid:").to_owned(), document.body.to_vec());
        }
        let links = json["link"].as_array().cloned().unwrap_or_default();
        let link = links.iter().find(|link| link["relation"] == "next");
        next = link.map(|link| {
            link["url"].as_str().unwrap().trim_start_matches(&format!("{}/fhir/", stage.base)).to_owned()
        });
    }
    shown
}
