//! One page of a history: newest first, fixed to the newest event that the first page showed, so that the events
//! which reading itself leaves do not move the pages.

use journey::HistoryLine;
use model::{DateRange, EntryUuid, Paging};

/// One page.
pub(super) struct Cut {
    /// Its lines, newest first.
    pub(super) lines: Vec<HistoryLine>,
    /// How many there are in all.
    pub(super) total: usize,
    /// Where the next page starts; `after` is absent on the last.
    pub(super) next: Paging,
}

/// Cuts the page that `paging` names out of the lines inside the dates.
pub(super) fn cut(mut lines: Vec<HistoryLine>, dates: &DateRange, paging: &Paging) -> Cut {
    let inside = |line: &HistoryLine| {
        dates.from.is_none_or(|from| line.at >= from) && dates.to.is_none_or(|to| line.at < to)
    };
    lines.retain(inside);
    lines.sort_by_key(|line| std::cmp::Reverse(place(line)));
    let newest = lines.first().map_or(0, |line| line.at.0);
    let ceiling = paging.ceiling.unwrap_or(newest);
    lines.retain(|line| line.at.0 <= ceiling);
    let total = lines.len();
    lines.retain(|line| paging.after.is_none_or(|after| place(line) < after));
    let count = paging.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let more = lines.len() > count;
    lines.truncate(count);
    let after = lines.last().filter(|_| more).map(place);
    Cut { lines, total, next: Paging { count: paging.count, ceiling: Some(ceiling), after } }
}

/// The instant; events of one instant by their id.
fn place(line: &HistoryLine) -> (i64, i64) {
    (line.at.0, number(line.id))
}

fn number(id: EntryUuid) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = *id.as_bytes();
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}
