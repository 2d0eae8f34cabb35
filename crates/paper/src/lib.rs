//! Official papers: one document model, one table of layout numbers, DOCX, XLSX and HTML renderers.
