//! What stands on a dashboard: a dozen indicators, three regimes.

use catalogue::{Catalogue, Regime, Window};
use jiff::civil::Date;

/// The indicators of a dashboard, in order; one that the catalogue has lost is left out.
pub(crate) const INDICATORS: [&str; 12] = [
    "areas-with-record-ratio",
    "outreach-sessions",
    "outreach-attendances",
    "households-reached-ratio",
    "commitment-households-ratio",
    "review-meetings",
    "trainings",
    "patrol-shifts",
    "security-team-times",
    "information-items",
    "mediation-ratio",
    "welfare-activities",
];
/// Households reached by outreach, and those that signed a commitment.
pub(crate) const REACHED: &str = "households-reached";
pub(crate) const COMMITTED: &str = "commitment-households";
/// Areas with a confirmed activity, and with an outreach session.
pub(crate) const ACTIVE: &str = "areas-with-record";
pub(crate) const SESSIONS: &str = "areas-with-outreach";

/// The regimes a dashboard can be read in; the second is read when none is asked for.
pub(crate) const REGIMES: [&str; 3] = ["monthly", "quarterly", "yearly"];
const USUAL: &str = "quarterly";

/// A window with the regime it is one of.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    pub(crate) regime: Regime,
    pub(crate) window: Window,
}

impl Period {
    /// The period asked for; what is not asked for, or not readable, is this quarter, or the regime's window of today.
    /// None when the catalogue has lost the regime.
    pub(crate) fn asked(catalogue: &Catalogue, regime: &str, period: &str, today: Date) -> Option<Period> {
        let id = if REGIMES.contains(&regime) { regime } else { USUAL };
        let regime = catalogue.regime(id)?.clone();
        let window = regime.window(period).unwrap_or_else(|_| regime.containing(today));
        Some(Period { regime, window })
    }
}
