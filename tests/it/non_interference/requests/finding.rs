//! Lists, versions and conditional reads: what they hold of what is hidden would be told by counts, items and dates.

use passerelle_tests::dice::Dice;
use passerelle_tests::hall::FhirAsk;

use super::Asker;

/// What a search of documents may ask beside who and which.
pub(super) const MORE: [&str; 38] = [
    "type=http://loinc.org%7C11502-2",
    "type=11369-6",
    "category=10",
    "setting=ETABLISSEMENT",
    "facility=SA01",
    "format=urn:asip:ci-sis:avk:2009",
    "security-label=MASQUE_PS",
    "security-label=N",
    "event=urn:oid:2.999.6%7CDEPISTAGE",
    "date=ge2026-11-18",
    "creation=lt2026-11-18",
    "period=2026-11",
    "period-start=ge2026",
    "period-end=le2026",
    "isArchived=false",
    "isArchived=true",
    "_format=json",
    "_sort=date",
    "_include=DocumentReference:patient",
    "_summary=count",
    "_total=accurate",
    "_has:List:item:_id=x",
    "_revinclude=List:item",
    "_sort=-_lastUpdated",
    "_sort=period",
    "_lastUpdated=ge2026-11-18",
    "_elements=type",
    "_summary=true",
    "author.family=ker",
    "author.given:exact=Ana",
    "author:identifier=899900000019",
    "relation=replaces",
    "relation=appends",
    "related=x",
    "event:missing=true",
    "type:not=11502-2",
    "description:contains=a",
    "date=ap2026",
];

const LISTS: [&str; 14] = [
    "date=ge2026",
    "_lastUpdated=ge2026-11-18",
    "_sort=_lastUpdated",
    "_include=List:item",
    "_summary=count",
    "_summary=true",
    "_count=1",
    "title:contains=a",
    "isArchived=false",
    "source.family=ker",
    "source:PractitionerRole.name=a",
    "authorOrg=h",
    "designationType:not=04",
    "sourceId=urn:oid:2.999.4",
];

impl Asker<'_> {
    /// A search of lists, the read of one, a history, a version, or a read on condition.
    pub(super) fn finding(&self, dice: &mut Dice) -> FhirAsk {
        let named = self.named(dice);
        match dice.below(9) {
            0 => FhirAsk::get(format!("DocumentReference/{}/_history", named.uuid.bare()), ""),
            1 => {
                let version = 1 + dice.below(3);
                FhirAsk::get(format!("DocumentReference/{}/_history/{version}", named.uuid.bare()), "")
            }
            2 => {
                let mut query = format!("identifier=urn:oid:{}", named.unique_id);
                query.push_str("&_revinclude=List:item");
                FhirAsk::get("DocumentReference", query)
            }
            3 => FhirAsk::get(format!("List/{}", named.uuid.bare()), ""),
            4 => {
                let query = format!("identifier=urn:ietf:rfc:3986|urn:oid:{}", named.unique_id);
                FhirAsk::get("DocumentReference/$deposit-status", query)
            }
            _ => self.lists(dice, &named.uuid.bare()),
        }
    }

    fn lists(&self, dice: &mut Dice, item: &str) -> FhirAsk {
        let mut parameters: Vec<String> = self.patient_parameter(dice).into_iter().collect();
        parameters
            .push((*dice.of(&["code=submissionset", "code=folder", "code=submissionset,folder"])).into());
        parameters.push((*dice.of(&["status=current", "status=superseded,current"])).into());
        for _ in 0..dice.below(3) {
            parameters.push((*dice.of(&LISTS)).to_owned());
        }
        if dice.once_in(3) {
            parameters.push(format!("item=DocumentReference/{item}"));
        }
        let query = parameters.join("&");
        match dice.once_in(4) {
            true => FhirAsk {
                method: "POST",
                path: "List/_search".into(),
                content_type: Some("application/x-www-form-urlencoded"),
                body: query.into_bytes(),
                ..FhirAsk::default()
            },
            false => FhirAsk::get("List", query),
        }
    }
}
