//! Rules as data: activity kinds, programmes, indicators, period regimes, report forms.

mod catalogue;
mod check;
mod draft;
mod file;
mod form;
mod households;
mod indicator;
mod kind;
mod layer;
mod outline;
mod period;
mod programme;
mod read;
mod shelf;
mod subjects;
mod text;
mod value;

pub use catalogue::{Catalogue, Problem};
pub use form::{Compare, FigureRow, Form, Level, Limits, Part, Section};
pub use households::LAST_HOUSEHOLD;
pub use indicator::{Condition, Indicator, LINES, Measure, Register, Rounding, Select, SliceBy, WHOLE};
pub use kind::{Choice, Field, Input, Kind};
pub use layer::{Layer, Owner};
pub use period::{Opens, PeriodProblem, Regime, Step, Window};
pub use programme::Programme;
pub use shelf::{Rule, Shelf};
pub use subjects::forbidden_subject;
pub use text::Text;
pub use value::{FieldError, FieldProblem, Fields, Value};
pub use vietnamese::Lang;
