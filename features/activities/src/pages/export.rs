//! The list as a file: what a filter finds, as CSV and XLSX.

use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use catalogue::{Catalogue, Kind, Value};
use jiff::civil::Date;
use kernel::spreadsheet::harmless;
use kernel::{Cx, Error, Lang, Texts};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};
use units::Area;

use crate::model::Activity;
use crate::pages::list::ListQuery;
use crate::pages::{Rules, Seen, names, seen};
use crate::store;

/// A cell: numbers and days stay numbers and days for whoever goes on counting.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Empty,
    Text(String),
    Number(i64),
    Day(Date),
}

/// `GET …/activities/export/{format}`: `csv` or `xlsx`, with the filter of the list.
pub(crate) async fn export(
    cx: Cx,
    Path((code, format)): Path<(String, String)>,
    Query(query): Query<ListQuery>,
    catalogue: Rules,
) -> Result<Response, Error> {
    let media = match format.as_str() {
        "csv" => "text/csv; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => return Err(Error::NotFound),
    };
    let as_csv = format == "csv";
    let (rules, asker) = (catalogue.0.clone(), cx.clone());
    let bytes = cx
        .read(move |read, scope| {
            let Seen { place, rooms, makeup, .. } = seen(read, &asker, &code)?;
            let areas = units::areas_of(read, scope, &place, asker.today())?;
            let filter = query.filter();
            let table = Table::new(&asker, &rules, &areas, filter.kind.as_deref());
            let mut writer = if as_csv { Writer::csv() } else { Writer::xlsx() };
            writer.row(table.heads()).map_err(internal)?;
            store::each_over(read, (&rooms, &makeup), &rules, &filter, |activity| {
                let row = table.row(&activity);
                writer.row(row).map_err(|failed| db::Error::Broken(failed.0))
            })?;
            writer.finish().map_err(internal)
        })
        .await?;
    let file = format!("attachment; filename=\"danh-sach.{format}\"");
    let headers = [(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, file.as_str())];
    Ok((headers, bytes).into_response())
}

fn internal(failed: Failed) -> Error {
    Error::Internal(failed.0)
}

/// What the file says of a record. Of one kind each question has a column; of many kinds all answers share one.
struct Table<'a> {
    lang: Lang,
    catalogue: &'a Catalogue,
    kind: Option<&'a Kind>,
    areas: std::collections::BTreeMap<uuid::Uuid, String>,
}

impl<'a> Table<'a> {
    fn new(cx: &Cx, catalogue: &'a Catalogue, areas: &[Area], kind: Option<&str>) -> Table<'a> {
        let kind = kind.and_then(|id| catalogue.kind(id));
        Table { lang: cx.lang, catalogue, kind, areas: names(cx, areas) }
    }

    fn text(&self, key: &str) -> String {
        Texts::get().text(self.lang, key, &[])
    }

    fn heads(&self) -> Vec<Cell> {
        let fixed = ["activities-filter-kind", "activities-from", "activities-day", "activities-area"];
        let mut heads: Vec<String> = fixed.iter().map(|key| self.text(key)).collect();
        match self.kind {
            Some(kind) => heads.extend(kind.fields.iter().map(|field| field.label.get(self.lang).to_owned())),
            None => heads.push(self.text("activities-export-what")),
        }
        let fixed = [
            "activities-programmes",
            "activities-note",
            "activities-filter-state",
            "activities-export-reason",
        ];
        heads.extend(fixed.iter().map(|key| self.text(key)));
        heads.into_iter().map(Cell::Text).collect()
    }

    fn row(&self, activity: &Activity) -> Vec<Cell> {
        let content = &activity.content;
        let kind = self.catalogue.kinds().version(&content.kind, content.kind_version);
        let text = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
        let mut row = vec![
            text(kind.map_or(content.kind.clone(), |kind| kind.name.get(self.lang).to_owned())),
            content.from.map_or(Cell::Empty, Cell::Day),
            Cell::Day(content.day),
            text(self.areas.get(&content.area).cloned().unwrap_or_default()),
        ];
        let shown = |id: &str, value: &Value| {
            kind.map_or_else(|| value.typed().join("; "), |kind| kind.show(id, value, self.lang))
        };
        match self.kind {
            Some(asked) => row.extend(asked.fields.iter().map(|field| match content.fields.get(&field.id) {
                Some(Value::Count(number)) => Cell::Number(*number),
                Some(value) => text(shown(&field.id, value)),
                None => Cell::Empty,
            })),
            None => {
                let answers = content.fields.iter().map(|(id, value)| {
                    let field = kind.and_then(|kind| kind.field(id));
                    let label = field.map_or(id.as_str(), |field| field.label.get(self.lang));
                    format!("{label}: {}", shown(id, value))
                });
                row.push(text(answers.collect::<Vec<_>>().join("; ")));
            }
        }
        let programmes = content.programmes.iter().map(|id| {
            self.catalogue.programme(id).map_or(id.as_str(), |programme| programme.short.get(self.lang))
        });
        row.extend([
            text(programmes.collect::<Vec<_>>().join("; ")),
            text(content.note.clone()),
            text(self.text(&format!("kernel-state-{}", activity.state.key()))),
            text(activity.reason.clone().unwrap_or_default()),
        ]);
        row
    }
}

/// Why a file was not written.
struct Failed(String);

impl From<csv::Error> for Failed {
    fn from(error: csv::Error) -> Self {
        Failed(error.to_string())
    }
}

impl From<XlsxError> for Failed {
    fn from(error: XlsxError) -> Self {
        Failed(error.to_string())
    }
}

enum Writer {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Xlsx { book: Box<Workbook>, row: u32 },
}

impl Writer {
    /// As spreadsheets of Viet Nam open it: UTF-8 with its mark, semicolons.
    fn csv() -> Writer {
        let begun = "\u{feff}".as_bytes().to_vec();
        Writer::Csv(Box::new(csv::WriterBuilder::new().delimiter(b';').from_writer(begun)))
    }

    fn xlsx() -> Writer {
        let mut book = Workbook::new();
        book.add_worksheet();
        Writer::Xlsx { book: Box::new(book), row: 0 }
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<(), Failed> {
        match self {
            Writer::Csv(writer) => {
                let cells = cells.iter().map(|cell| match cell {
                    Cell::Empty => String::new(),
                    Cell::Text(text) => harmless(text),
                    Cell::Number(number) => number.to_string(),
                    Cell::Day(day) => vietnamese::date::table(*day, Lang::Vi),
                });
                writer.write_record(cells)?;
            }
            Writer::Xlsx { book, row } => {
                let sheet = book.worksheet_from_index(0)?;
                for (column, cell) in (0..).zip(cells) {
                    match cell {
                        Cell::Empty => {}
                        // Written as text, never as a formula.
                        Cell::Text(text) => {
                            sheet.write_string(*row, column, text)?;
                        }
                        // Whole numbers to 2^53 are exact in a spreadsheet; larger ones stay readable as text.
                        Cell::Number(number) => match i32::try_from(number) {
                            Ok(number) => {
                                sheet.write_number(*row, column, number)?;
                            }
                            Err(_) if number.unsigned_abs() < 1 << 53 => {
                                sheet.write_number(*row, column, number as f64)?;
                            }
                            Err(_) => {
                                sheet.write_string(*row, column, number.to_string())?;
                            }
                        },
                        Cell::Day(day) => {
                            let year = u16::try_from(day.year()).unwrap_or(1900);
                            let (month, date) = (day.month().unsigned_abs(), day.day().unsigned_abs());
                            let date = ExcelDateTime::from_ymd(year, month, date)?;
                            let format = Format::new().set_num_format("dd/mm/yyyy");
                            sheet.write_datetime_with_format(*row, column, &date, &format)?;
                        }
                    }
                }
                *row += 1;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, Failed> {
        match self {
            Writer::Csv(writer) => (*writer).into_inner().map_err(|error| Failed(error.to_string())),
            Writer::Xlsx { mut book, .. } => Ok(book.save_to_buffer()?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn cells() -> Vec<Cell> {
        let text = |text: &str| Cell::Text(text.to_owned());
        vec![
            text("=1+1"),
            text("@x"),
            text("Khu 1"),
            Cell::Number(11_368),
            Cell::Day(date(2026, 9, 5)),
            Cell::Empty,
        ]
    }

    #[test]
    fn no_cell_of_the_csv_is_a_formula() {
        let mut writer = Writer::csv();
        assert!(writer.row(cells()).is_ok());
        let text = String::from_utf8(writer.finish().ok().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}'=1+1;'@x;Khu 1;11368;05/09/2026;\n");
    }

    #[test]
    fn numbers_and_days_of_the_xlsx_are_numbers_and_days() {
        use calamine::{Data, Reader, Xlsx};
        let mut writer = Writer::xlsx();
        assert!(writer.row(cells()).is_ok());
        let bytes = writer.finish().ok().unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let row: Vec<&Data> = sheet.rows().next().unwrap().iter().collect();
        assert_eq!(*row[0], Data::String("=1+1".into()));
        assert_eq!(*row[3], Data::Float(11_368.0));
        let Data::DateTime(day) = row[4] else { panic!("{:?}", row[4]) };
        assert!((day.as_f64() - 46_270.0).abs() < 0.001);
        let formulas = book.worksheet_formula("Sheet1").unwrap();
        assert!(formulas.used_cells().next().is_none());
    }
}
