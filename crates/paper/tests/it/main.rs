//! The renderers tried on sample papers, read back by programs that are not ours.

#[cfg(test)]
mod docx;
#[cfg(test)]
mod html;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod xlsx;
