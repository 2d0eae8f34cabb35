//! Vietnamese text, order, numbers, dates and holidays; no I/O.
//!
//! Everything here is a pure function of its arguments: the clock is passed in as a date, and nothing
//! knows what the product is about.
//!
//! | Question | Room |
//! |---|---|
//! | Are these two spellings the same? What does a person without a Vietnamese keyboard type? | [`text`] |
//! | Which name comes first? | [`order`] |
//! | How is a number written and read? | [`number`] |
//! | How is a day written and read? | [`date`] |
//! | When is Tết, and is the office open? | [`calendar`] |
//! | Does this text give away a person? | [`scan`] |
//! | What did a font of the nineties mean by `TiÕng ViÖt`? | [`legacy`] |

pub mod calendar;
pub mod date;
pub mod lang;
pub mod legacy;
pub mod number;
pub mod order;
pub mod scan;
pub mod text;

pub use lang::Lang;
