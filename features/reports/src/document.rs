//! A report as an official paper, in the style of the body that signs it.
//!
//! Sources: Decree 30/2020/NĐ-CP for the People's Committee (`checked = true` for the layout, which is crate
//! `paper`'s); the signs and titles of commune police follow papers in use, the ministry's own circular was not seen
//! (`checked = false`).

use std::sync::Arc;

use catalogue::{Catalogue, Part, WHOLE};
use figures::{Shown, Value};
use jiff::Timestamp;
use kernel::{Lang, local_day};
use paper::model::TableError;
use paper::{
    Agency, Align, Appendix, Block, Cell, IssueDate, Kind, Level, Orientation, Paper, ProfileId, Row, Run,
    Standing, Table, paragraph,
};
use units::{Basis, Unit};
use vietnamese::{date, text};

use crate::areas::{self, AreaRow};
use crate::model::{Column, Entry, State, Viewer, overlaps};
use crate::seen::Seen;
use crate::sheet::Sheet;
use crate::signing::{Printing, Signature};

/// Makes a PDF of a paper: given the time and a stable id that go into the file. Handed in by the program, so that
/// no capability links a typesetter. The error is in words for the person.
pub type Printer = Arc<dyn Fn(&Paper, Timestamp, &str) -> Result<Vec<u8>, String> + Send + Sync>;

/// The words of a style. `{KIND}` is XÃ, `{UNIT}` XÃ CAO PHONG, `{PROVINCE}` TỈNH PHÚ THỌ, in small letters likewise;
/// `{OFFICE}` is the sign of the police office.
pub(crate) struct Words {
    parent: Option<&'static str>,
    issuer: &'static [&'static str],
    /// The body's name in running text.
    body: &'static str,
    notation: &'static str,
    /// Quyền hạn, chức vụ of the head; the last line is the office.
    pub(crate) head: &'static [&'static str],
    pub(crate) deputy: &'static [&'static str],
    pub(crate) recipients: &'static [&'static str],
    file: &'static str,
}

pub(crate) const fn words(style: ProfileId) -> &'static Words {
    match style {
        ProfileId::PeoplesCommittee => &Words {
            parent: None,
            issuer: &["ỦY BAN NHÂN DÂN", "{UNIT}"],
            body: "Ủy ban nhân dân {unit}",
            notation: "UBND",
            head: &["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"],
            deputy: &["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
            recipients: &[
                "Ủy ban nhân dân {province}",
                "Công an {province}",
                "Thường trực Đảng ủy {kind}",
                "Ủy ban MTTQ Việt Nam {kind}",
                "Lưu: VT",
            ],
            file: "",
        },
        ProfileId::CommunePolice => &Words {
            parent: Some("CÔNG AN {PROVINCE}"),
            issuer: &["CÔNG AN {UNIT}"],
            body: "Công an {unit}",
            notation: "{OFFICE}",
            head: &["TRƯỞNG CÔNG AN {KIND}"],
            deputy: &["KT. TRƯỞNG CÔNG AN {KIND}", "PHÓ TRƯỞNG CÔNG AN {KIND}"],
            recipients: &[
                "Công an {province}",
                "Thường trực Đảng ủy, Ủy ban nhân dân {kind}",
                "Ủy ban MTTQ Việt Nam {kind}",
                "Lưu: {OFFICE}",
            ],
            file: "cong an ",
        },
        ProfileId::Front => &Words {
            parent: None,
            issuer: &["ỦY BAN MTTQ VIỆT NAM", "{UNIT}", "BAN THƯỜNG TRỰC"],
            body: "Ủy ban Mặt trận Tổ quốc Việt Nam {unit}",
            notation: "MTTQ-BTT",
            head: &["TM. BAN THƯỜNG TRỰC", "CHỦ TỊCH"],
            deputy: &["TM. BAN THƯỜNG TRỰC", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
            recipients: &[
                "Ủy ban MTTQ Việt Nam {province}",
                "Thường trực Đảng ủy {kind}",
                "Ủy ban nhân dân, Công an {kind}",
                "Lưu: VT",
            ],
            file: "mat tran ",
        },
    }
}

/// The name of a style in addresses.
#[must_use]
pub const fn style_key(style: ProfileId) -> &'static str {
    match style {
        ProfileId::PeoplesCommittee => "peoples-committee",
        ProfileId::CommunePolice => "commune-police",
        ProfileId::Front => "front",
    }
}

/// The style of a name in an address.
#[must_use]
pub fn style_from_key(key: &str) -> Option<ProfileId> {
    ProfileId::ALL.into_iter().find(|style| style_key(*style) == key)
}

/// Ký hiệu of a report in a style: `BC-UBND`.
pub(crate) fn notation(sheet: &Sheet, unit: &Unit, style: ProfileId) -> String {
    format!("{}-{}", sheet.form.paper_kind, fill(words(style).notation, unit))
}

pub(crate) fn filled(lines: &[&str], unit: &Unit) -> Vec<String> {
    lines.iter().map(|line| fill(line, unit)).collect()
}

pub(crate) fn fill(line: &str, unit: &Unit) -> String {
    let (kind, name) = (unit.kind.word(Lang::Vi), unit.full_name(Lang::Vi));
    let province = match (unit.parent_kind, &unit.parent_name) {
        (Some(kind), Some(name)) => kind.with_name(name, Lang::Vi),
        _ => String::new(),
    };
    // The signs of ward and special-zone police were not seen in a rule.
    let office = match unit.kind {
        units::Kind::Ward => "CAP",
        units::Kind::SpecialZone => "CAĐK",
        _ => "CAX",
    };
    line.replace("{KIND}", &kind.to_uppercase())
        .replace("{UNIT}", &name.to_uppercase())
        .replace("{PROVINCE}", &province.to_uppercase())
        .replace("{kind}", kind)
        .replace("{unit}", &name)
        .replace("{province}", &province)
        .replace("{OFFICE}", office)
}

/// A report as a paper. While the report is open the paper is marked as a draft; number and day stay blank until the
/// register gives them. Papers are in Vietnamese.
///
/// # Errors
/// [`TableError`] when a table of the form has no row of the width of its columns; a checked catalogue has none such.
pub fn paper_of(
    sheet: &Sheet,
    unit: &Unit,
    catalogue: &Catalogue,
    viewer: Viewer,
    style: ProfileId,
    printing: &Printing,
) -> Result<Paper, TableError> {
    let (report, words) = (&sheet.report, words(style));
    let seen = sheet.seen(viewer, catalogue);
    // A body that signs with the first reports with it; of a residential area it is the area itself.
    let with = printing.signatures.iter().map(|signature| signature.body).filter(|body| *body != style);
    let bodies: Vec<String> =
        std::iter::once(style).chain(with).map(|body| fill(self::words(body).body, unit)).collect();
    let body = sheet.area.clone().unwrap_or_else(|| bodies.join(" và "));
    let signer = |one: &Signature| paper::Signer { authority: one.authority(unit), name: one.name.clone() };
    let period = sheet.regime.label(&report.window, Lang::Vi);
    let amended = if report.amends.is_some() { " (báo cáo điều chỉnh)" } else { "" };
    let title = sheet.form.title(Lang::Vi, &period, &sheet.whose(unit, Lang::Vi));
    let mut recipients = printing.recipients.clone();
    if !printing.addressees.is_empty() {
        recipients.insert(0, "Như trên".to_owned());
    }
    let paper = Paper {
        profile: style,
        agency: Agency {
            parent: words.parent.map(|line| fill(line, unit)),
            issuer: filled(words.issuer, unit),
        },
        standing: match (report.state, printing.issued) {
            (State::Open, _) => Standing::Draft,
            (State::Frozen, Some((number, _))) => Standing::Numbered(number),
            (State::Frozen, None) => Standing::Unnumbered,
        },
        notation: notation(sheet, unit, style),
        place: place_name(unit),
        date: printing.issued.map_or_else(|| IssueDate::Year(year(sheet)), |(_, on)| IssueDate::On(on)),
        kind: Kind::Named("BÁO CÁO".to_owned()),
        subject: format!("{title}{amended}"),
        addressees: printing.addressees.clone(),
        grounds: Vec::new(),
        body: blocks(sheet, &seen, &body, &period)?,
        recipients,
        drafter: None,
        signers: printing.signatures.iter().map(signer).collect(),
        appendices: area_appendices(sheet, unit, (&seen, printing), &body)?,
        lang: Lang::Vi,
    };
    Ok(match &sheet.area {
        Some(area) => Paper { notation: sheet.form.paper_kind.clone(), ..of_area(paper, area, unit) },
        None => paper,
    })
}

/// The note of a residential area: no body with a seal writes it, its head signs, the commune receives.
fn of_area(paper: Paper, area: &str, unit: &Unit) -> Paper {
    Paper {
        agency: Agency {
            parent: None,
            issuer: vec![unit.full_name(Lang::Vi).to_uppercase(), area.to_uppercase()],
        },
        recipients: vec![
            format!("Ủy ban nhân dân {}", unit.full_name(Lang::Vi)),
            "Lưu: khu dân cư".to_owned(),
        ],
        signers: vec![paper::Signer {
            authority: vec!["TRƯỞNG KHU DÂN CƯ".to_owned()], name: String::new()
        }],
        ..paper
    }
}

/// The place name before the date: the bare name, but with its kind where the name is a number.
fn place_name(unit: &Unit) -> String {
    if unit.name.starts_with(|first: char| first.is_ascii_digit()) {
        text::sentence(&unit.full_name(Lang::Vi))
    } else {
        unit.name.clone()
    }
}

/// The year in which the paper is issued: when it was frozen, before that when it is due.
fn year(sheet: &Sheet) -> i16 {
    sheet.report.frozen_at.map_or_else(|| sheet.regime.due(&sheet.report.window), local_day).year()
}

fn blocks(sheet: &Sheet, seen: &Seen<'_>, body: &str, period: &str) -> Result<Vec<Block>, TableError> {
    let mut blocks = vec![paragraph(format!("{body} báo cáo kết quả {period} như sau:"))];
    blocks.push(note(&basis_note(sheet.report.basis())));
    if let Some(frozen_at) = sheet.amended.as_ref().and_then(|amended| amended.frozen_at) {
        let day = date::official(local_day(frozen_at), Lang::Vi);
        blocks.push(note(&format!("Báo cáo này điều chỉnh báo cáo cùng kỳ đã chốt số liệu {day}.")));
    }
    for section in &sheet.form.sections {
        blocks.push(Block::Heading { level: Level::Section, text: section.heading.vi.to_uppercase() });
        for part in &section.body {
            match part {
                Part::Narrative { id, .. } => {
                    blocks.extend(narrative(sheet.texts.get(id).map_or("", String::as_str)));
                }
                Part::Areas { id, caption, .. } => {
                    if sheet.areas.get(id).is_some_and(|rows| !rows.is_empty()) {
                        blocks.push(note(&format!("{}: xem Phụ lục kèm theo.", caption.vi)));
                    }
                }
                Part::Figures { id, caption, rows, .. } => {
                    let lines = (1..).zip(rows).map(|(row, figure)| {
                        (figure.slice == WHOLE || figure.label.is_none(), sheet.row(id, row).collect())
                    });
                    let lines: Vec<(bool, Vec<&Entry>)> = lines.collect();
                    blocks.push(Block::Table(table(seen, &caption.vi, &lines)?));
                    if overlaps(rows) {
                        blocks.push(note(OVERLAPS));
                    }
                    let entries = lines.iter().flat_map(|(_, entries)| entries);
                    blocks.extend(entered(seen, entries.copied()));
                }
            }
        }
    }
    if seen.hides(sheet) {
        blocks.push(note(HIDDEN));
    }
    let name = period_name(period);
    blocks.push(paragraph(format!("Trên đây là báo cáo kết quả {name} của {body}.")));
    Ok(blocks)
}

/// The tables of residential areas as appendices on their side; a report frozen before the form asked has none.
fn area_appendices(
    sheet: &Sheet,
    unit: &Unit,
    (seen, printing): (&Seen<'_>, &Printing),
    body: &str,
) -> Result<Vec<Appendix>, TableError> {
    let style = printing.signatures.first().map_or(ProfileId::PeoplesCommittee, |first| first.body);
    // The number does not exist yet when an electronic paper is signed: its place stays blank.
    let blank = "\u{A0}".repeat(5);
    let (number, day) = printing.issued.map_or_else(
        || (blank.clone(), format!("ngày{blank}tháng{blank}năm {}", year(sheet))),
        |(number, on)| (format!("{number:02}"), date::official(on, Lang::Vi)),
    );
    let reference =
        format!("(Kèm theo Báo cáo số {number}/{} {day} của {body})", notation(sheet, unit, style));
    let mut appendices = Vec::new();
    for (id, caption, columns) in areas::parts(&sheet.form) {
        let rows = sheet.areas.get(id).map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            continue;
        }
        let meanings = areas::definitions(seen.catalogue(), columns, &sheet.report);
        let column = |title: String, width_mm, align| paper::Column { title, group: None, width_mm, align };
        let mut heads = vec![
            column("STT".to_owned(), 10, Align::Center),
            column("Khu dân cư".to_owned(), 42, Align::Left),
        ];
        heads.extend(
            meanings.iter().map(|meaning| {
                column(format!("{} ({})", meaning.label.vi, meaning.unit.vi), 20, Align::Right)
            }),
        );
        let line = |((place, row), cells): ((i64, &AreaRow), Vec<areas::Cell>)| {
            let whole = row.name.is_empty();
            let mut line = vec![
                if whole { Cell::Empty } else { Cell::Number { value: place, scale: 0 } },
                Cell::Text(if whole { "Cộng".to_owned() } else { row.name.clone() }),
            ];
            line.extend(cells.into_iter().map(|cell| match cell {
                areas::Cell::Number(value, scale, _) => Cell::Number { value, scale },
                areas::Cell::Words(words) => Cell::Text(words),
            }));
            Row { cells: line, emphasis: whole }
        };
        let shown = areas::shown(seen, rows, &meanings, Lang::Vi);
        let rows = (1..).zip(rows).zip(shown).map(line).collect();
        appendices.push(Appendix {
            title: caption.vi.to_uppercase(),
            reference: reference.clone(),
            blocks: vec![Block::Table(Table::new(None, heads, rows)?)],
            orientation: Orientation::Landscape,
        });
    }
    Ok(appendices)
}

/// A period without its days: `quý III năm 2026`.
fn period_name(label: &str) -> &str {
    label.split(" (").next().unwrap_or(label)
}

/// The basis of the figures, as it stands in papers.
fn basis_note(basis: Basis) -> String {
    match basis {
        Basis::AsItIsNow => "Số liệu theo địa giới tại thời điểm báo cáo.".to_owned(),
        Basis::AsItWas => "Số liệu theo địa giới tại thời điểm phát sinh.".to_owned(),
        Basis::Restated(on) => {
            format!("Số liệu quy đổi theo địa giới {}.", date::official(on, Lang::Vi))
        }
    }
}

/// Why rows of programmes are not added up.
const OVERLAPS: &str = "Một việc phục vụ nhiều chương trình được tính ở từng chương trình và chỉ tính một lần trong tổng số, \
                        nên tổng số không phải là cộng các dòng chương trình.";

/// What the signs in the place of figures mean.
const HIDDEN: &str = "Nhóm dưới 5 người hoặc 5 hộ ghi “<5”; số nào làm lộ số đó thì ghi “–”.";

fn note(words: &str) -> Block {
    Block::Paragraph(vec![Run { text: words.to_owned(), bold: false, italic: true }])
}

/// Text as typed: a blank line begins a paragraph, a line with a dash or plus an item.
fn narrative(typed: &str) -> Vec<Block> {
    let (mut blocks, mut running) = (Vec::new(), String::new());
    for line in typed.lines().map(str::trim).chain(std::iter::once("")) {
        let item = [("- ", "-"), ("– ", "-"), ("+ ", "+")]
            .into_iter()
            .find_map(|(start, marker)| Some((marker, line.strip_prefix(start)?)));
        if (line.is_empty() || item.is_some()) && !running.is_empty() {
            blocks.push(paragraph(std::mem::take(&mut running)));
        }
        if let Some((marker, text)) = item {
            blocks.push(Block::Item { marker: marker.to_owned(), text: text.trim().to_owned() });
        } else if !line.is_empty() {
            if !running.is_empty() {
                running.push(' ');
            }
            running.push_str(line);
        }
    }
    blocks
}

/// The mark of a row with a figure that aggregate entries feed.
const ENTERED: &str = " (*)";

/// The foot-note of a table: how much of its marked figures aggregate entries say.
fn entered<'a>(seen: &Seen<'_>, entries: impl Iterator<Item = &'a Entry>) -> Option<Block> {
    let told: Vec<String> = entries
        .filter_map(|entry| {
            let words = seen.entered(entry, Lang::Vi)?;
            let column = match entry.column {
                Column::Current => String::new(),
                Column::Previous => " (kỳ trước)".to_owned(),
                Column::LastYear => " (cùng kỳ năm trước)".to_owned(),
                Column::Target | Column::Reached => return None,
            };
            Some(format!("{}{column}: {words}", entry.definition.label.vi))
        })
        .collect();
    (!told.is_empty()).then(|| note(&format!("(*) {}.", told.join("; "))))
}

/// A table of figures; each line says whether it has a number of its own.
fn table(seen: &Seen<'_>, caption: &str, lines: &[(bool, Vec<&Entry>)]) -> Result<Table, TableError> {
    let column = |title: &str, width_mm, align| paper::Column {
        title: title.to_owned(),
        group: None,
        width_mm,
        align,
    };
    let mut heads = vec![
        column("STT", 12, Align::Center),
        column("Chỉ tiêu", 63, Align::Left),
        column("Đơn vị tính", 20, Align::Center),
    ];
    let row = lines.iter().map(|(_, entries)| entries).find(|entries| !entries.is_empty());
    heads.extend(row.into_iter().flatten().map(|entry| match entry.column {
        Column::Current => column("Kỳ này", 23, Align::Right),
        Column::Previous => column("Kỳ trước", 23, Align::Right),
        Column::LastYear => column("Cùng kỳ năm trước", 24, Align::Right),
        Column::Target => column("Chỉ tiêu năm", 23, Align::Right),
        Column::Reached => column("Tỷ lệ đạt (%)", 20, Align::Right),
    }));
    let mut number = 0;
    let rows = lines.iter().filter_map(|(own_number, entries)| {
        let first = entries.first()?;
        number += i64::from(*own_number);
        let mark = if entries.iter().any(|entry| entry.figure.entered != 0) { ENTERED } else { "" };
        let mut cells = vec![
            if *own_number { Cell::Number { value: number, scale: 0 } } else { Cell::Empty },
            Cell::Text(format!("{}{mark}", first.definition.label.vi)),
            Cell::Text(first.definition.unit.vi.clone()),
        ];
        cells.extend(entries.iter().map(|entry| cell(seen, entry)));
        Some(Row { cells, emphasis: false })
    });
    Table::new(Some(caption.to_owned()), heads, rows.collect())
}

fn cell(seen: &Seen<'_>, entry: &Entry) -> Cell {
    match seen.shown(entry, Lang::Vi) {
        hidden @ (Shown::Suppressed | Shown::Withheld) => Cell::Text(hidden.words()),
        Shown::Value(words) => match entry.figure.value {
            Value::Number(value) => Cell::Number { value, scale: 0 },
            Value::Ratio { scaled, scale, .. } => match u8::try_from(scale) {
                Ok(scale) => Cell::Number { value: scaled, scale },
                Err(_) => Cell::Text(words),
            },
            Value::None => Cell::Text(words),
        },
    }
}

/// A file a report leaves as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// PDF/A.
    Pdf,
    /// Word.
    Docx,
    /// The tables, for Excel.
    Xlsx,
}

impl Format {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Format; 3] = [Format::Pdf, Format::Docx, Format::Xlsx];

    /// The file's extension, also the name in addresses.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Docx => "docx",
            Format::Xlsx => "xlsx",
        }
    }

    /// The format of an extension.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.key() == key)
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Pdf => "application/pdf",
            Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// A paper in this format. `at` and `id` go into the file: the same paper, time and id give the same bytes.
    ///
    /// # Errors
    /// What the renderer says, in words for the person.
    pub fn render(
        self,
        paper: &Paper,
        printer: &Printer,
        at: Timestamp,
        id: &str,
    ) -> Result<Vec<u8>, String> {
        match self {
            Format::Pdf => printer(paper, at, id),
            Format::Docx => paper::docx::render(paper).map_err(|error| error.to_string()),
            Format::Xlsx => paper::xlsx::render(paper).map_err(|error| error.to_string()),
        }
    }
}

/// The name of a report's file, in plain ASCII: `bao-cao-quy-iii-2026-cao-phong.pdf`.
#[must_use]
pub fn file_name(sheet: &Sheet, unit: &Unit, style: ProfileId, format: Format) -> String {
    let label = sheet.regime.label(&sheet.report.window, Lang::Vi);
    let period = period_name(&label).replace(" năm ", " ");
    let amended = if sheet.report.amends.is_some() { "dieu chinh " } else { "" };
    let words = text::fold(&format!("bao cao {amended}{period} {}{}", words(style).file, unit.name));
    let parts: Vec<&str> =
        words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    format!("{}.{}", parts.join("-"), format.key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_begin_paragraphs_and_dashes_items() {
        let blocks = narrative("Một\nhai.\n\nBa.\n- bốn\n+ năm\nsáu\n");
        let item = |marker: &str, text: &str| Block::Item { marker: marker.into(), text: text.into() };
        let expected = vec![
            paragraph("Một hai."),
            paragraph("Ba."),
            item("-", "bốn"),
            item("+", "năm"),
            paragraph("sáu"),
        ];
        assert_eq!(blocks, expected);
        assert!(narrative(" \n\n ").is_empty());
    }
}
