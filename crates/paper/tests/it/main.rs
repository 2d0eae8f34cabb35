//! The renderers tried on sample papers, read back by programs that are not ours.

mod docx;
mod html;
mod sample;
mod xlsx;
