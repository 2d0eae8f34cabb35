//! A file as a plain table: headers and rows of texts, from XLSX, XLS, ODS or CSV. No I/O.
//!
//! Every cell becomes the text a person would type: `1234` for a number, `2026-09-05` for a day. A number with
//! decimals is written with a comma, so that nothing takes it for grouped thousands.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Ods, Reader as _, Xls, Xlsx, open_workbook_from_rs};
use vietnamese::{legacy, text};

/// Largest file read, bytes.
pub const FILE_LIMIT: usize = 20 * 1024 * 1024;
/// Most rows of a sheet, without its headers.
pub const ROW_LIMIT: usize = 100_000;
/// Most columns of a sheet.
pub const COLUMN_LIMIT: usize = 256;
/// Headers stand within so many rows with something in them; above them are titles.
const HEADER_WITHIN: usize = 20;

/// Why a file is not read; each has a text `imports-unreadable-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Larger than [`FILE_LIMIT`].
    #[error("too-large")]
    TooLarge,
    /// Neither XLSX, XLS, ODS nor CSV by its name.
    #[error("format")]
    Format,
    /// Not what its name says, or damaged, or locked with a password.
    #[error("broken")]
    Broken,
    /// More than [`ROW_LIMIT`] rows.
    #[error("rows")]
    Rows,
    /// More than [`COLUMN_LIMIT`] columns.
    #[error("columns")]
    Columns,
    /// No row under the headers.
    #[error("empty")]
    Empty,
}

impl Unreadable {
    /// Every reason, for the test that each has its text.
    pub const ALL: [Unreadable; 6] = [
        Unreadable::TooLarge,
        Unreadable::Format,
        Unreadable::Broken,
        Unreadable::Rows,
        Unreadable::Columns,
        Unreadable::Empty,
    ];

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> String {
        format!("imports-unreadable-{self}")
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What stands above the columns.
    pub headers: Vec<String>,
    /// Rows with something in them.
    pub rows: Vec<Line>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u32,
    /// Its cells, as many as there are headers.
    pub cells: Vec<String>,
}

/// Reads a file. `known` says whether a text looks like one of the headers that are looked for; the first sheet with
/// the row that holds most of them is taken.
///
/// # Errors
/// [`Unreadable`].
pub fn read(file_name: &str, bytes: &[u8], known: &dyn Fn(&str) -> bool) -> Result<Sheet, Unreadable> {
    if bytes.len() > FILE_LIMIT {
        return Err(Unreadable::TooLarge);
    }
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let grids = match ending.as_deref() {
        Some("xlsx" | "xlsm") => xlsx(bytes)?,
        Some("xls") => {
            ranges(open_workbook_from_rs::<Xls<_>, _>(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?)?
        }
        Some("ods") => {
            ranges(open_workbook_from_rs::<Ods<_>, _>(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?)?
        }
        Some("csv" | "txt") => vec![delimited(bytes)?],
        _ => return Err(Unreadable::Format),
    };
    table(grids, known)
}

/// Rows by number, as they stand in the file, blank ones left out.
type Grid = BTreeMap<u32, Vec<String>>;

/// Cell by cell: a far-off cell costs nothing.
fn xlsx(bytes: &[u8]) -> Result<Vec<Grid>, Unreadable> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?;
    let mut grids = Vec::new();
    for name in book.sheet_names() {
        // A sheet of charts has no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        let mut grid = Grid::new();
        while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::Broken)? {
            let (row, column) = cell.get_position();
            let value = match cell.get_value() {
                DataRef::SharedString(text) => tidy(text),
                other => shown(&Data::from(other.clone())),
            };
            put(&mut grid, row, column, value)?;
        }
        grids.push(grid);
    }
    Ok(grids)
}

fn ranges<'a, B: calamine::Reader<Cursor<&'a [u8]>>>(mut book: B) -> Result<Vec<Grid>, Unreadable> {
    let mut grids = Vec::new();
    for (_, range) in book.worksheets() {
        let (top, left) = range.start().unwrap_or_default();
        let mut grid = Grid::new();
        for (row, column, value) in range.used_cells() {
            let at = |offset: u32, n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(offset);
            put(&mut grid, at(top, row), at(left, column), shown(value))?;
        }
        grids.push(grid);
    }
    Ok(grids)
}

/// Keeps a cell that says something.
fn put(grid: &mut Grid, row: u32, column: u32, value: String) -> Result<(), Unreadable> {
    if value.is_empty() {
        return Ok(());
    }
    let column = column as usize;
    if column >= COLUMN_LIMIT {
        return Err(Unreadable::Columns);
    }
    let cells = grid.entry(row.saturating_add(1)).or_default();
    if cells.len() <= column {
        cells.resize(column + 1, String::new());
    }
    if let Some(cell) = cells.get_mut(column) {
        *cell = value;
    }
    if grid.len() > ROW_LIMIT + HEADER_WITHIN { Err(Unreadable::Rows) } else { Ok(()) }
}

/// A cell as a person would type it.
fn shown(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => decimal(*number),
        Data::String(text) => tidy(text),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(at) => moment(at),
        // `2026-09-05` or `2026-09-05T08:00:00`.
        Data::DateTimeIso(at) => at.split('T').next().unwrap_or_default().to_owned(),
        Data::DurationIso(span) => span.clone(),
        Data::Error(error) => format!("{error:?}"),
        Data::Empty => String::new(),
    }
}

/// Doubles are whole and exact up to here.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn decimal(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT {
        format!("{number:.0}")
    } else {
        number.to_string().replace('.', ",")
    }
}

fn moment(at: &ExcelDateTime) -> String {
    if !at.is_datetime() || at.as_f64() < 1.0 {
        return decimal(at.as_f64());
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

/// NFC, one line, no control characters, trimmed.
fn tidy(typed: &str) -> String {
    let typed: String = typed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text::nfc(typed.trim())
}

fn delimited(bytes: &[u8]) -> Result<Grid, Unreadable> {
    let content = unicode(bytes).ok_or(Unreadable::Broken)?.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&content))
        .from_reader(content.as_bytes());
    let bytes = content.as_bytes();
    let (mut row, mut counted) = (0, 0);
    let mut grid = Grid::new();
    for record in reader.records() {
        let record = record.map_err(|_| Unreadable::Broken)?;
        // The reader names where the line before ended: the record stands on the next line that is not blank.
        let ended = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or_default();
        let blank = bytes.iter().skip(ended).take_while(|byte| **byte == b'\n').count();
        let lines = bytes.iter().skip(counted).take((ended + blank).saturating_sub(counted));
        row += lines.filter(|byte| **byte == b'\n').count();
        counted = ended + blank;
        let row = u32::try_from(row).map_err(|_| Unreadable::Rows)?;
        for (column, value) in (0..).zip(record.iter()) {
            put(&mut grid, row, column, tidy(value))?;
        }
    }
    Ok(grid)
}

/// UTF-8 or UTF-16 by their marks, UTF-8 without one, else the Latin letters behind which older encodings hide.
fn unicode(bytes: &[u8]) -> Option<String> {
    let pairs = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks().0.iter().map(|pair| read(*pair)).collect();
        String::from_utf16(&units).ok()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0xff, 0xfe, rest @ ..] => pairs(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => pairs(rest, u16::from_be_bytes),
        _ if bytes.contains(&0) => None,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => Some(bytes.iter().copied().map(char::from).collect()),
        },
    }
}

/// The mark that stands, outside quotes, in most of the first lines; of equals the one whose lines hold equally many.
fn delimiter(content: &str) -> u8 {
    const MARKS: [u8; 3] = [b';', b',', b'\t'];
    let mut quoted = false;
    let mut lines = vec![[0_u32; 3]];
    for byte in content.bytes().take(50_000) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => lines.push([0; 3]),
            _ if quoted => {}
            _ => {
                let place = MARKS.iter().position(|mark| *mark == byte);
                let count = place.zip(lines.last_mut()).and_then(|(place, line)| line.get_mut(place));
                if let Some(count) = count {
                    *count += 1;
                }
            }
        }
    }
    let score = |place: usize| {
        let counts = lines.iter().filter_map(|line| line.get(place).copied()).filter(|count| *count > 0);
        let mut alike: BTreeMap<u32, usize> = BTreeMap::new();
        counts.for_each(|count| *alike.entry(count).or_default() += 1);
        (alike.values().sum::<usize>(), alike.values().max().copied().unwrap_or_default())
    };
    // The last of equals is taken: a semicolon is hardly ever typed in a text.
    let best = MARKS.iter().enumerate().rev().max_by_key(|(place, _)| score(*place));
    best.map_or(b';', |(_, mark)| *mark)
}

/// Finds the headers and takes what stands below them.
fn table(grids: Vec<Grid>, known: &dyn Fn(&str) -> bool) -> Result<Sheet, Unreadable> {
    let mut best: Option<(usize, u32, Grid)> = None;
    for grid in grids {
        let (score, row) = header_row(&grid, known);
        if !grid.is_empty() && best.as_ref().is_none_or(|(most, _, _)| score > *most) {
            best = Some((score, row, grid));
        }
    }
    let (_, row, mut grid) = best.ok_or(Unreadable::Empty)?;
    let below = grid.split_off(&row.saturating_add(1));
    let mut headers = grid.remove(&row).unwrap_or_default();
    if below.is_empty() {
        return Err(Unreadable::Empty);
    }
    if below.len() > ROW_LIMIT {
        return Err(Unreadable::Rows);
    }
    let width = below.values().map(Vec::len).max().unwrap_or_default().max(headers.len());
    headers.resize(width, String::new());
    let rows = below.into_iter().map(|(number, mut cells)| {
        cells.resize(width, String::new());
        Line { number, cells }
    });
    Ok(Sheet { headers, rows: rows.collect() })
}

/// How many known headers the best row has, and its number; where none is known, the first row with two cells or more.
fn header_row(grid: &Grid, known: &dyn Fn(&str) -> bool) -> (usize, u32) {
    let old = legacy::detect(grid.values().take(200).flatten().map(String::as_str));
    let first: Vec<_> = grid.iter().take(HEADER_WITHIN).collect();
    let score = |cells: &[String]| {
        let unicode = |cell: &String| old.map_or(cell.clone(), |old| legacy::decode(cell, old));
        cells.iter().filter(|cell| !cell.is_empty() && known(&unicode(cell))).count()
    };
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    // The first of equals.
    let best = first.iter().rev().map(|(row, cells)| (score(cells), **row)).max_by_key(|(score, _)| *score);
    match best {
        Some((score, row)) if score > 0 => (score, row),
        _ => {
            let row = first.iter().find(|(_, cells)| filled(cells) >= 2).or(first.first());
            (0, row.map_or(1, |(row, _)| **row))
        }
    }
}

/// The letter of a column as sheets show it: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_letter(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv_of(bytes: &[u8]) -> Result<Sheet, Unreadable> {
        read("so.csv", bytes, &|header| ["Ngày", "Khu"].contains(&header))
    }

    #[test]
    fn delimited_files_are_read_whatever_their_mark_and_encoding() {
        let expected = Sheet {
            headers: vec!["Ngày".into(), "Khu".into()],
            rows: vec![Line { number: 2, cells: vec!["1/9/2026".into(), "Khu 1, 2".into()] }],
        };
        let semicolon = "Ngày;Khu\r\n1/9/2026;Khu 1, 2\r\n";
        let comma = "Ngày,Khu\n1/9/2026,\"Khu 1, 2\"\n";
        let tab = "Ngày\tKhu\n1/9/2026\tKhu 1, 2";
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(tab.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xef\xbb\xbf", semicolon.as_bytes()].concat();
        for bytes in [semicolon.as_bytes(), comma.as_bytes(), tab.as_bytes(), &utf16, &marked] {
            assert_eq!(csv_of(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn titles_above_the_headers_are_passed_over() {
        let sheet =
            csv_of("SỔ THEO DÕI;\nxã Cao Phong;2026\n\nNgày;Khu\n1/9/2026;Khu 1\n".as_bytes()).unwrap();
        assert_eq!(sheet.headers, ["Ngày", "Khu"]);
        assert_eq!(sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        for (name, bytes, why) in [
            ("a.pdf", &b"%PDF"[..], Unreadable::Format),
            ("khong-duoi", b"x", Unreadable::Format),
            ("a.xlsx", b"not a zip", Unreadable::Broken),
            ("a.xls", b"not a compound file", Unreadable::Broken),
            ("a.ods", b"PK\x03\x04", Unreadable::Broken),
            ("a.csv", b"a\0b", Unreadable::Broken),
            ("a.csv", b"", Unreadable::Empty),
            ("a.csv", b"Ng\xc3\xa0y;Khu\n\n", Unreadable::Empty),
        ] {
            assert_eq!(read(name, bytes, &|_| true), Err(why), "{name}");
        }
        let wide = format!("a;b\n{}x\n", ";".repeat(COLUMN_LIMIT));
        assert_eq!(csv_of(wide.as_bytes()), Err(Unreadable::Columns));
        let long = format!("Ngày;Khu\n{}", "1;2\n".repeat(ROW_LIMIT + 1));
        assert_eq!(csv_of(long.as_bytes()), Err(Unreadable::Rows));
        let full = format!("Ngày;Khu\n{}", "1;2\n".repeat(ROW_LIMIT));
        assert_eq!(csv_of(full.as_bytes()).unwrap().rows.len(), ROW_LIMIT);
        assert_eq!(csv_of(&vec![b'a'; FILE_LIMIT + 1]), Err(Unreadable::TooLarge));
    }

    #[test]
    fn numbers_are_typed_as_people_type_them() {
        for (number, typed) in [(1234.0, "1234"), (-2.0, "-2"), (1.234, "1,234"), (0.5, "0,5"), (1e300, "1")]
        {
            assert!(decimal(number).starts_with(typed), "{number}");
        }
        assert!(vietnamese::number::parse_count(&decimal(1.234)).is_err());
    }

    #[test]
    fn columns_have_letters() {
        for (column, letter) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (255, "IV"), (702, "AAA")]
        {
            assert_eq!(column_letter(column), letter);
        }
    }
}
