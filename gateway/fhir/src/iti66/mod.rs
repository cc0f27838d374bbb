//! ITI-66 Find Document Lists, and the read of one List: submission sets and folders (IHE MHD 4.2.4, PDSm 3.1.1).

mod parameters;
mod request;
mod response;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use journey::{Clock, Fault, Ids, Item, ListAsk, ListPage, ListsFound, ObjectKey, ShownList, Store};
use model::{EntryUuid, Finding, Location, Paging, Rule};

use crate::document_reference::{Frame, write};
use crate::iti67::patient_name;
use crate::patient::strict;
use crate::search::answer::{Entries, Linking, Parameters, given, read_past, told, whose};
use crate::{Response, Visit};

use request::{Asked, ListTerm};

pub(crate) use parameters::{OFFERED, PARAMETERS};
pub(crate) use response::write as write_list;

const TRANSACTION: &str = "ITI-66";

/// Searches.
pub(crate) async fn respond<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>) -> Response {
    let (asked, given) = match asked(visit) {
        Ok(asked) => asked,
        Err(findings) => return visit.teller.refuse(&findings),
    };
    match find(visit, asked, given).await {
        Ok(response) => response,
        Err(fault) => visit.teller.fault(&fault),
    }
}

fn asked<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
) -> Result<(Asked, Parameters), Vec<Finding>> {
    let given = given(visit.request)?;
    let frame = request::Frame {
        systems: &visit.desk.mappings.systems,
        base: &visit.door.base,
        strict: strict(visit.request.prefer),
        status_is_optional: visit.door.status_is_optional,
        now: visit.desk.clock.now(),
    };
    Ok((request::read(&given, &frame)?, given))
}

async fn find<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    asked: Asked,
    given: Parameters,
) -> Result<Response, Fault> {
    let Asked { patient, named, terms, results, ignored, page: sealed } = asked;
    let (base, past) = (visit.door.base.as_str(), read_past(&ignored, &results));
    let linking = |id| {
        let names_patient = |name: &str| patient_name(name).starts_with("patient");
        Linking::new(base, "List", given.clone(), &past, names_patient, id)
    };
    let (told, last) = (told(&ignored, &results), Paging::default());
    let mut entries = Entries::new(base, &results.shape);
    let Some(whose) = whose(visit, patient).await? else {
        let links = linking(None).links(visit, None, &last);
        return Ok(entries.searchset(visit, 0, links, &told));
    };
    let links = linking(whose.id);
    let mut paging = Paging { count: Some(results.count), ..Paging::default() };
    if let Some(sealed) = &sealed {
        match links.open(visit, sealed) {
            Ok(opened) => paging = opened,
            Err(finding) => return Ok(visit.teller.refuse(&[*finding])),
        }
    }
    let items = results.shows("List:item");
    let ask = ListAsk { patient: whose.ins, named, documents: items };
    let order = Order::of(results.sort);
    let cut = |lists: Vec<ShownList>| order.cut(lists, &terms, &paging, items);
    let found = match journey::find_lists(visit.desk, visit.caller, TRANSACTION, ask, &cut).await {
        Ok(found) => found,
        Err(refusal) => return Ok(visit.teller.refusal(&refusal)),
    };
    if !found.reached {
        // Absent for this caller: our id in a link would tell that there is a record.
        let links = linking(None).links(visit, None, &last);
        return Ok(entries.searchset(visit, 0, links, &told));
    }
    let id = our_id(visit, whose.id, &found).await?;
    let systems = &visit.desk.mappings.systems;
    let frame = Frame { base, systems, patient: id, stored_at: visit.desk.clock.now() };
    for list in &found.page.lists {
        entries.add("match", write_list(list, &frame));
    }
    for list in &found.page.beside {
        entries.add("include", write_list(list, &frame));
    }
    for (document, associations) in &found.documents {
        let current = &document.get().current;
        let frame = Frame { stored_at: current.changed_at, ..frame };
        entries.add("include", write(&current.entry, associations, &frame));
    }
    let next = Paging { after: found.page.next, ceiling: Some(0), count: paging.count };
    let links = links.links(visit, sealed.as_deref(), &next);
    Ok(entries.searchset(visit, found.page.total, links, &told))
}

async fn our_id<S: Store, C: Clock, I: Ids>(
    visit: &Visit<'_, S, C, I>,
    known: Option<EntryUuid>,
    found: &ListsFound,
) -> Result<Option<EntryUuid>, Fault> {
    match (known, found.page.lists.first()) {
        (None, Some(first)) => visit.desk.store.patient_id(first.patient(), visit.desk.clock.now()).await,
        (known, _) => Ok(known),
    }
}

/// The order of the answer: the newest first unless asked otherwise.
struct Order {
    by_change: bool,
    descending: bool,
}

impl Order {
    fn of(sort: Option<(&'static str, bool)>) -> Self {
        match sort {
            Some((by, descending)) => Order { by_change: by == "_lastUpdated", descending },
            None => Order { by_change: false, descending: true },
        }
    }

    /// Where a list stands: its instant, then what of its id no two lists share but by chance.
    fn place(&self, list: &ShownList) -> (i64, i64) {
        let at = if self.by_change { list.changed_at } else { list.date() };
        let id = list.id();
        let half = id.as_bytes().first_chunk::<8>().map_or(0, |bytes| i64::from_be_bytes(*bytes));
        (at.0, half)
    }

    /// The page of those that fit, with the folders that its sets hold if `items` are asked for.
    fn cut(&self, lists: Vec<ShownList>, terms: &[ListTerm], paging: &Paging, items: bool) -> ListPage {
        let (mut fitting, others): (Vec<ShownList>, Vec<ShownList>) =
            lists.into_iter().partition(|list| terms.iter().all(|term| term.holds(list)));
        match self.descending {
            true => fitting.sort_by_key(|list| Reverse(self.place(list))),
            false => fitting.sort_by_key(|list| self.place(list)),
        }
        let total = fitting.len() as u64;
        let beyond = |list: &ShownList| match paging.after {
            Some(after) if self.descending => self.place(list) < after,
            Some(after) => self.place(list) > after,
            None => true,
        };
        let most = paging.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
        let (coming, before): (Vec<ShownList>, Vec<ShownList>) = fitting.into_iter().partition(beyond);
        let mut coming = coming.into_iter();
        let shown: Vec<ShownList> = coming.by_ref().take(most).collect();
        let after: Vec<ShownList> = coming.collect();
        let next = shown.last().filter(|_| !after.is_empty()).map(|last| self.place(last));
        let held: BTreeSet<Item> = match items {
            true => shown.iter().flat_map(|list| &list.items).copied().collect(),
            false => BTreeSet::new(),
        };
        let beside = others.into_iter().chain(before).chain(after);
        let beside = beside.filter(|list| held.contains(&Item::Folder(list.id()))).collect();
        ListPage { lists: shown, beside, total, next }
    }
}

/// Reads one List by our id.
pub(crate) async fn read<S: Store, C: Clock, I: Ids>(visit: &Visit<'_, S, C, I>, id: String) -> Response {
    let Ok(id) = EntryUuid::parse(&id) else { return visit.teller.absent() };
    let ask = ListAsk { patient: None, named: vec![ObjectKey::Uuid(id)], documents: false };
    let cut = |lists: Vec<ShownList>| {
        let lists: Vec<ShownList> = lists.into_iter().filter(|list| list.id() == id).collect();
        ListPage { total: lists.len() as u64, lists, beside: Vec::new(), next: None }
    };
    let found = match journey::find_lists(visit.desk, visit.caller, TRANSACTION, ask, &cut).await {
        Ok(found) => found,
        Err(refusal) => return visit.teller.refusal(&refusal),
    };
    let Some(list) = found.page.lists.first() else { return visit.teller.absent() };
    let patient = match our_id(visit, None, &found).await {
        Ok(patient) => patient,
        Err(fault) => return visit.teller.fault(&fault),
    };
    let systems = &visit.desk.mappings.systems;
    let frame = Frame { base: &visit.door.base, systems, patient, stored_at: list.changed_at };
    let mut response = Response::json(200, &write_list(list, &frame));
    if list.set().is_some() {
        response.headers.push(("ETag", "W/\"1\"".to_owned()));
    }
    response.headers.push(("Last-Modified", crate::codec::time::http_date(list.changed_at)));
    response
}

/// A POST of a List: published samples send their search so, which is a create.
pub(crate) fn no_create<S, C, I>(visit: &Visit<'_, S, C, I>) -> Response {
    let finding = Finding::new(Rule::TransactionIsSupported)
        .at(Location::Parameter("List".to_owned()))
        .detail(
            "une List ne se crée que dans un lot (POST de la base, ITI-65) ; pour chercher : GET List?… ou POST \
             List/_search",
            "a List is created in a bundle only (POST to the base, ITI-65); to search: GET List?… or POST List/_search",
        );
    visit.teller.refuse_with(400, &[finding])
}
