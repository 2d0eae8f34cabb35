//! From a grant or an address to a place.

use db::Read;
use jiff::civil::Date;
use kernel::{Place, Scope};

/// The unit at the end of a path, while it exists and stands there.
pub(crate) fn at_path(read: &mut Read<'_>, scope: &Scope, path: &str, on: Date) -> db::Result<Option<Place>> {
    let Some(id) = path.trim_end_matches('/').rsplit('/').next() else { return Ok(None) };
    let place = units::unit(read, scope, id, on)?.map(|unit| unit.place());
    Ok(place.filter(|place| place.path == path))
}

/// The unit that an address names.
pub(crate) fn of_code(read: &mut Read<'_>, scope: &Scope, code: &str, on: Date) -> db::Result<Option<Place>> {
    Ok(units::find_by_code(read, scope, code, on)?.map(|unit| unit.place()))
}
