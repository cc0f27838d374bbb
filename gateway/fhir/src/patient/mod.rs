//! Patient: read, search (the existence test of the DMP, TD0.2; IHE PDQm ITI-78), cross-reference (PIXm ITI-83).

mod ask;
pub(crate) mod feed;
mod identity;
pub(crate) mod matching;
mod named;
pub(crate) mod pix;
mod reference;
mod resource;
mod search;

use journey::{Clock, Ids, People, PeopleAsk, Store};
use model::EntryUuid;

use crate::{Response, Visit};

pub(crate) use ask::PARAMETERS;
pub(crate) use named::{Named, by_proof, stated_ins};
pub(crate) use pix::cross_reference;
pub(crate) use reference::{Patients, own_id, qualified};
pub(crate) use resource::{Style, identifier, reference};
pub(crate) use search::search;

use resource::write_replaced;

const TRANSACTION: &str = "ITI-78";

/// Reads a Patient by our id. The id of a number that was replaced tells which one goes on.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let ask = PeopleAsk { ids: vec![vec![id]], ..PeopleAsk::default() };
    let people = match journey::find_people(visit.desk, visit.caller, TRANSACTION, &ask).await {
        Ok(People::Found(people)) => people,
        Ok(People::TooMany) => Vec::new(),
        Err(refusal) => return visit.teller.refusal(&refusal),
    };
    match people.first() {
        Some(one) => match &one.former {
            Some(former) => Response::json(200, &write_replaced(former, &one.existence)),
            None => Response::json(200, &style(visit, None).write(&one.existence)),
        },
        None => visit.teller.absent(),
    }
}

fn style<'a, S, C, I>(visit: &'a Visit<'_, S, C, I>, domains: Option<&'a [model::Oid]>) -> Style<'a> {
    Style { pack: &visit.desk.pack, systems: &visit.desk.mappings.systems, domains }
}

/// True if `Prefer: handling=strict`.
pub(crate) fn strict(prefer: Option<&str>) -> bool {
    let parts = prefer.unwrap_or_default().split([',', ';']);
    parts.into_iter().any(|part| part.trim().eq_ignore_ascii_case("handling=strict"))
}
