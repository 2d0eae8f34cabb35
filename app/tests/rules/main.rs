//! Rules of the whole product, read from its sources: what the compiler cannot refuse, one of these tests does.
//! `ARCHITECTURE.md` names the test that holds each invariant.

#[cfg(test)]
mod distribution;
#[cfg(test)]
mod expand;
#[cfg(test)]
mod layers;
#[cfg(test)]
mod one_machine;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod scale_out;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod source;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod texts;
