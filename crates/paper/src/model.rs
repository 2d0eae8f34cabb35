//! What a paper says, free of how it looks. Vietnamese words in the comments are the decree's own.
//!
//! Source of the components: Nghị định 30/2020/NĐ-CP, Điều 8 and Phụ lục I.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vietnamese::Lang;

use crate::layout::ProfileId;

/// One official paper (văn bản hành chính).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Whose style it follows.
    pub profile: ProfileId,
    /// Box 2: the body that issues it.
    pub agency: Agency,
    /// Whether it is a draft, waits for its number or has one.
    pub standing: Standing,
    /// Box 3, after the slash: `BC-UBND`.
    pub notation: String,
    /// Box 4: địa danh, without comma.
    pub place: String,
    /// Box 4: the day.
    pub date: IssueDate,
    /// Box 5a: tên loại.
    pub kind: Kind,
    /// Box 5: trích yếu, one or several lines; for an official letter without `V/v`.
    pub subject: String,
    /// Box 9a: Kính gửi; may be empty.
    pub addressees: Vec<String>,
    /// Căn cứ, without the final `;` or `.`.
    pub grounds: Vec<String>,
    /// Box 6: nội dung. The end mark `./.` is added by [`crate::compose`].
    pub body: Vec<Block>,
    /// Box 9b: nơi nhận, without bullet and final mark; `Lưu: VT` comes last.
    pub recipients: Vec<String>,
    /// Box 12: ký hiệu người soạn thảo and copies, `PL.(05)`.
    pub drafter: Option<String>,
    /// Box 7: one signer, or several side by side.
    pub signers: Vec<Signer>,
    /// Phụ lục.
    pub appendices: Vec<Appendix>,
    /// The language of the text; decides numbers in tables and the language mark of the file.
    #[serde(with = "lang_tag")]
    pub lang: Lang,
}

mod lang_tag {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use vietnamese::Lang;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub(super) fn serialize<S: Serializer>(lang: &Lang, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(lang.tag())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Lang, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Lang::from_tag(&tag).ok_or_else(|| D::Error::custom(format!("no such language: {tag}")))
    }
}

/// Box 2. Names are written as they are printed, in capitals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Cơ quan chủ quản trực tiếp; not printed where the profile has no such line.
    pub parent: Option<String>,
    /// Cơ quan ban hành, one or several lines.
    pub issuer: Vec<String>,
}

/// How far a paper has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Marked DỰ THẢO, no number.
    Draft,
    /// Ready to sign; the number is left blank.
    Unnumbered,
    /// Carries its number in the register.
    Numbered(u32),
}

/// Box 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssueDate {
    /// The day it was issued.
    On(Date),
    /// Day and month left blank for the pen.
    Year(i16),
}

/// Box 5a.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One of the named types, in capitals: `BÁO CÁO`.
    Named(String),
    /// Công văn: no type; the subject stands under the number after `V/v`.
    Letter,
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A heading with its number, `I. KẾT QUẢ`.
    Heading {
        /// Its rank.
        level: Level,
        /// The words, number included.
        text: String,
    },
    /// Running text.
    Paragraph(Vec<Run>),
    /// A point with its literal mark: `a)`, `-`, `+`.
    Item {
        /// The mark.
        marker: String,
        /// The words.
        text: String,
    },
    /// A table.
    Table(Table),
    /// What follows starts on a new page.
    PageBreak,
}

/// Rank of a heading (system B of Phụ lục I, mục V).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// `Phần I`: centred, bold.
    Part,
    /// `I. TÊN MỤC`: bold.
    Section,
    /// `1. Tên khoản`: bold.
    Clause,
}

/// A stretch of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Bold.
    #[serde(default)]
    pub bold: bool,
    /// Italic.
    #[serde(default)]
    pub italic: bool,
}

impl Run {
    /// Upright text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: false, italic: false }
    }

    /// Bold text.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: true, italic: false }
    }
}

/// A paragraph of upright text.
pub fn paragraph(text: impl Into<String>) -> Block {
    Block::Paragraph(vec![Run::plain(text)])
}

/// A table whose rows all have as many cells as it has columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TableParts", into = "TableParts")]
pub struct Table {
    caption: Option<String>,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct TableParts {
    caption: Option<String>,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

impl TryFrom<TableParts> for Table {
    type Error = TableError;
    fn try_from(parts: TableParts) -> Result<Self, TableError> {
        Self::new(parts.caption, parts.columns, parts.rows)
    }
}

impl From<Table> for TableParts {
    fn from(table: Table) -> Self {
        Self { caption: table.caption, columns: table.columns, rows: table.rows }
    }
}

/// Why columns and rows do not make a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No column.
    #[error("bảng không có cột nào (the table has no column)")]
    NoColumn,
    /// A column has no width.
    #[error("cột {0} không có độ rộng (column {0} has no width)")]
    NoWidth(usize),
    /// A row has too few or too many cells. Rows count from 1.
    #[error(
        "dòng {row} có {cells} ô, bảng có {columns} cột (row {row} has {cells} cells, the table {columns} columns)"
    )]
    Ragged {
        /// Which row.
        row: usize,
        /// Its cells.
        cells: usize,
        /// The table's columns.
        columns: usize,
    },
}

impl Table {
    /// A table.
    ///
    /// # Errors
    /// [`TableError`] if there is no column, a column has no width or a row has another number of cells.
    pub fn new(caption: Option<String>, columns: Vec<Column>, rows: Vec<Row>) -> Result<Self, TableError> {
        if columns.is_empty() {
            return Err(TableError::NoColumn);
        }
        if let Some(place) = columns.iter().position(|column| column.width_mm == 0) {
            return Err(TableError::NoWidth(place + 1));
        }
        if let Some((place, row)) = rows.iter().enumerate().find(|(_, row)| row.cells.len() != columns.len())
        {
            return Err(TableError::Ragged {
                row: place + 1,
                cells: row.cells.len(),
                columns: columns.len(),
            });
        }
        Ok(Self { caption, columns, rows })
    }

    /// The words above it.
    #[must_use]
    pub fn caption(&self) -> Option<&str> {
        self.caption.as_deref()
    }

    /// Its columns, at least one.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Its rows, each as wide as the table.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How the columns stand under common headings, from the left.
    #[must_use]
    pub fn bands(&self) -> Vec<Band<'_>> {
        self.columns
            .chunk_by(|a, b| a.group.is_some() && a.group == b.group)
            .map(|columns| Band { columns })
            .collect()
    }

    /// Header rows: two if any column stands under a common heading, else one.
    #[must_use]
    pub fn header_rows(&self) -> usize {
        if self.columns.iter().any(|column| column.group.is_some()) { 2 } else { 1 }
    }
}

/// Neighbouring columns under one common heading, or a single column without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band<'a> {
    /// The columns, at least one.
    pub columns: &'a [Column],
}

impl<'a> Band<'a> {
    /// The common heading.
    #[must_use]
    pub fn group(&self) -> Option<&'a str> {
        self.columns.first().and_then(|column| column.group.as_deref())
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// A heading it shares with its neighbours.
    #[serde(default)]
    pub group: Option<String>,
    /// Its width; all widths together are scaled to the width of the text.
    pub width_mm: u16,
    /// How its cells stand.
    pub align: Align,
}

/// How text stands between its margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// Flush left.
    Left,
    /// Centred.
    Center,
    /// Flush right.
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// As many as there are columns.
    pub cells: Vec<Cell>,
    /// A total or a heading inside the table: bold.
    #[serde(default)]
    pub emphasis: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cell {
    /// Words; also numbers that are names (số ký hiệu, điện thoại).
    Text(String),
    /// `value / 10^scale`.
    Number {
        /// The digits.
        value: i64,
        /// Decimals.
        scale: u8,
    },
    /// A day.
    Date(Date),
    /// Nothing.
    Empty,
}

/// Box 7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// Quyền hạn, chức vụ: `TM. ỦY BAN NHÂN DÂN`, `KT. CHỦ TỊCH`, `PHÓ CHỦ TỊCH`.
    pub authority: Vec<String>,
    /// Họ tên, after the rank where the sector prints it.
    pub name: String,
}

/// Phụ lục, on pages of its own that count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appendix {
    /// Its title, in capitals.
    pub title: String,
    /// `(Kèm theo Báo cáo số …)`.
    pub reference: String,
    /// What it holds.
    pub blocks: Vec<Block>,
    /// How its pages lie.
    pub orientation: Orientation,
}

/// How a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Orientation {
    /// Upright.
    Portrait,
    /// On its side.
    Landscape,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(title: &str, group: Option<&str>) -> Column {
        Column { title: title.into(), group: group.map(Into::into), width_mm: 10, align: Align::Left }
    }

    #[test]
    fn ragged_tables_cannot_be_made_not_even_by_reading() {
        let row = Row { cells: vec![Cell::Empty], emphasis: false };
        let columns = vec![column("a", None), column("b", None)];
        let error = TableError::Ragged { row: 1, cells: 1, columns: 2 };
        assert_eq!(Table::new(None, columns, vec![row]), Err(error));
        assert_eq!(Table::new(None, vec![], vec![]), Err(TableError::NoColumn));
        let json =
            r#"{"caption":null,"columns":[{"title":"a","width_mm":9,"align":"left"}],"rows":[{"cells":[]}]}"#;
        assert!(serde_json::from_str::<Table>(json).is_err());
    }

    #[test]
    fn bands_join_only_neighbours_of_one_group() {
        let columns = vec![
            column("a", None),
            column("b", None),
            column("c", Some("G")),
            column("d", Some("G")),
            column("e", None),
        ];
        let table = Table::new(None, columns, vec![]).unwrap();
        let bands: Vec<_> = table.bands().iter().map(|band| (band.group(), band.columns.len())).collect();
        assert_eq!(bands, [(None, 1), (None, 1), (Some("G"), 2), (None, 1)]);
        assert_eq!(table.header_rows(), 2);
    }
}
