//! The whole product tried from its doors: the router with every capability, and the built program.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod disclosures;
#[cfg(test)]
mod drill;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod house;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod mang_yang;
#[cfg(test)]
mod network;
#[cfg(test)]
#[cfg(test)]
mod one_number;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod program;
#[cfg(test)]
mod promotion;
#[cfg(test)]
#[path = "../../../features/sync/tests/protocol/mod.rs"]
mod protocol;
#[cfg(test)]
mod published;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod supplements;
#[cfg(test)]
mod tamper;
