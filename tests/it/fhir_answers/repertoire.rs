//! Everything that the door says, once: every route with and without the right to it, every sample, a record from
//! the deposit to the erasure, and what is wrong in every way that has a status.

use bytes::Bytes;
use model::Ins;
use passerelle_tests::root;
use serde_json::{Value, json};

use super::player::{JSON, Player, Recorded, Sent, XML};
use crate::world::World;

const FORM: &str = "application/x-www-form-urlencoded";
const PATCH: &str = "application/json-patch+json";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const FLAGS: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";
const BACKPORT: &str = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";

pub async fn play() -> Vec<Recorded> {
    let hooks = [("NOTIFICATIONS__REST_HOOK_ALLOW", "[\"https://hooks.example\"]")];
    let mut player = Player::new(World::with(&hooks).await);
    every_route(&mut player).await;
    deposits(&mut player).await;
    taken(&mut player).await;
    searches(&mut player).await;
    reads(&mut player).await;
    choices(&mut player).await;
    feeds(&mut player).await;
    changes(&mut player).await;
    life(&mut player).await;
    player.answers
}

/// Each line of the table: by nobody, without the scope, on what is not there, with nothing and with nonsense.
async fn every_route(player: &mut Player) {
    let lines: Vec<_> = fhir::routes().map(|(method, path, route)| (method, path, route.public)).collect();
    for (method, path, public) in lines {
        let path = path.replace("{id}", NOBODY).replace("{vid}", "1");
        let sent = |content_type, body: &'static str| Sent {
            method,
            path: &path,
            content_type,
            body: Bytes::from_static(body.as_bytes()),
            ..Sent::default()
        };
        player.send(None, sent(None, "")).await;
        if public {
            player.send(None, Sent { headers: &[("Accept-Language", "en")], ..sent(None, "") }).await;
            continue;
        }
        player.send(Some("nobody"), sent(None, "")).await;
        for who in ["gp", "ondine"] {
            player.send(Some(who), sent(None, "")).await;
            player.send(Some(who), Sent { accept: Some("text/html"), ..sent(None, "") }).await;
            if method != "GET" {
                player.send(Some(who), sent(Some("text/plain"), "hello")).await;
                player.send(Some(who), sent(Some(JSON), "{")).await;
                player.send(Some(who), sent(Some(JSON), "{\"resourceType\":\"Basic\",\"x\":1}")).await;
            }
        }
    }
    for (method, path) in [("GET", "Nonsense"), ("DELETE", "metadata"), ("PUT", "Binary/x"), ("GET", "")] {
        player.send(Some("gp"), Sent { method, path, ..Sent::default() }).await;
    }
}

/// Every sample to its transaction, again, and with headers that ask otherwise.
async fn deposits(player: &mut Player) {
    for folder in ["fhir", "hostile"] {
        let mut files: Vec<_> = std::fs::read_dir(root().join("samples").join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
            .collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let body = std::fs::read(&file).unwrap();
            let at = match name.split('-').next() {
                Some("iti105") => "DocumentReference",
                Some("iti65" | "truncated.json") => "",
                _ => continue,
            };
            for path in [at.to_owned(), format!("{}/$validate", if at.is_empty() { "Bundle" } else { at })] {
                for who in ["hospital", "emergency-doctor", "dietitian", "ondine"] {
                    if player.world.stage.claims(who).is_ok() {
                        player.post(who, &path, body.clone()).await;
                    }
                }
            }
            if name.starts_with("iti65-hospital") || name.starts_with("iti105") {
                for prefer in ["return=minimal", "return=OperationOutcome", "return=representation"] {
                    let headers = [("Prefer", prefer), ("Accept-Language", "en")];
                    let content_type = Some(JSON);
                    let body = Bytes::from(body.clone());
                    let sent = Sent {
                        method: "POST",
                        path: at,
                        content_type,
                        headers: &headers,
                        body,
                        accept: None,
                    };
                    player.send(Some("hospital"), sent).await;
                }
            }
        }
    }
}

/// An id that is taken, with other bytes.
async fn taken(player: &mut Player) {
    let text = std::fs::read_to_string(root().join("samples/fhir/iti105-patient-wishes.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["content"][0]["attachment"]["hash"] = json!("2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    for who in ["hospital", "ondine"] {
        player.post(who, "DocumentReference", document.to_string()).await;
    }
}

async fn searches(player: &mut Player) {
    let of = identifier(&player.world.patient("ondine"));
    let patient = format!("patient.identifier={of}");
    for query in [
        format!("DocumentReference?{patient}&status=current"),
        format!("DocumentReference?{patient}&status=current,superseded&_count=1"),
        format!("DocumentReference?{patient}&status=current&_count=0"),
        format!("DocumentReference?{patient}&status=current&_summary=count"),
        format!("DocumentReference?{patient}&status=current&_summary=true"),
        format!("DocumentReference?{patient}&status=current&_elements=id,status"),
        format!("DocumentReference?{patient}&status=current&unknown=1"),
        format!("DocumentReference?{patient}&status=current&date=nonsense"),
        format!("DocumentReference?{patient}&status=current&_sort=-date"),
        format!("DocumentReference?{patient}"),
        "DocumentReference?status=current".to_owned(),
        format!("DocumentReference?{patient}&status=current&_format=xml"),
        format!("DocumentReference?{patient}&status=current&_format=json&_pretty=true"),
        format!("List?{patient}&code=submissionset&status=current"),
        format!("List?{patient}&code=folder&status=current"),
        format!("List?{patient}&status=current&_count=1"),
        format!("Patient?identifier={of}"),
        format!("Patient?identifier={of}&_format=xml"),
        format!("Patient/$ihe-pix?sourceIdentifier={of}"),
        "Patient/$ihe-pix?sourceIdentifier=urn:oid:1.2.3%7C9".to_owned(),
        "Patient?family=lunedemer".to_owned(),
        format!("AuditEvent?{patient}"),
        format!("AuditEvent?{patient}&_count=2"),
        format!("Consent?{patient}"),
        format!("CareTeam?{patient}"),
        format!("RelatedPerson?{patient}"),
        "Subscription".to_owned(),
    ] {
        for who in ["gp", "hospital", "nurse", "regulator", "ondine"] {
            let found = player.get(who, &query).await;
            let links = found.json()["link"].as_array().cloned().unwrap_or_default();
            if let Some(next) = links.iter().find(|link| link["relation"] == "next")
                && let Some((_, path)) = next["url"].as_str().and_then(|url| url.split_once("/fhir/"))
            {
                player.get(who, path).await;
            }
        }
    }
    for who in ["gp", "nurse", "ondine"] {
        let body = Bytes::from(format!("{patient}&status=current"));
        let path = "DocumentReference/_search";
        let sent = Sent { method: "POST", path, content_type: Some(FORM), body, ..Sent::default() };
        player.send(Some(who), sent).await;
        let strict = [("Prefer", "handling=strict")];
        let path = format!("DocumentReference?{patient}&status=current&unknown=1");
        player
            .send(Some(who), Sent { method: "GET", path: &path, headers: &strict, ..Sent::default() })
            .await;
    }
}

async fn reads(player: &mut Player) {
    let list = documents(player).await;
    let id = list["id"].as_str().unwrap().to_owned();
    let patient = list["subject"]["reference"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let paths = [
        format!("DocumentReference/{id}"),
        format!("DocumentReference/{id}/_history"),
        format!("DocumentReference/{id}/_history/1"),
        format!("DocumentReference/{id}/$who-could-see"),
        format!("Binary/{id}"),
        format!("Patient/{patient}"),
        format!("Patient/{patient}/$export"),
        format!("AuditEvent?patient={patient}"),
        format!("Consent?patient={patient}"),
        format!("CareTeam?patient={patient}"),
    ];
    for path in &paths {
        for who in ["gp", "ondine", "basile"] {
            player.get(who, path).await;
        }
    }
    for accept in [JSON, XML, "application/dicom", "text/xml;q=0.5, application/fhir+json"] {
        let sent = Sent { method: "GET", path: &paths[4], accept: Some(accept), ..Sent::default() };
        player.send(Some("gp"), sent).await;
    }
    let if_none =
        json!({"resourceType": "Parameters", "parameter": [{"name": "mask", "valueBoolean": true}]});
    player.post("ondine", &paths[3], if_none.to_string()).await;
}

async fn choices(player: &mut Player) {
    let ondine = player.world.patient("ondine");
    let own = json!({"identifier": {"system": ondine.authority().urn(), "value": ondine.number()}});
    for (who, kind) in [("gp", "permit"), ("nurse", "deny"), ("nurse", "deny")] {
        let id = player.world.stage.cast.professional(who).unwrap().id.clone();
        let consent = json!({
            "resourceType": "Consent", "status": "active",
            "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
            "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
            "patient": own, "dateTime": "2026-01-02T10:00:00+01:00", "performer": [own],
            "organization": [{"display": "Dossier"}], "sourceReference": {"display": "acte en ligne"},
            "policy": [{"uri": "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal"}],
            "provision": {"type": kind, "actor": [{
                "role": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]},
                "reference": {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": id}},
            }]},
        });
        player.post("gp", "Consent", consent.to_string()).await;
        let made = player.post("ondine", "Consent", consent.to_string()).await;
        if let Some(id) = made.json()["id"].as_str() {
            player.get("ondine", &format!("Consent/{id}")).await;
            let sent = Sent { method: "PUT", path: &format!("Consent/{id}"), ..Sent::default() };
            let body = Bytes::from(made.body.clone());
            player.send(Some("ondine"), Sent { content_type: Some(JSON), body, ..sent }).await;
        }
    }
    let consents = player.get("ondine", &format!("Consent?patient.identifier={}", identifier(&ondine))).await;
    for entry in consents.json()["entry"].as_array().into_iter().flatten() {
        let path = format!("Consent/{}", entry["resource"]["id"].as_str().unwrap());
        player.send(Some("ondine"), Sent { method: "DELETE", path: &path, ..Sent::default() }).await;
    }
    let doctor = player.world.stage.cast.professional("gp").unwrap().id.clone();
    for code in ["PCP", "ATTPHYS"] {
        let team = json!({
            "resourceType": "CareTeam", "status": "active", "subject": own,
            "participant": [{
                "role": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationFunction", "code": code}]}],
                "member": {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": doctor}},
            }],
        });
        player.post("ondine", "CareTeam", team.to_string()).await;
    }
    player.get("ondine", &format!("CareTeam?patient.identifier={}", identifier(&ondine))).await;
    player.get("gp", &format!("Patient?identifier={}", identifier(&ondine))).await;
}

async fn feeds(player: &mut Player) {
    let ondine = identifier(&player.world.patient("ondine")).replace("%7C", "|");
    let base = player.world.stage.base.clone();
    let topic = |name: &str| format!("{base}/fhir/SubscriptionTopic/{name}");
    let documents = "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/\
        DSUBm-SubscriptionTopic-DocumentReference-PatientDependent";
    for path in ["Basic?code=SubscriptionTopic", "Basic/record-activity"] {
        player.get("ondine", path).await;
    }
    let others = [topic("nothing"), "DocumentReference?status=current".into(), documents.into()];
    for criteria in std::iter::once(topic("record-activity")).chain(others) {
        let asked = json!({
            "resourceType": "Subscription", "status": "requested", "reason": "suivi", "criteria": criteria,
            "_criteria": {"extension": [{"url": format!("{BACKPORT}/backport-filter-criteria"),
                "valueString": format!("DocumentReference?patient.identifier={ondine}")}]},
            "channel": {"type": "rest-hook", "endpoint": "https://hooks.example/a", "payload": JSON,
                "_payload": {"extension": [{"url": format!("{BACKPORT}/backport-payload-content"), "valueCode": "id-only"}]}},
        });
        for who in ["ondine", "gp"] {
            let made = player.post(who, "Subscription", asked.to_string()).await;
            let Some(id) = made.json()["id"].as_str().map(str::to_owned) else { continue };
            player.get(who, &format!("Subscription/{id}")).await;
            player.get(who, "Subscription").await;
            let path = format!("Subscription/{id}");
            player.get(who, &format!("{path}/$status")).await;
            player.get(who, &format!("{path}/$events")).await;
            player.send(Some(who), Sent { method: "DELETE", path: &path, ..Sent::default() }).await;
        }
    }
    let journal = player
        .get("ondine", &format!("AuditEvent?patient.identifier={}&_count=500", ondine.replace('|', "%7C")))
        .await;
    if let Some(event) = journal.json().pointer("/entry/0/resource/id").and_then(|id| id.as_str()) {
        player.get("ondine", &format!("AuditEvent/{event}")).await;
        let body = json!({"resourceType": "Parameters", "parameter": [{"name": "reason", "valueString": "je ne sais pas"}]});
        player.post("ondine", &format!("AuditEvent/{event}/$contest"), body.to_string()).await;
    }
}

async fn changes(player: &mut Player) {
    let list = documents(player).await;
    let id = list["id"].as_str().unwrap().to_owned();
    let path = format!("DocumentReference/{id}");
    for operations in [
        json!([{"op": "add", "path": "/securityLabel/-", "value": {"coding": [{"system": FLAGS, "code": "MASQUE_PS"}]}}]),
        json!([{"op": "replace", "path": "/status", "value": "entered-in-error"}]),
        json!([{"op": "add", "path": "/description", "value": "x"}]),
        json!([{"op": "test", "path": "/status", "value": "superseded"}]),
        json!([{"op": "nonsense"}]),
    ] {
        for (who, version) in [("ondine", "W/\"9\""), ("ondine", ""), ("gp", ""), ("hospital", "")] {
            let headers = [("If-Match", version)];
            let headers = if version.is_empty() { &headers[1..] } else { &headers[..] };
            let body = Bytes::from(operations.to_string());
            let sent =
                Sent { method: "PATCH", path: &path, content_type: Some(PATCH), headers, body, accept: None };
            player.send(Some(who), sent).await;
        }
    }
    for who in ["gp", "ondine"] {
        player.send(Some(who), Sent { method: "DELETE", path: &path, ..Sent::default() }).await;
        player.get(who, &path).await;
    }
}

async fn life(player: &mut Player) {
    for operation in ["$notify", "$oppose", "$withdraw-opposition", "$close", "$erase", "$erase"] {
        let body =
            json!({"resourceType": "Parameters", "parameter": [{"name": "reason", "valueString": "essai"}]});
        player.post("ondine", &format!("Patient/{operation}"), body.to_string()).await;
        player
            .send(
                Some("ondine"),
                Sent { method: "POST", path: &format!("Patient/{operation}"), ..Sent::default() },
            )
            .await;
        let path = format!("Patient?identifier={}", identifier(&player.world.patient("ondine")));
        player.get("gp", &path).await;
    }
}

/// The first document that the GP sees.
async fn documents(player: &mut Player) -> Value {
    let path = server::demo::script::search_path(&player.world.patient("ondine"));
    let found = player.get("ondine", &path).await;
    found.json()["entry"][0]["resource"].clone()
}

fn identifier(ins: &Ins) -> String {
    format!("urn:oid:{}%7C{}", ins.domain().oid(), ins.number())
}
