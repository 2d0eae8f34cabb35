//! From what a paper says to the lines that stand on it: marks, bullets, blanks, fixed phrases, widths. Every
//! renderer prints a [`Composed`] and adds nothing, so DOCX, PDF and HTML hold the same text.
//!
//! Source of the phrases and marks: Nghị định 30/2020/NĐ-CP, Phụ lục I and III.

use serde::Serialize;
use vietnamese::Lang;
use vietnamese::text::tied;

use crate::layout::Layout;
use crate::metrics::bold_width_mm;
use crate::model::{
    Align, Appendix, Band, Block, Cell, IssueDate, Kind, Level, Orientation, Paper, Run, Signer, Standing,
    Table,
};

/// Quốc hiệu.
pub const NATION: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
/// Tiêu ngữ.
pub const MOTTO: &str = "Độc lập - Tự do - Hạnh phúc";
/// The mark that ends the text.
pub const END: &str = "./.";
/// The mark of a draft.
pub const DRAFT: &str = "DỰ THẢO";
const ADDRESSEES: &str = "Kính gửi:";
const RECIPIENTS: &str = "Nơi nhận:";
const APPENDIX: &str = "Phụ lục";
/// Room for the pen: spaces that neither collapse nor break.
const BLANK: &str = "\u{A0}\u{A0}\u{A0}\u{A0}\u{A0}";

/// A paper as lines, ready to print.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Composed {
    /// Title of the file: type and subject on one line.
    pub file_title: String,
    /// Who issues it, on one line.
    pub file_author: String,
    /// BCP 47 tag of the text.
    pub lang: &'static str,
    /// The mark of a draft.
    pub draft: Option<&'static str>,
    /// Boxes 1–4 and 5b.
    pub heading: Heading,
    /// Box 5a; official letters have none.
    pub title: Option<Title>,
    /// Box 9a.
    pub addressees: Addressees,
    /// Căn cứ with their marks.
    pub grounds: Vec<String>,
    /// Box 6.
    pub body: Vec<Piece>,
    /// Boxes 7 and 9b.
    pub signature: Signature,
    /// Phụ lục.
    pub appendices: Vec<ComposedAppendix>,
}

/// Boxes 1–4 and 5b.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Heading {
    /// Box 2, from the top.
    pub agency: Vec<AgencyLine>,
    /// Length of the rule under it.
    pub agency_rule_mm: f64,
    /// Quốc hiệu.
    pub nation: &'static str,
    /// Tiêu ngữ.
    pub motto: &'static str,
    /// Length of the rule under it: that of the words.
    pub motto_rule_mm: f64,
    /// Box 3.
    pub number: String,
    /// Box 4.
    pub date: String,
    /// Box 5b: the lines of V/v of an official letter.
    pub about: Vec<String>,
}

/// One line of box 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgencyLine {
    /// The words.
    pub text: String,
    /// The issuing body is bold, the superior is not.
    pub bold: bool,
}

/// Box 5a.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Title {
    /// Tên loại.
    pub kind: String,
    /// Trích yếu.
    pub subject: Vec<String>,
    /// Length of the rule under it.
    pub rule_mm: f64,
}

/// Box 9a.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", content = "lines", rename_all = "kebab-case")]
pub enum Addressees {
    /// The paper is not sent to a superior.
    None,
    /// `Kính gửi: …` on one line.
    One(String),
    /// `Kính gửi:`, then a bullet for each.
    Many {
        /// The first line.
        head: &'static str,
        /// The bullets with their marks.
        items: Vec<String>,
    },
}

/// A block with what concerns its place on the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Piece {
    /// Starts a new page.
    pub new_page: bool,
    /// Stays with what follows.
    pub keep_with_next: bool,
    /// What it is.
    #[serde(flatten)]
    pub content: Content,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Content {
    /// A heading.
    Heading {
        /// Its rank, for the look.
        level: Level,
        /// Its depth under the title, from 1 without gaps, for navigation.
        depth: u8,
        /// The words.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        runs: Vec<Run>,
    },
    /// A point; printed as an indented paragraph.
    Item {
        /// Its mark.
        marker: String,
        /// Its words.
        text: String,
    },
    /// A table.
    Table(ComposedTable),
}

/// A table with its widths.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComposedTable {
    /// The words above it.
    pub caption: Option<String>,
    /// Columns from the left; the widths add up to the width of the text.
    pub columns: Vec<ComposedColumn>,
    /// Header rows, one or two, to be repeated on each page.
    pub head: Vec<Vec<HeadCell>>,
    /// Rows, each with one text per column.
    pub rows: Vec<ComposedRow>,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ComposedColumn {
    /// Its width.
    pub width_mm: f64,
    /// How its cells stand.
    pub align: Align,
}

/// A cell of the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeadCell {
    /// The words.
    pub text: String,
    /// First column.
    pub column: usize,
    /// Columns it covers.
    pub columns: usize,
    /// Rows it covers.
    pub rows: usize,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComposedRow {
    /// Texts of the cells.
    pub cells: Vec<String>,
    /// Bold.
    pub emphasis: bool,
}

/// Boxes 7 and 9b.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// `Nơi nhận:`, if anyone is named.
    pub recipients_title: Option<&'static str>,
    /// The list with bullets and marks.
    pub recipients: Vec<String>,
    /// Who signs.
    pub signers: Vec<Signer>,
}

/// Phụ lục.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComposedAppendix {
    /// `Phụ lục`, with a Roman number if there are several.
    pub label: String,
    /// Its title, one or several lines.
    pub title: Vec<String>,
    /// The line that names the main paper.
    pub reference: String,
    /// Whether its pages lie on their side.
    pub orientation: Orientation,
    /// What it holds.
    pub body: Vec<Piece>,
}

/// The lines of `paper` in its profile's layout.
#[must_use]
pub fn compose(paper: &Paper, layout: &Layout) -> Composed {
    let subject = lines(&paper.subject);
    let (title, about, kind) = match &paper.kind {
        Kind::Named(kind) => {
            let kind = clean(kind);
            let last = subject.last().map_or(kind.as_str(), String::as_str);
            let line_mm =
                bold_width_mm(last, layout.title.subject_pt).min(layout.text_width_mm(Orientation::Portrait));
            let title = Title {
                kind: kind.clone(),
                subject: subject.iter().map(|line| tied(line)).collect(),
                rule_mm: line_mm * layout.title.rule_share,
            };
            (Some(title), Vec::new(), kind)
        }
        Kind::Letter => (None, about(&subject), String::new()),
    };
    let file_title = join(std::iter::once(&kind).chain(&subject));
    let text_mm = layout.text_width_mm(Orientation::Portrait);
    let mut body = pieces(&with_end_mark(&paper.body), text_mm, paper.lang);
    // The signature never stands alone on a page. The last piece is words: with_end_mark sees to that.
    if let Some(last) = body.last_mut() {
        last.keep_with_next = true;
    }
    Composed {
        file_title: if file_title.is_empty() { clean(&paper.notation) } else { file_title },
        file_author: join(paper.agency.issuer.iter().map(|line| clean(line)).collect::<Vec<_>>().iter()),
        lang: paper.lang.tag(),
        draft: (paper.standing == Standing::Draft).then_some(DRAFT),
        heading: heading(paper, about, layout),
        title,
        addressees: addressees(&cleaned(&paper.addressees)),
        grounds: marked(&cleaned(&paper.grounds), ""),
        body,
        signature: signature(paper),
        appendices: appendices(&paper.appendices, layout, paper.lang),
    }
}

fn heading(paper: &Paper, about: Vec<String>, layout: &Layout) -> Heading {
    let numbers = &layout.heading;
    let parent = paper.agency.parent.as_deref().filter(|_| numbers.prints_parent);
    let issuer = paper.agency.issuer.iter().enumerate();
    let agency: Vec<AgencyLine> = parent
        .map(|text| AgencyLine { text: clean(text), bold: false })
        .into_iter()
        .chain(issuer.map(|(place, text)| AgencyLine {
            text: clean(text),
            bold: place >= numbers.bold_from_issuer_line,
        }))
        .filter(|line| !line.text.is_empty())
        .collect();
    let last = agency.last().map_or("", |line| line.text.as_str());
    let line_mm = bold_width_mm(last, numbers.agency_pt).min(numbers.agency_column_mm);
    let number = match paper.standing {
        Standing::Numbered(number) => format!("{number:02}"),
        Standing::Draft | Standing::Unnumbered => BLANK.to_owned(),
    };
    let day = match paper.date {
        IssueDate::On(date) => vietnamese::date::official(date, Lang::Vi),
        IssueDate::Year(year) => format!("ngày{BLANK}tháng{BLANK}năm {year}"),
    };
    Heading {
        agency,
        agency_rule_mm: line_mm * numbers.agency_rule_share,
        nation: NATION,
        motto: MOTTO,
        motto_rule_mm: bold_width_mm(MOTTO, numbers.motto_pt),
        number: format!("Số: {number}/{}", clean(&paper.notation)),
        date: format!("{}, {}", clean(&paper.place), tied(&day)),
        about,
    }
}

fn about(subject: &[String]) -> Vec<String> {
    subject
        .iter()
        .enumerate()
        .map(|(place, line)| if place == 0 { format!("V/v {}", tied(line)) } else { tied(line) })
        .collect()
}

fn addressees(names: &[String]) -> Addressees {
    match names {
        [] => Addressees::None,
        [one] => Addressees::One(format!("{ADDRESSEES} {}", without_mark(one))),
        many => Addressees::Many { head: ADDRESSEES, items: marked(many, "- ") },
    }
}

fn signature(paper: &Paper) -> Signature {
    let mut recipients = marked(&cleaned(&paper.recipients), "- ");
    if let (Some(last), Some(mark)) = (recipients.last_mut(), &paper.drafter) {
        *last = format!("{last} {}", clean(mark));
    }
    let signers = paper.signers.iter();
    Signature {
        recipients_title: (!recipients.is_empty()).then_some(RECIPIENTS),
        recipients,
        signers: signers.map(|s| Signer { authority: cleaned(&s.authority), name: clean(&s.name) }).collect(),
    }
}

fn appendices(appendices: &[Appendix], layout: &Layout, lang: Lang) -> Vec<ComposedAppendix> {
    let several = appendices.len() > 1;
    let compose_one = |(place, appendix): (usize, &Appendix)| ComposedAppendix {
        label: if several { format!("{APPENDIX} {}", roman(place + 1)) } else { APPENDIX.to_owned() },
        title: lines(&appendix.title).iter().map(|line| tied(line)).collect(),
        reference: prose(&appendix.reference),
        orientation: appendix.orientation,
        body: pieces(&appendix.blocks, layout.text_width_mm(appendix.orientation), lang),
    };
    appendices.iter().enumerate().map(compose_one).collect()
}

/// The text with `./.` at its end, once: behind the last words, or on a line of its own after a table.
fn with_end_mark(blocks: &[Block]) -> Vec<Block> {
    let mut blocks = blocks.to_vec();
    while blocks.last() == Some(&Block::PageBreak) {
        blocks.pop();
    }
    match blocks.last_mut() {
        None => {}
        Some(Block::Item { text, .. }) => *text = ended(text),
        Some(Block::Paragraph(runs)) => match runs.iter_mut().rfind(|run| !run.text.trim().is_empty()) {
            Some(run) => run.text = ended(&run.text),
            None => runs.push(Run::plain(END)),
        },
        Some(Block::Heading { .. } | Block::Table(_) | Block::PageBreak) => {
            blocks.push(Block::Paragraph(vec![Run::plain(END)]));
        }
    }
    blocks
}

fn ended(text: &str) -> String {
    let text = text.trim_end();
    let text = text.strip_suffix(END).unwrap_or(text);
    format!("{}{END}", text.trim_end_matches(['.', ';', ' ']))
}

fn pieces(blocks: &[Block], text_mm: f64, lang: Lang) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut new_page = false;
    let mut ranks: Vec<Level> = Vec::new();
    for block in blocks {
        let content = match block {
            Block::PageBreak => {
                new_page = true;
                continue;
            }
            Block::Heading { level, text } => {
                ranks.retain(|above| above < level);
                ranks.push(*level);
                let depth = u8::try_from(ranks.len()).unwrap_or(u8::MAX);
                Content::Heading { level: *level, depth, text: prose(text) }
            }
            Block::Paragraph(runs) => Content::Paragraph { runs: runs.iter().map(clean_run).collect() },
            Block::Item { marker, text } => Content::Item { marker: clean(marker), text: prose(text) },
            Block::Table(table) => Content::Table(compose_table(table, text_mm, lang)),
        };
        let keep_with_next = matches!(content, Content::Heading { .. });
        pieces.push(Piece { new_page, keep_with_next, content });
        new_page = false;
    }
    pieces
}

fn compose_table(table: &Table, text_mm: f64, lang: Lang) -> ComposedTable {
    let total: f64 = table.columns().iter().map(|column| f64::from(column.width_mm)).sum();
    let columns = table.columns().iter().map(|column| ComposedColumn {
        width_mm: f64::from(column.width_mm) / total * text_mm,
        align: column.align,
    });
    let rows = table.rows().iter().map(|row| ComposedRow {
        cells: row.cells.iter().map(|cell| cell_text(cell, lang)).collect(),
        emphasis: row.emphasis,
    });
    ComposedTable {
        caption: table.caption().map(prose).filter(|caption| !caption.is_empty()),
        columns: columns.collect(),
        head: head(&table.bands(), table.header_rows()),
        rows: rows.collect(),
    }
}

/// Header rows: common headings above their columns, single columns over both rows.
pub(crate) fn head(bands: &[Band<'_>], header_rows: usize) -> Vec<Vec<HeadCell>> {
    let mut first = Vec::new();
    let mut second = Vec::new();
    let mut place = 0;
    for band in bands {
        match band.group() {
            Some(group) => {
                first.push(HeadCell {
                    text: clean(group),
                    column: place,
                    columns: band.columns.len(),
                    rows: 1,
                });
                for (offset, column) in band.columns.iter().enumerate() {
                    second.push(HeadCell {
                        text: clean(&column.title),
                        column: place + offset,
                        columns: 1,
                        rows: 1,
                    });
                }
            }
            None => {
                let text = band.columns.first().map_or_else(String::new, |column| clean(&column.title));
                first.push(HeadCell { text, column: place, columns: 1, rows: header_rows });
            }
        }
        place += band.columns.len();
    }
    if header_rows > 1 { vec![first, second] } else { vec![first] }
}

fn cell_text(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::Text(text) => clean(text),
        Cell::Number { value, scale } => vietnamese::number::decimal(*value, u32::from(*scale), lang),
        Cell::Date(date) => vietnamese::date::table(*date, lang),
        Cell::Empty => String::new(),
    }
}

/// Each line with `lead` before it and `;` behind it, the last with `.`.
fn marked(items: &[String], lead: &str) -> Vec<String> {
    let last = items.len().saturating_sub(1);
    let mark = |place| if place == last { '.' } else { ';' };
    items
        .iter()
        .enumerate()
        .map(|(place, item)| format!("{lead}{}{}", without_mark(item), mark(place)))
        .collect()
}

fn without_mark(text: &str) -> &str {
    text.trim_end_matches(['.', ';', ',', ' '])
}

fn roman(number: usize) -> String {
    const STEPS: [(usize, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut left = number;
    let mut out = String::new();
    for (value, letters) in STEPS {
        while left >= value {
            out.push_str(letters);
            left -= value;
        }
    }
    out
}

/// One line of text without spaces at its ends; see [`clean_inside`].
fn clean(text: &str) -> String {
    clean_inside(text).trim_matches(' ').to_owned()
}

/// As [`clean`], for text that runs over lines; cells stay as they are, their columns may be narrower than a tie.
fn prose(text: &str) -> String {
    tied(&clean(text))
}

/// NFC; line ends and tabs are spaces; what prints nothing (controls, joiners, direction and byte-order marks,
/// often pasted along) is left out; the no-break hyphen, which the fonts lack, becomes the hyphen.
fn clean_inside(text: &str) -> String {
    let printable = text.chars().filter_map(|c| match c {
        '\n' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{2011}' => Some('-'),
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => None,
        '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    vietnamese::text::nfc(&printable.collect::<String>())
}

fn clean_run(run: &Run) -> Run {
    Run { text: tied(&clean_inside(&run.text)), ..*run }
}

fn cleaned(items: &[String]) -> Vec<String> {
    items.iter().map(|item| prose(item)).filter(|item| !item.is_empty()).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(clean).filter(|line| !line.is_empty()).collect()
}

fn join<'a>(parts: impl Iterator<Item = &'a String>) -> String {
    parts.filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

impl Composed {
    /// The paper's lines in its own profile's layout.
    #[must_use]
    pub fn of(paper: &Paper) -> Self {
        compose(paper, Layout::of(paper.profile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_ends_with_its_mark_once() {
        for (text, expected) in
            [("hết", "hết./."), ("hết.", "hết./."), ("hết./.", "hết./."), ("hết ./. ", "hết./.")]
        {
            assert_eq!(ended(text), expected);
        }
        let twice = with_end_mark(&with_end_mark(&[crate::model::paragraph("Trên đây là báo cáo.")]));
        assert_eq!(twice, [crate::model::paragraph("Trên đây là báo cáo./.")]);
        assert!(with_end_mark(&[Block::PageBreak]).is_empty());
    }

    #[test]
    fn lists_end_as_officials_end_them() {
        let items = ["Như trên;".to_owned(), "Lưu: VT".to_owned()];
        assert_eq!(marked(&items, "- "), ["- Như trên;", "- Lưu: VT."]);
        assert_eq!(addressees(&items[1..]), Addressees::One("Kính gửi: Lưu: VT".into()));
    }

    #[test]
    fn control_characters_and_decomposed_letters_do_not_get_through() {
        assert_eq!(clean("a\u{0}b\u{7}\tc\u{FFFF} "), "ab c");
        assert_eq!(clean("e\u{302}\u{301}"), "ế");
        assert_eq!(clean("\u{FEFF}a\u{200B}b\u{2011}c"), "ab-c");
    }

    #[test]
    fn headings_leave_no_gap_in_depth() {
        let heading = |level| Block::Heading { level, text: "x".into() };
        let blocks = [Level::Clause, Level::Section, Level::Clause, Level::Part, Level::Clause].map(heading);
        let depths: Vec<u8> = pieces(&blocks, 165.0, Lang::Vi)
            .iter()
            .filter_map(|piece| match piece.content {
                Content::Heading { depth, .. } => Some(depth),
                _ => None,
            })
            .collect();
        assert_eq!(depths, [1, 1, 2, 1, 2]);
    }

    #[test]
    fn appendices_count_in_roman_numbers() {
        let romans: Vec<String> = [1, 4, 9, 14, 40].map(roman).into();
        assert_eq!(romans, ["I", "IV", "IX", "XIV", "XL"]);
    }
}
