//! What stands above this capability and is asked through a door that the program fills: the records of a unit, and
//! what a change of its rules would break.

use catalogue::{Catalogue, Text};
use db::Read;
use figures::Record;
use jiff::civil::Date;
use kernel::Room;

/// Records, reports and sheets of a unit, as far as rules are concerned.
pub trait Surroundings: std::fmt::Debug + Send + Sync {
    /// Visits the confirmed records of a window.
    ///
    /// # Errors
    /// Those of the store.
    fn records(
        &self,
        read: &mut Read<'_>,
        room: &Room,
        rules: &Catalogue,
        window: (Date, Date),
        visit: &mut dyn FnMut(&Record),
    ) -> db::Result<()>;

    /// What would no longer mean what it did, or no longer work, if the rules of the unit became the `next`.
    ///
    /// # Errors
    /// Those of the store.
    fn broken_by(
        &self,
        read: &mut Read<'_>,
        room: &Room,
        now: &Catalogue,
        next: &Catalogue,
    ) -> db::Result<Vec<Broken>>;
}

/// Something that a change of the rules would break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// An open report, one of whose figures would change its definition before the cut-off.
    Report {
        /// Name of its form.
        form: Text,
        /// Its period, as addresses write it.
        period: String,
        /// Its cut-off.
        until: Date,
        /// Name of the indicator.
        indicator: Text,
    },
    /// Sheets whose columns were mapped to the questions of a kind, which would need one more answer.
    Sheets {
        /// Name of the kind.
        kind: Text,
    },
}
