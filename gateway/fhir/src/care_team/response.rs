//! The care team as it stands: the médecin traitant, and the professionals and structures that are authorised.

use journey::InForce;
use model::{EntryUuid, Moment, Party};
use policy::Setting;
use serde_json::{Value, json};

use super::request::{FUNCTION_FR, TREATING};
use crate::codec::time;
use crate::party;

/// Writes the CareTeam; `None` if it has no member.
pub(super) fn write(patient: EntryUuid, in_force: &[InForce]) -> Option<Value> {
    let participants: Vec<Value> = in_force.iter().filter_map(participant).collect();
    let members = !participants.is_empty();
    members.then(|| {
        json!({
            "resourceType": "CareTeam",
            "id": patient.bare(),
            "status": "active",
            "subject": {"reference": format!("Patient/{}", patient.bare())},
            "participant": participants,
        })
    })
}

fn participant(one: &InForce) -> Option<Value> {
    let (party, code, system, until) = match &one.setting {
        Setting::Treating(person) => {
            let hl7 = "http://terminology.hl7.org/CodeSystem/v3-ParticipationFunction";
            (Party::Person(person.clone()), TREATING, [Some(hl7), Some(FUNCTION_FR)], None)
        }
        Setting::Authorised(party, grant) => {
            let hl7 = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
            (party.clone(), "IRCP", [Some(hl7), None], Some(grant.until))
        }
        Setting::Blocked(_)
        | Setting::FeedingRefused(_)
        | Setting::Opposed(_)
        | Setting::MaskedAllowed(_)
        | Setting::MaskedTo(..) => return None,
    };
    let codings: Vec<Value> =
        system.into_iter().flatten().map(|system| json!({"system": system, "code": code})).collect();
    Some(json!({
        "role": [{"coding": codings}],
        "member": party::write(&party),
        "period": period(one.since, until),
    }))
}

fn period(since: Moment, until: Option<Moment>) -> Value {
    let mut period = json!({"start": time::show(&since.to_hl7())});
    if let (Some(until), Some(period)) = (until, period.as_object_mut()) {
        period.insert("end".into(), json!(time::show(&until.plus_seconds(-1).to_hl7())));
    }
    period
}
