//! The PDF renderer of a paper (PDF/A and PDF/UA through typst).
