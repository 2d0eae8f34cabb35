//! XLSX: the tables of a paper, one sheet each, with real numbers and days that Excel can add and sort.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use crate::compose::{Composed, head};
use crate::layout::Layout;
use crate::model::{Align, Block, Cell, Paper, Row, Table};

/// Why an XLSX was not made.
#[derive(Debug, thiserror::Error)]
pub enum XlsxError {
    /// The paper holds no table, and a workbook needs a sheet.
    #[error("văn bản không có bảng nào (the paper holds no table)")]
    NoTable,
    /// A table has more rows or columns than a sheet.
    #[error("bảng quá lớn (the table is larger than a sheet)")]
    TooLarge,
    /// The workbook could not be written.
    #[error("không ghi được tệp XLSX (the workbook cannot be written): {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// A4 in the file format's list of papers.
const A4: u8 = 9;
/// Millimetres in an inch, the file format's unit of margins.
const MM_PER_INCH: f64 = 25.4;
/// Millimetres that one unit of column width (a digit of the default font) takes.
const MM_PER_DIGIT: f64 = 1.9;

/// The tables of `paper` and its appendices, in order.
///
/// # Errors
/// [`XlsxError::NoTable`] if there is none, [`XlsxError::TooLarge`] beyond the limits of a sheet.
pub fn render(paper: &Paper) -> Result<Vec<u8>, XlsxError> {
    let layout = Layout::of(paper.profile);
    let composed = Composed::of(paper);
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&composed.file_title)
            .set_author(&composed.file_author)
            .set_creation_datetime(&creation_day(paper)?),
    );
    let appendices = paper.appendices.iter().zip(&composed.appendices);
    let titled = appendices.map(|(appendix, lines)| (lines.title.join(" "), &appendix.blocks));
    let tables = std::iter::once((composed.file_title.clone(), &paper.body)).chain(titled).flat_map(
        |(title, blocks)| {
            blocks.iter().filter_map(move |block| match block {
                Block::Table(table) => {
                    Some((table.caption().map_or_else(|| title.clone(), str::to_owned), table))
                }
                _ => None,
            })
        },
    );
    let mut sheets = 0;
    for (place, (title, table)) in tables.enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(format!("Biểu {:02}", place + 1))?;
        fill(sheet, table, &title, layout)?;
        sheets = place + 1;
    }
    if sheets == 0 {
        return Err(XlsxError::NoTable);
    }
    Ok(workbook.save_to_buffer()?)
}

/// A fixed day, so that the same paper gives the same bytes.
fn creation_day(paper: &Paper) -> Result<ExcelDateTime, XlsxError> {
    let (year, month, day) = match paper.date {
        crate::model::IssueDate::On(date) => (date.year(), date.month(), date.day()),
        crate::model::IssueDate::Year(year) => (year, 1, 1),
    };
    excel_day(year, month, day)
}

fn excel_day(year: i16, month: i8, day: i8) -> Result<ExcelDateTime, XlsxError> {
    Ok(ExcelDateTime::from_ymd(
        u16::try_from(year).unwrap_or_default(),
        u8::try_from(month).unwrap_or_default(),
        u8::try_from(day).unwrap_or_default(),
    )?)
}

fn fill(sheet: &mut Worksheet, table: &Table, title: &str, layout: &Layout) -> Result<(), XlsxError> {
    let numbers = &layout.sheet;
    let plain = Format::new().set_font_name(&layout.font.family).set_font_size(numbers.pt);
    let boxed =
        plain.clone().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
    let bold = boxed.clone().set_bold().set_align(FormatAlign::Center);
    let heading = plain
        .set_bold()
        .set_font_size(numbers.title_pt)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();

    let last_column = column_number(table.columns().len() - 1)?;
    if last_column == 0 {
        sheet.write_string_with_format(0, 0, title, &heading)?;
    } else {
        sheet.merge_range(0, 0, 0, last_column, title, &heading)?;
    }
    let header_top: u32 = 2;
    let header_rows = head(&table.bands(), table.header_rows());
    for (row, cells) in (header_top..).zip(&header_rows) {
        for cell in cells {
            let column = column_number(cell.column)?;
            let (right, below) = (column_number(cell.column + cell.columns - 1)?, row_number(cell.rows - 1)?);
            if (right, below) == (column, 0) {
                sheet.write_string_with_format(row, column, &cell.text, &bold)?;
            } else {
                sheet.merge_range(row, column, row + below, right, &cell.text, &bold)?;
            }
        }
    }
    let first_row = header_top + row_number(header_rows.len())?;
    for (place, column) in table.columns().iter().enumerate() {
        sheet.set_column_width(column_number(place)?, f64::from(column.width_mm) / MM_PER_DIGIT)?;
    }
    for (place, row) in table.rows().iter().enumerate() {
        write_row(sheet, row_number(place)? + first_row, row, table, &boxed)?;
    }

    let margin = numbers.margin_mm / MM_PER_INCH;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_margins(margin, margin, margin, margin, margin / 2.0, margin / 2.0);
    sheet.set_repeat_rows(header_top, first_row - 1)?;
    sheet.set_freeze_panes(first_row, 0)?;
    sheet.set_footer(format!("&C&\"{}\"&{}&P/&N", layout.font.family, numbers.pt));
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    at: u32,
    row: &Row,
    table: &Table,
    boxed: &Format,
) -> Result<(), XlsxError> {
    for (place, (cell, column)) in row.cells.iter().zip(table.columns()).enumerate() {
        let format = boxed.clone().set_align(match column.align {
            Align::Left => FormatAlign::Left,
            Align::Center => FormatAlign::Center,
            Align::Right => FormatAlign::Right,
        });
        let format = if row.emphasis { format.set_bold() } else { format };
        let place = column_number(place)?;
        match cell {
            Cell::Text(text) => sheet.write_string_with_format(at, place, text, &format)?,
            Cell::Number { value, scale } => sheet.write_number_with_format(
                at,
                place,
                number(*value, *scale),
                &numbered(format, *scale),
            )?,
            Cell::Date(date) => {
                let day = excel_day(date.year(), date.month(), date.day())?;
                sheet.write_datetime_with_format(at, place, &day, &format.set_num_format("dd/mm/yyyy"))?
            }
            Cell::Empty => sheet.write_blank(at, place, &format)?,
        };
    }
    Ok(())
}

/// A sheet knows only doubles: exact up to 15 digits.
fn number(value: i64, scale: u8) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the file format holds doubles")]
    let digits = value as f64;
    digits / 10f64.powi(i32::from(scale))
}

/// The format code is the neutral one; Excel shows dot and comma as its own language has them.
fn numbered(format: Format, scale: u8) -> Format {
    if scale == 0 {
        format.set_num_format("#,##0")
    } else {
        format.set_num_format(format!("#,##0.{}", "0".repeat(usize::from(scale))))
    }
}

fn column_number(place: usize) -> Result<u16, XlsxError> {
    u16::try_from(place).map_err(|_| XlsxError::TooLarge)
}

fn row_number(place: usize) -> Result<u32, XlsxError> {
    u32::try_from(place).map_err(|_| XlsxError::TooLarge)
}
