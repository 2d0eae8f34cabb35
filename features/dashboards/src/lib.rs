//! Dashboards: the state at a glance, for the head of a residential area, a commune, a province and
//! the country.
//!
//! Nothing is stored here. A commune's figures are read from the cells; an area head's are made on demand from the
//! confirmed records of the area, so that no other area's number is ever at hand; a province's and the
//! country's are one reading of the packed months of the communes, or one statement per part of a definition. Every figure opens to its definition, window and records.
//!
//! | File | Holds |
//! |---|---|
//! | `chosen` | which indicators and regimes stand on a dashboard |
//! | `glance` | the state of a commune, or of the areas that the reader covers |
//! | `province` | one indicator over the communes of a province, or the provinces of the country |
//! | `year` | every indicator of a commune, a province or the country over twelve months, from the packed months |
//! | `aims` | yearly targets beside the figures |
//! | `viewer` | small numbers, hidden outside the unit that recorded them |
//! | `charts` | bars and tile maps as SVG |
//! | `pages` | the dashboard and the page of a figure |

mod aims;
mod charts;
mod chosen;
mod glance;
mod pages;
mod province;
#[cfg(test)]
mod tests;
mod viewer;
mod year;

pub use pages::routes;
