//! What a change of the rules would do to reports that are being written.

use catalogue::{Catalogue, Text};
use db::Read;
use jiff::civil::Date;
use kernel::Room;

use crate::model::slots;
use crate::store;

/// An open report, one of whose figures would change its definition before its cut-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Name of its form.
    pub form: Text,
    /// Its period.
    pub period: String,
    /// Its cut-off.
    pub until: Date,
    /// Name of the indicator.
    pub indicator: Text,
}

/// The open reports of the room's unit that would say something else if its rules became the `next`; each once.
///
/// # Errors
/// Those of the store.
pub fn changed_by(
    read: &mut Read<'_>,
    room: &Room,
    now: &Catalogue,
    next: &Catalogue,
) -> db::Result<Vec<Running>> {
    let mut running = Vec::new();
    for report in store::open(read, room)? {
        let Some(form) = now.forms().version(&report.form, report.form_version) else { continue };
        let until = report.window.to;
        let changed = slots(form).into_iter().find_map(|slot| changed(now, next, slot.indicator, until));
        if let Some(indicator) = changed {
            running.push(Running { form: form.name.clone(), period: report.window.period, until, indicator });
        }
    }
    Ok(running)
}

/// The indicator, or the first of those it is made of, that is defined otherwise on a day.
fn changed(now: &Catalogue, next: &Catalogue, id: &str, on: Date) -> Option<Text> {
    let rule = now.indicators().on(id, on)?;
    if next.indicators().on(id, on).is_none_or(|other| other.version != rule.version) {
        return Some(rule.name.clone());
    }
    rule.measure.parts().into_iter().find_map(|part| changed(now, next, part, on))
}
