//! Wrong cells in words, on a page and as CSV.

use catalogue::{FieldError, Kind};
use kernel::spreadsheet::harmless;
use kernel::{Arg, Cx, Error};
use vietnamese::date::DateProblem;
use vietnamese::number;

use crate::check::{BadCell, Wrong};
use crate::sheet::column_letter;

/// A wrong cell in words.
pub(super) struct Problem {
    pub(super) row: u32,
    /// `C: Số lượt người dự`; the label alone when no column answers it.
    pub(super) column: String,
    pub(super) typed: String,
    pub(super) reason: String,
    pub(super) suggestion: String,
}

/// A wrong cell in the person's language.
pub(super) fn in_words(cx: &Cx, kind: &Kind, bad: &BadCell) -> Problem {
    let label = bad.target.label(kind, cx.lang);
    Problem {
        row: bad.row,
        column: bad.column.map_or(label.clone(), |column| format!("{}: {label}", column_letter(column))),
        typed: bad.typed.clone(),
        reason: reason(cx, kind, bad),
        suggestion: bad.suggestion.clone().unwrap_or_default(),
    }
}

fn reason(cx: &Cx, kind: &Kind, bad: &BadCell) -> String {
    let n = |n: i64| number::count(n, cx.lang);
    let (key, value) = match &bad.wrong {
        _ if bad.column.is_none() => ("no-column", String::new()),
        Wrong::Day(DateProblem::Empty) => ("missing", String::new()),
        Wrong::Day(DateProblem::NotADate) => ("not-a-day", bad.typed.clone()),
        Wrong::Day(DateProblem::NoSuchDay { .. } | DateProblem::NoSuchMonth { .. }) => {
            ("no-such-day", bad.typed.clone())
        }
        Wrong::Day(DateProblem::ShortYear { .. } | DateProblem::YearOutOfRange { .. }) => {
            ("year", bad.typed.clone())
        }
        Wrong::Future => ("future", String::new()),
        Wrong::Backwards => ("backwards", String::new()),
        Wrong::KindNotThen => ("kind-not-then", kind.name.get(cx.lang).to_owned()),
        Wrong::AreaMissing => ("missing", String::new()),
        Wrong::AreaUnknown => ("area-unknown", bad.typed.clone()),
        Wrong::AreaAmbiguous => ("area-ambiguous", bad.typed.clone()),
        Wrong::Programme => ("programme", bad.typed.clone()),
        Wrong::PersonalNumber => ("personal-number", String::new()),
        Wrong::Field(what) => match what {
            FieldError::Missing => ("missing", String::new()),
            FieldError::OneNeeded { fields } => {
                let labels =
                    fields.iter().filter_map(|id| kind.field(id)).map(|field| field.label.get(cx.lang));
                ("one-needed", labels.collect::<Vec<_>>().join(", "))
            }
            FieldError::NotANumber { typed } => ("not-a-number", typed.clone()),
            FieldError::TooSmall { min } => ("too-small", n(*min)),
            FieldError::TooLarge { max } => ("too-large", n(*max)),
            FieldError::TooLong { max } => ("too-long", max.to_string()),
            FieldError::UnknownOption { typed } => ("unknown-option", typed.clone()),
            FieldError::BadHouseholds { typed } => ("bad-households", typed.clone()),
            FieldError::HouseholdBeyond { max, .. } => ("household-beyond", max.to_string()),
            FieldError::PersonalNumber { .. } => ("personal-number", String::new()),
            FieldError::WrongShape | FieldError::UnknownField => ("missing", String::new()),
        },
    };
    let args: [Arg<'_>; 1] = [("value", value.into())];
    cx.ta(&format!("imports-wrong-{key}"), &args)
}

/// CSV as spreadsheets of Viet Nam open it: UTF-8 with its mark, semicolons.
pub(super) fn csv(headers: [String; 5], problems: &[Problem]) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    let failed = |error: csv::Error| Error::Internal(error.to_string());
    writer.write_record(headers).map_err(failed)?;
    for problem in problems {
        let row = problem.row.to_string();
        let cells = [&row, &problem.column, &problem.typed, &problem.reason, &problem.suggestion];
        writer.write_record(cells.map(|cell| harmless(cell))).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_the_export_is_a_formula() {
        let problem = |typed: &str| Problem {
            row: 2,
            column: "A: Ngày".into(),
            typed: typed.into(),
            reason: "“x”; sai".into(),
            suggestion: String::new(),
        };
        let typed = ["=1+1", "+84912", "-2", "@sum(A1)", " =1", "\t=1", "hôm qua"];
        let headers = ["Dòng", "Cột", "Đã ghi", "Lý do", "Gợi ý"].map(str::to_owned);
        let bytes = csv(headers, &typed.map(problem)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("\u{feff}Dòng;Cột;"));
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        let cells: Vec<String> = reader.records().map(|record| record.unwrap()[2].to_owned()).collect();
        assert_eq!(cells, ["'=1+1", "'+84912", "'-2", "'@sum(A1)", "' =1", "'\t=1", "hôm qua"]);
        assert!(text.contains("\"“x”; sai\""));
    }
}
