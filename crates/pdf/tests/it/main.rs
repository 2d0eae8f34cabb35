//! PDFs of the sample papers, read back by programs that are not ours.

#[cfg(test)]
mod read_back;
#[cfg(test)]
#[path = "../../../paper/tests/it/sample.rs"]
mod sample;
