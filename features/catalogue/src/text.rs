//! A text in both languages.

use std::fmt;
use vietnamese::Lang;

/// One text in Vietnamese, exactly as officials write it, and in English.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    /// The Vietnamese text.
    pub vi: String,
    /// The English text.
    pub en: String,
}

impl Text {
    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// `Vietnamese / English`, for outlines and messages to people who keep the catalogue.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.vi, self.en)
    }
}
