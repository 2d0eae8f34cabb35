//! Statements and the permission they need.

use std::borrow::Cow;

/// Proof that the caller may run a statement.
///
/// Implemented only by the access rules of the ground floor (`kernel::Scope` and `kernel::Room`); a test of the
/// whole product refuses another implementation.
pub trait Permit {
    /// The tenant whose rows the statement may touch, bound as `$1`; `None` for statements over reference tables.
    fn tenant(&self) -> Option<&str>;
}

/// The text of a statement, written with [`sql!`](crate::sql) so that one test finds and prepares them all.
#[derive(Debug, Clone)]
pub struct Sql(pub(crate) Cow<'static, str>);

impl Sql {
    /// A statement from a literal; use the macro.
    #[doc(hidden)]
    pub const fn literal(text: &'static str) -> Self {
        Sql(Cow::Borrowed(text))
    }

    /// A statement put together from literal fragments (a list with optional filters). Whoever composes must offer
    /// all combinations to the statement test; values are never part of the text.
    pub fn composed(text: String) -> Self {
        Sql(Cow::Owned(text))
    }

    /// The text with `$1` parameters.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A literal statement. The product's statement test finds every use and prepares it on both engines.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        $crate::Sql::literal($text)
    };
}
