//! ITI-106 Generate Metadata (IHE MHD 4.2.4 §2:3.106): a CDA or a FHIR document comes alone; its metadata are read off
//! its header or Composition, and it is deposited as a set of one, as by ITI-105.

mod cda;
mod composition;
mod contain;
mod request;
#[cfg(test)]
mod tests;

use journey::{Clock, Ids, Refusal, Store};
use model::{Finding, Location, Submission};
use serde_json::json;

use crate::{Response, Visit, incoming};

use request::Given;

/// The operation.
pub(crate) const OPERATION: &str = "$generate-metadata";
const TRANSACTION: &str = "ITI-106";

/// Reads the document, derives its metadata, deposits it, answers with where its DocumentReference is.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let teller = &visit.teller;
    let body = match incoming::read(visit.request, &visit.door.limits) {
        Ok(body) => body,
        Err(findings) => return teller.refuse(&findings),
    };
    let derived = match request::read(&body) {
        Err(findings) => Err(findings),
        Ok(Given::Cda(given)) => cda::derive(&given, visit),
        Ok(Given::Document(bundle)) => composition::derive(&bundle, visit),
    };
    let Derived { submission, at } = match derived {
        Ok(derived) => derived,
        Err(findings) => return teller.refuse(&findings),
    };
    match journey::deposit(visit.desk, visit.caller, TRANSACTION, submission).await {
        Ok((receipt, _)) => {
            let Some(document) = receipt.documents.first() else {
                return teller.fault(&journey::Fault::new("a receipt without its document"));
            };
            let reference = format!("{}/DocumentReference/{}", visit.door.base, document.logical_id.bare());
            let parameter = json!({"name": "DocumentReference", "valueReference": {"reference": reference}});
            Response::json(200, &json!({"resourceType": "Parameters", "parameter": [parameter]}))
        }
        Err(refusal) => teller.refusal(&located(visit, refusal, &at)),
    }
}

/// A document with the metadata that were derived from it.
struct Derived {
    submission: Submission,
    /// Where the document stands in the request.
    at: Location,
}

/// A finding of the journey names an attribute: told where the CDA has it, else at the document.
fn located<S, C, I>(visit: &Visit<'_, S, C, I>, refusal: Refusal, at: &Location) -> Refusal {
    refusal.located(|finding| match finding.at {
        Location::Submitted(_, attribute) => {
            let pairs = &visit.desk.mappings.cda_pairs;
            let is_cda = matches!(at, Location::XPath(_));
            let path = is_cda.then(|| pairs.xpath_of(attribute)).flatten();
            Finding { at: path.map_or_else(|| at.clone(), Location::XPath), ..finding }
        }
        _ => finding,
    })
}
