//! DOCX: our own WordprocessingML, so that it is right by construction.
//!
//! Every element's children stand in the order of ECMA-376 Part 1 (a test walks them); lengths come from
//! [`Layout`] and [`Composed`] and are only converted here (20 twips a point, 2 half-points, 8 eighths). The
//! same paper gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::compose::{
    Addressees, AgencyLine, Composed, ComposedAppendix, ComposedTable, Content, HeadCell, Heading, Piece,
};
use crate::layout::Layout;
use crate::model::{Align, Level, Orientation, Paper, Run, Signer};

/// Why a DOCX was not made.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The container could not be written.
    #[error("không ghi được tệp DOCX (the DOCX container cannot be written): {0}")]
    Container(#[from] zip::result::ZipError),
    /// A part could not be written into the container.
    #[error("không ghi được một phần của tệp DOCX (a part of the DOCX cannot be written): {0}")]
    Part(#[from] std::io::Error),
}

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// `paper` as a Word file.
///
/// # Errors
/// [`DocxError`] if the container cannot be written, which memory does not refuse.
pub fn render(paper: &Paper) -> Result<Vec<u8>, DocxError> {
    let layout = Layout::of(paper.profile);
    let composed = Composed::of(paper);
    let parts = [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", package_relationships()),
        ("docProps/core.xml", core_properties(paper, &composed)),
        ("word/document.xml", document(&composed, layout)),
        ("word/styles.xml", styles(&composed, layout)),
        ("word/settings.xml", settings(layout)),
        ("word/header-first.xml", header(&composed, layout, false)),
        ("word/header-next.xml", header(&composed, layout, true)),
        ("word/_rels/document.xml.rels", document_relationships()),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT);
    for (name, part) in parts {
        zip.start_file(name, options)?;
        zip.write_all(part.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

// --- units

const fn rounded(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "lengths on a sheet of paper")]
    let whole = value.round() as i64;
    whole
}

const fn mm_to_twips(mm: f64) -> i64 {
    rounded(mm / 25.4 * 1440.0)
}

const fn pt_to_twips(pt: f64) -> i64 {
    rounded(pt * 20.0)
}

const fn half_points(pt: f64) -> i64 {
    rounded(pt * 2.0)
}

const fn eighths(pt: f64) -> i64 {
    rounded(pt * 8.0)
}

/// 240ths of a single line.
const fn line_240ths(factor: f64) -> i64 {
    rounded(factor * 240.0)
}

// --- text, runs, paragraphs

/// `text` safe inside an element or a quoted attribute; characters XML cannot hold are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[derive(Debug, Clone, Copy)]
struct Face {
    pt: f64,
    bold: bool,
    italic: bool,
}

impl Face {
    const fn upright(pt: f64) -> Self {
        Self { pt, bold: false, italic: false }
    }

    const fn bold(pt: f64) -> Self {
        Self { pt, bold: true, italic: false }
    }

    const fn italic(pt: f64) -> Self {
        Self { pt, bold: false, italic: true }
    }

    fn properties(self) -> String {
        let bold = if self.bold { "<w:b/><w:bCs/>" } else { "" };
        let italic = if self.italic { "<w:i/><w:iCs/>" } else { "" };
        let size = half_points(self.pt);
        format!("<w:rPr>{bold}{italic}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr>")
    }

    fn run(self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        format!("<w:r>{}<w:t xml:space=\"preserve\">{}</w:t></w:r>", self.properties(), escape(text))
    }
}

/// A paragraph's properties; written in schema order by [`Par::wrap`].
#[derive(Debug, Clone, Copy)]
struct Par {
    style: Option<&'static str>,
    keep_next: bool,
    new_page: bool,
    /// Rule above: thickness in eighths of a point.
    rule: Option<i64>,
    before: i64,
    line: Line,
    left: i64,
    right: i64,
    first_line: i64,
    justify: &'static str,
    /// Size of the paragraph's end mark in half-points: what makes an empty paragraph as high as it is.
    mark: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
enum Line {
    Factor(i64),
    Exactly(i64),
}

impl Par {
    /// Single spacing, flush left, no space around.
    const DEFAULT: Self = Self {
        style: None,
        keep_next: false,
        new_page: false,
        rule: None,
        before: 0,
        line: Line::Factor(240),
        left: 0,
        right: 0,
        first_line: 0,
        justify: "left",
        mark: None,
    };

    const fn aligned(justify: &'static str) -> Self {
        Self { justify, ..Self::DEFAULT }
    }

    const fn before(self, pt: f64) -> Self {
        Self { before: pt_to_twips(pt), ..self }
    }

    /// Space without text, `pt` high.
    const fn gap(pt: f64) -> Self {
        let justify = "left";
        let line = Line::Exactly(pt_to_twips(pt));
        Self { line, mark: Some(2), justify, ..Self::DEFAULT }
    }

    const fn keep(self, keep_next: bool) -> Self {
        Self { keep_next, ..self }
    }

    fn properties(self, section: Option<&str>) -> String {
        let mut out = String::from("<w:pPr>");
        if let Some(style) = self.style {
            let _ = write!(out, "<w:pStyle w:val=\"{style}\"/>");
        }
        if self.keep_next {
            out.push_str("<w:keepNext/>");
        }
        if self.new_page {
            out.push_str("<w:pageBreakBefore/>");
        }
        if let Some(weight) = self.rule {
            let _ = write!(
                out,
                "<w:pBdr><w:top w:val=\"single\" w:sz=\"{weight}\" w:space=\"0\" w:color=\"000000\"/></w:pBdr>"
            );
        }
        let (line, rule) = match self.line {
            Line::Factor(line) => (line, "auto"),
            Line::Exactly(line) => (line, "exact"),
        };
        let before = self.before;
        let _ = write!(
            out,
            "<w:spacing w:before=\"{before}\" w:after=\"0\" w:line=\"{line}\" w:lineRule=\"{rule}\"/>"
        );
        let _ = write!(
            out,
            "<w:ind w:left=\"{}\" w:right=\"{}\" w:firstLine=\"{}\"/>",
            self.left, self.right, self.first_line
        );
        let _ = write!(out, "<w:jc w:val=\"{}\"/>", self.justify);
        if let Some(size) = self.mark {
            let _ = write!(out, "<w:rPr><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr>");
        }
        out.push_str(section.unwrap_or_default());
        out.push_str("</w:pPr>");
        out
    }

    fn wrap(self, runs: &str) -> String {
        format!("<w:p>{}{runs}</w:p>", self.properties(None))
    }
}

const CENTER: &str = "center";
const BOTH: &str = "both";

/// A centred rule `width` twips long in a column of `column` twips: the top border of an empty paragraph with
/// indents on both sides. It prints as a drawn line and holds no text.
fn rule(width: i64, column: i64, layout: &Layout, keep_next: bool) -> String {
    let side = ((column - width) / 2).max(0);
    Par {
        rule: Some(eighths(layout.heading.rule_weight_pt)),
        before: pt_to_twips(layout.heading.rule_gap_pt),
        line: Line::Exactly(pt_to_twips(layout.heading.rule_gap_pt)),
        left: side,
        right: side,
        keep_next,
        mark: Some(2),
        ..Par::aligned(CENTER)
    }
    .wrap("")
}

/// An empty paragraph one point high: Word wants one between a table and the end of a section.
fn speck(section: Option<&str>) -> String {
    format!("<w:p>{}</w:p>", Par::gap(1.0).properties(section))
}

// --- tables

/// A table without borders and cell margins whose columns are `widths` twips.
fn arrangement(widths: &[i64], rows: &str) -> String {
    let zero = |side| format!("<w:{side} w:w=\"0\" w:type=\"dxa\"/>");
    let margins: String = ["top", "left", "bottom", "right"].map(zero).concat();
    table(widths, "", &margins, rows)
}

fn table(widths: &[i64], borders: &str, margins: &str, rows: &str) -> String {
    let total: i64 = widths.iter().sum();
    let grid: String = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:tblInd w:w=\"0\" w:type=\"dxa\"/>{borders}\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>\
         <w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )
}

fn table_row(header: bool, cells: &str) -> String {
    let header = if header { "<w:tblHeader/>" } else { "" };
    format!("<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>")
}

#[derive(Debug, Clone, Copy, Default)]
struct CellShape {
    width: i64,
    span: usize,
    merge: Option<&'static str>,
    vertical: &'static str,
}

fn table_cell(shape: CellShape, paragraphs: &str) -> String {
    let span = if shape.span > 1 { format!("<w:gridSpan w:val=\"{}\"/>", shape.span) } else { String::new() };
    let merge = shape.merge.map(|kind| format!("<w:vMerge w:val=\"{kind}\"/>")).unwrap_or_default();
    let empty = Par::gap(1.0).wrap("");
    let paragraphs = if paragraphs.is_empty() { &empty } else { paragraphs };
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/>{span}{merge}<w:vAlign w:val=\"{}\"/></w:tcPr>{paragraphs}</w:tc>",
        shape.width, shape.vertical
    )
}

fn cell(width: i64, vertical: &'static str, paragraphs: &str) -> String {
    table_cell(CellShape { width, span: 1, merge: None, vertical }, paragraphs)
}

// --- the page

fn document(composed: &Composed, layout: &Layout) -> String {
    let mut body = heading(&composed.heading, layout);
    if let Some(title) = &composed.title {
        let text_mm = layout.text_width_mm(Orientation::Portrait);
        let kind =
            Par { style: Some("Heading1"), ..Par::aligned(CENTER).before(layout.title.before_pt).keep(true) };
        body.push_str(&kind.wrap(&Face::bold(layout.title.kind_pt).run(&title.kind)));
        for line in &title.subject {
            body.push_str(
                &Par::aligned(CENTER).keep(true).wrap(&Face::bold(layout.title.subject_pt).run(line)),
            );
        }
        body.push_str(&rule(mm_to_twips(title.rule_mm), mm_to_twips(text_mm), layout, true));
    }
    body.push_str(&Par::gap(layout.title.after_pt).wrap(""));
    body.push_str(&addressees(&composed.addressees, layout));
    for ground in &composed.grounds {
        body.push_str(&body_par(layout).wrap(&Face::italic(layout.body.pt).run(ground)));
    }
    body.push_str(&pieces(&composed.body, layout));
    body.push_str(&signature(composed, layout));
    let mut section = section_properties(Orientation::Portrait, layout);
    for appendix in &composed.appendices {
        body.push_str(&speck(Some(&section)));
        body.push_str(&appendix_text(appendix, layout));
        section = section_properties(appendix.orientation, layout);
    }
    body.push_str(&speck(None));
    format!("{XML}<w:document xmlns:w=\"{W}\" xmlns:r=\"{R}\"><w:body>{body}{section}</w:body></w:document>")
}

fn heading(heading: &Heading, layout: &Layout) -> String {
    let numbers = &layout.heading;
    let widths = [mm_to_twips(numbers.agency_column_mm), mm_to_twips(numbers.nation_column_mm)];
    let [left, right] = widths;
    let centered = Par::aligned(CENTER);
    let agency_line = |line: &AgencyLine| {
        centered.wrap(&Face { pt: numbers.agency_pt, bold: line.bold, italic: false }.run(&line.text))
    };
    let agency: String = heading.agency.iter().map(agency_line).collect();
    let agency = agency + &rule(mm_to_twips(heading.agency_rule_mm), left, layout, false);
    let nation = centered.wrap(&Face::bold(numbers.nation_pt).run(heading.nation))
        + &centered.wrap(&Face::bold(numbers.motto_pt).run(heading.motto))
        + &rule(mm_to_twips(heading.motto_rule_mm), right, layout, false);
    let lower = centered.before(numbers.number_before_pt);
    let number = lower.wrap(&Face::upright(numbers.number_pt).run(&heading.number));
    let date = lower.wrap(&Face::italic(numbers.date_pt).run(&heading.date));
    let mut rows = table_row(false, &(cell(left, "top", &agency) + &cell(right, "top", &nation)))
        + &table_row(false, &(cell(left, "bottom", &number) + &cell(right, "bottom", &date)));
    if !heading.about.is_empty() {
        let line = |(place, line): (usize, &String)| {
            let before = if place == 0 { numbers.about_before_pt } else { 0.0 };
            centered.before(before).wrap(&Face::upright(numbers.about_pt).run(line))
        };
        let about: String = heading.about.iter().enumerate().map(line).collect();
        rows.push_str(&table_row(false, &(cell(left, "top", &about) + &cell(right, "top", ""))));
    }
    arrangement(&widths, &rows)
}

fn addressees(addressees: &Addressees, layout: &Layout) -> String {
    let numbers = &layout.addressees;
    let face = Face::upright(numbers.pt);
    let head = Par { left: mm_to_twips(numbers.indent_mm), ..Par::aligned("left").before(numbers.before_pt) };
    match addressees {
        Addressees::None => String::new(),
        Addressees::One(line) => head.wrap(&face.run(line)),
        Addressees::Many { head: words, items } => {
            let par = Par { left: mm_to_twips(numbers.bullet_indent_mm), ..Par::aligned("left") };
            let items = items.iter().map(|item| par.wrap(&face.run(item)));
            head.keep(true).wrap(&face.run(words)) + &items.collect::<String>()
        }
    }
}

fn body_par(layout: &Layout) -> Par {
    Par {
        line: Line::Factor(line_240ths(layout.body.line_factor)),
        first_line: mm_to_twips(layout.body.first_line_mm),
        ..Par::aligned(BOTH).before(layout.body.before_pt)
    }
}

fn pieces(pieces: &[Piece], layout: &Layout) -> String {
    pieces.iter().map(|piece| self::piece(piece, layout)).collect()
}

fn piece(piece: &Piece, layout: &Layout) -> String {
    let par = Par { new_page: piece.new_page, keep_next: piece.keep_with_next, ..body_par(layout) };
    let upright = Face::upright(layout.body.pt);
    match &piece.content {
        Content::Heading { level, depth, text } => {
            let style = Some(match depth {
                1 => "Heading2",
                2 => "Heading3",
                _ => "Heading4",
            });
            let par = match level {
                Level::Part => Par { style, first_line: 0, justify: CENTER, ..par },
                Level::Section | Level::Clause => Par { style, ..par },
            };
            par.wrap(&Face::bold(layout.body.pt).run(text))
        }
        Content::Paragraph { runs } => {
            let run =
                |run: &Run| Face { pt: layout.body.pt, bold: run.bold, italic: run.italic }.run(&run.text);
            par.wrap(&runs.iter().map(run).collect::<String>())
        }
        Content::Item { marker, text } => par.wrap(&upright.run(&format!("{marker} {text}"))),
        Content::Table(table) => data_table(piece, table, layout),
    }
}

fn data_table(piece: &Piece, table: &ComposedTable, layout: &Layout) -> String {
    let numbers = &layout.table;
    let gap = Par { new_page: piece.new_page, ..Par::gap(numbers.before_pt).keep(true) }.wrap("");
    let caption = table.caption.as_ref().map(|caption| {
        let words = Face::bold(numbers.caption_pt).run(caption);
        Par::aligned(CENTER).keep(true).wrap(&words) + &Par::gap(numbers.before_pt).keep(true).wrap("")
    });
    let lead = gap + &caption.unwrap_or_default();
    let widths: Vec<i64> = table.columns.iter().map(|column| mm_to_twips(column.width_mm)).collect();
    let weight = eighths(numbers.border_pt);
    let line =
        |side| format!("<w:{side} w:val=\"single\" w:sz=\"{weight}\" w:space=\"0\" w:color=\"000000\"/>");
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(line).concat();
    let margin = |(side, twips)| format!("<w:{side} w:w=\"{twips}\" w:type=\"dxa\"/>");
    let (above, beside) = (pt_to_twips(numbers.row_gap_pt), mm_to_twips(numbers.padding_mm));
    let margins: String =
        [("top", above), ("left", beside), ("bottom", above), ("right", beside)].map(margin).concat();
    let mut rows: String =
        (0..table.head.len()).map(|place| head_row(table, place, &widths, layout)).collect();
    for row in &table.rows {
        let face = Face { pt: numbers.pt, bold: row.emphasis, italic: false };
        let cells = row.cells.iter().zip(&table.columns).zip(&widths).map(|((text, column), width)| {
            let justify = match column.align {
                Align::Left => "left",
                Align::Center => CENTER,
                Align::Right => "right",
            };
            let par = Par { mark: Some(half_points(numbers.pt)), ..Par::aligned(justify) };
            cell(*width, CENTER, &par.wrap(&face.run(text)))
        });
        rows.push_str(&table_row(false, &cells.collect::<String>()));
    }
    lead + &self::table(&widths, &format!("<w:tblBorders>{borders}</w:tblBorders>"), &margins, &rows)
}

/// One header row; a cell that covers two rows is written again, empty, in the second.
fn head_row(table: &ComposedTable, place: usize, widths: &[i64], layout: &Layout) -> String {
    let own = table.head.get(place).into_iter().flatten().map(|cell| (cell, false));
    let above = place.checked_sub(1).and_then(|above| table.head.get(above)).into_iter().flatten();
    let mut cells: Vec<(&HeadCell, bool)> =
        own.chain(above.filter(|cell| cell.rows > 1).map(|cell| (cell, true))).collect();
    cells.sort_by_key(|(cell, _)| cell.column);
    let cells = cells.into_iter().map(|(cell, continued)| {
        let merge = match (continued, cell.rows) {
            (true, _) => Some("continue"),
            (false, 1) => None,
            (false, _) => Some("restart"),
        };
        let width = widths.iter().skip(cell.column).take(cell.columns).sum();
        let text = if continued { "" } else { cell.text.as_str() };
        let par = Par { mark: Some(half_points(layout.table.pt)), ..Par::aligned(CENTER).keep(true) };
        let par = par.wrap(&Face::bold(layout.table.pt).run(text));
        table_cell(CellShape { width, span: cell.columns, merge, vertical: CENTER }, &par)
    });
    table_row(true, &cells.collect::<String>())
}

fn signature(composed: &Composed, layout: &Layout) -> String {
    let numbers = &layout.signature;
    let signature = &composed.signature;
    let mut recipients = String::new();
    if let Some(title) = signature.recipients_title {
        let face = Face { pt: numbers.recipients_title_pt, bold: true, italic: true };
        recipients.push_str(&Par::aligned("left").keep(true).wrap(&face.run(title)));
    }
    for line in &signature.recipients {
        recipients
            .push_str(&Par::aligned("left").keep(true).wrap(&Face::upright(numbers.recipients_pt).run(line)));
    }
    let space = Par::gap(numbers.before_pt).keep(true).wrap("");
    let (recipients_column, signer_column) =
        (mm_to_twips(numbers.recipients_column_mm), mm_to_twips(numbers.signer_column_mm));
    match signature.signers.as_slice() {
        [] if recipients.is_empty() => String::new(),
        [] => space + &recipients,
        [one] => {
            let row = cell(recipients_column, "top", &recipients)
                + &cell(signer_column, "top", &signer(one, layout));
            space + &arrangement(&[recipients_column, signer_column], &table_row(false, &row))
        }
        several => {
            let columns = i64::try_from(several.len()).unwrap_or(i64::MAX);
            let widths = vec![(recipients_column + signer_column) / columns; several.len()];
            let cells = several.iter().zip(&widths).map(|(s, width)| cell(*width, "top", &signer(s, layout)));
            space
                + &arrangement(&widths, &table_row(false, &cells.collect::<String>()))
                + &speck(None)
                + &recipients
        }
    }
}

fn signer(signer: &Signer, layout: &Layout) -> String {
    let numbers = &layout.signature;
    let line = |line: &String| Par::aligned(CENTER).keep(true).wrap(&Face::bold(numbers.title_pt).run(line));
    let name = Par { before: mm_to_twips(numbers.space_mm), ..Par::aligned(CENTER) };
    signer.authority.iter().map(line).collect::<String>()
        + &name.wrap(&Face::bold(numbers.name_pt).run(&signer.name))
}

fn appendix_text(appendix: &ComposedAppendix, layout: &Layout) -> String {
    let numbers = &layout.appendix;
    let centered = Par::aligned(CENTER).keep(true);
    let label =
        Par { style: Some("Heading1"), ..centered }.wrap(&Face::bold(numbers.label_pt).run(&appendix.label));
    let title = appendix.title.iter().map(|line| centered.wrap(&Face::bold(numbers.title_pt).run(line)));
    let reference = if appendix.reference.is_empty() {
        String::new()
    } else {
        centered.wrap(&Face::italic(numbers.reference_pt).run(&appendix.reference))
    };
    let gap = Par::gap(numbers.after_pt).keep(true).wrap("");
    label + &title.collect::<String>() + &reference + &gap + &pieces(&appendix.body, layout)
}

fn section_properties(orientation: Orientation, layout: &Layout) -> String {
    let page = &layout.page;
    let (short, long) = (mm_to_twips(page.width_mm), mm_to_twips(page.height_mm));
    let size = match orientation {
        Orientation::Portrait => format!("<w:pgSz w:w=\"{short}\" w:h=\"{long}\"/>"),
        Orientation::Landscape => format!("<w:pgSz w:w=\"{long}\" w:h=\"{short}\" w:orient=\"landscape\"/>"),
    };
    let [top, right, bottom, left, header] =
        [page.top_mm, page.right_mm, page.bottom_mm, page.left_mm, page.header_distance_mm].map(mm_to_twips);
    format!(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:headerReference w:type=\"first\" \
         r:id=\"rId4\"/><w:type w:val=\"nextPage\"/>{size}<w:pgMar w:top=\"{top}\" w:right=\"{right}\" \
         w:bottom=\"{bottom}\" w:left=\"{left}\" w:header=\"{header}\" w:footer=\"{header}\" w:gutter=\"0\"/>\
         <w:pgNumType w:start=\"1\"/><w:cols w:space=\"720\"/><w:titlePg/></w:sectPr>"
    )
}

// --- the other parts

fn header(composed: &Composed, layout: &Layout, numbered: bool) -> String {
    let mark = composed.draft.map(|word| watermark(word, u32::from(numbered), layout)).unwrap_or_default();
    let face = Face::upright(layout.page.number_pt).properties();
    let number = if numbered {
        format!(
            "<w:r>{face}<w:fldChar w:fldCharType=\"begin\"/></w:r>\
             <w:r>{face}<w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
             <w:r>{face}<w:fldChar w:fldCharType=\"separate\"/></w:r><w:r>{face}<w:t>2</w:t></w:r>\
             <w:r>{face}<w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    } else {
        String::new()
    };
    let par = Par::aligned(CENTER).wrap(&(number + &mark));
    format!(
        "{XML}<w:hdr xmlns:w=\"{W}\" xmlns:r=\"{R}\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
         xmlns:o=\"urn:schemas-microsoft-com:office:office\">{par}</w:hdr>"
    )
}

/// The word behind the text, in the way Word itself writes a watermark: a shape that stretches the letters to
/// its box. Shapes are counted through the file by `shape`.
fn watermark(word: &str, shape: u32, layout: &Layout) -> String {
    let draft = &layout.draft;
    let width = crate::metrics::bold_width_mm(word, draft.pt) / 25.4 * 72.0;
    let grey = rounded(draft.grey * 255.0);
    format!(
        "<w:r><w:pict><v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" o:spt=\"136\" adj=\"10800\" \
         path=\"m@7,l@8,m@5,21600l@6,21600e\"><v:formulas><v:f eqn=\"sum #0 0 10800\"/><v:f eqn=\"prod #0 2 1\"/>\
         <v:f eqn=\"sum 21600 0 @1\"/><v:f eqn=\"sum 0 0 @2\"/><v:f eqn=\"sum 21600 0 @3\"/>\
         <v:f eqn=\"if @0 @3 0\"/><v:f eqn=\"if @0 21600 @1\"/><v:f eqn=\"if @0 0 @2\"/>\
         <v:f eqn=\"if @0 @4 21600\"/></v:formulas><v:path textpathok=\"t\" o:connecttype=\"rect\"/>\
         <v:textpath on=\"t\" fitshape=\"t\"/></v:shapetype>\
         <v:shape id=\"DuThao{shape}\" o:spid=\"_x0000_s{shape_id}\" type=\"#_x0000_t136\" alt=\"{word}\" \
         style=\"position:absolute;margin-left:0;margin-top:0;width:{width:.0}pt;height:{height:.0}pt;\
         rotation:{rotation:.0};z-index:-251658752;mso-position-horizontal:center;\
         mso-position-horizontal-relative:margin;mso-position-vertical:center;\
         mso-position-vertical-relative:margin\" fillcolor=\"#{grey:02x}{grey:02x}{grey:02x}\" stroked=\"f\">\
         <v:textpath style=\"font-family:&quot;{family}&quot;;font-size:1pt;font-weight:bold\" \
         string=\"{word}\"/></v:shape></w:pict></w:r>",
        word = escape(word),
        shape_id = 2049 + shape,
        height = draft.pt,
        rotation = 360.0 - draft.angle_deg,
        family = escape(&layout.font.family),
    )
}

fn styles(composed: &Composed, layout: &Layout) -> String {
    let family = escape(&layout.font.family);
    let size = half_points(layout.body.pt);
    let lang = match composed.lang {
        "vi" => "vi-VN",
        other => other,
    };
    let mut headings = String::new();
    for level in 1..=4 {
        let outline = level - 1;
        let _ = write!(
            headings,
            "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading {level}\"/>\
             <w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:uiPriority w:val=\"9\"/><w:qFormat/>\
             <w:pPr><w:keepNext/><w:outlineLvl w:val=\"{outline}\"/></w:pPr><w:rPr><w:b/><w:bCs/></w:rPr></w:style>"
        );
    }
    format!(
        "{XML}<w:styles xmlns:w=\"{W}\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"{family}\" \
         w:hAnsi=\"{family}\" w:eastAsia=\"{family}\" w:cs=\"{family}\"/><w:sz w:val=\"{size}\"/>\
         <w:szCs w:val=\"{size}\"/><w:lang w:val=\"{lang}\" w:eastAsia=\"{lang}\" w:bidi=\"{lang}\"/></w:rPr>\
         </w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:before=\"0\" w:after=\"0\" \
         w:line=\"240\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/>\
         </w:style>{headings}</w:styles>"
    )
}

fn settings(layout: &Layout) -> String {
    let tab = mm_to_twips(layout.body.first_line_mm);
    format!(
        "{XML}<w:settings xmlns:w=\"{W}\"><w:defaultTabStop w:val=\"{tab}\"/><w:compat><w:compatSetting \
         w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>\
         <w:themeFontLang w:val=\"vi-VN\"/><w:decimalSymbol w:val=\",\"/><w:listSeparator w:val=\";\"/></w:settings>"
    )
}

fn core_properties(paper: &Paper, composed: &Composed) -> String {
    let created = match paper.date {
        crate::model::IssueDate::On(date) => {
            format!("<dcterms:created xsi:type=\"dcterms:W3CDTF\">{date}T00:00:00Z</dcterms:created>")
        }
        crate::model::IssueDate::Year(_) => String::new(),
    };
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{created}<dc:creator>{}</dc:creator>\
         <dc:language>{}</dc:language><dc:title>{}</dc:title></cp:coreProperties>",
        escape(&composed.file_author),
        composed.lang,
        escape(&composed.file_title)
    )
}

fn content_types() -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let part = |name: &str, kind: &str| format!("<Override PartName=\"{name}\" ContentType=\"{kind}+xml\"/>");
    format!(
        "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
         Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default \
         Extension=\"xml\" ContentType=\"application/xml\"/>{}{}{}{}{}{}</Types>",
        part("/word/document.xml", &format!("{word}.document.main")),
        part("/word/styles.xml", &format!("{word}.styles")),
        part("/word/settings.xml", &format!("{word}.settings")),
        part("/word/header-first.xml", &format!("{word}.header")),
        part("/word/header-next.xml", &format!("{word}.header")),
        part("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties"),
    )
}

fn package_relationships() -> String {
    format!(
        "{XML}<Relationships xmlns=\"{RELATIONSHIPS}\"><Relationship Id=\"rId1\" Type=\"{R}/officeDocument\" \
         Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"{RELATIONSHIPS}/metadata/core-properties\" \
         Target=\"docProps/core.xml\"/></Relationships>"
    )
}

fn document_relationships() -> String {
    let part =
        |id, kind, target| format!("<Relationship Id=\"{id}\" Type=\"{R}/{kind}\" Target=\"{target}\"/>");
    format!(
        "{XML}<Relationships xmlns=\"{RELATIONSHIPS}\">{}{}{}{}</Relationships>",
        part("rId1", "styles", "styles.xml"),
        part("rId2", "settings", "settings.xml"),
        part("rId3", "header", "header-next.xml"),
        part("rId4", "header", "header-first.xml"),
    )
}
