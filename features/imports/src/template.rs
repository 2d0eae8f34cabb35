//! The sheet to fill in: one column for each question of a kind, with the options to choose from. No I/O.

use catalogue::{Input, Kind};
use kernel::{Lang, Texts};
use rust_xlsxwriter::{
    DataValidation, DataValidationRule, Format, FormatAlign, Formula, Note, Workbook, Worksheet, XlsxError,
};

use crate::mapping::Target;

/// Rows that carry formats and lists.
const ROWS: u32 = 2_000;
/// Width of a column, digits.
const WIDTH: f64 = 24.0;
/// A validation list of its own texts is limited; lists stand on a second sheet.
const LISTS: &str = "Danh muc";

/// The template of a kind as XLSX.
///
/// # Errors
/// [`XlsxError`], for example a list longer than a sheet.
pub fn xlsx(kind: &Kind, areas: &[String], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    book(kind, areas, lang)?.save_to_buffer()
}

/// The template, not yet saved.
pub(crate) fn book(kind: &Kind, areas: &[String], lang: Lang) -> Result<Workbook, XlsxError> {
    let (mut form, mut lists) = (Worksheet::new(), Worksheet::new());
    form.set_name(Texts::get().text(lang, "imports-template-sheet", &[]))?;
    lists.set_name(LISTS)?;
    // Programmes are chosen by the kind; a sheet of one's own may have a column for them.
    let targets = Target::all(kind).into_iter().filter(|target| *target != Target::Programmes);
    for (column, target) in (0..).zip(targets) {
        write_column(&mut form, &mut lists, column, &target, kind, areas, lang)?;
    }
    form.set_freeze_panes(1, 0)?;
    let mut book = Workbook::new();
    book.push_worksheet(form);
    book.push_worksheet(lists);
    Ok(book)
}

fn write_column(
    form: &mut Worksheet,
    lists: &mut Worksheet,
    column: u16,
    target: &Target,
    kind: &Kind,
    areas: &[String],
    lang: Lang,
) -> Result<(), XlsxError> {
    let text = |key: &str| Texts::get().text(lang, key, &[]);
    let field = match target {
        Target::Field(id) => kind.field(id),
        _ => None,
    };
    let dated = matches!(target, Target::From | Target::Day);
    let placed = *target == Target::Area && !kind.aggregate;
    let needed = dated || placed || field.is_some_and(|field| field.required);
    let mut hint = Vec::new();
    if needed {
        hint.push(text("imports-template-needed"));
    }
    if let Some(unit) = field.and_then(|field| field.unit.as_ref()) {
        hint.push(format!("{}: {}", text("imports-template-unit"), unit.get(lang)));
    }
    hint.extend(field.map(|field| field.help.get(lang).to_owned()).filter(|help| !help.is_empty()));
    let mut format = Format::new();
    let mut rule = None;
    match (target, field.map(|field| &field.input)) {
        (Target::From | Target::Day, _) => {
            hint.push(text("imports-template-day"));
            format = format.set_num_format("dd/mm/yyyy");
        }
        (Target::Area, _) if kind.aggregate => {
            hint.push(text("imports-template-whole"));
            let whole = [vec![text("activities-whole-unit")], areas.to_vec()].concat();
            rule = Some(listed(lists, column, &whole)?);
        }
        (Target::Area, _) => rule = Some(listed(lists, column, areas)?),
        (_, Some(Input::Count { min, max })) => rule = whole(*min, *max),
        (_, Some(Input::Money { max })) => rule = whole(0, *max),
        (_, Some(Input::YesNo)) => {
            rule = Some(listed(lists, column, &[text("imports-yes"), text("imports-no")])?);
        }
        (_, Some(Input::Choice { options })) => {
            let labels: Vec<String> =
                options.iter().map(|option| option.label.get(lang).to_owned()).collect();
            rule = Some(listed(lists, column, &labels)?);
        }
        (_, Some(Input::Choices { options })) => {
            hint.push(text("imports-template-several"));
            let labels: Vec<String> =
                options.iter().map(|option| option.label.get(lang).to_owned()).collect();
            // Several options with semicolons between them are not in the list: offered, not demanded.
            rule = Some(listed(lists, column, &labels)?.show_error_message(false));
        }
        // As text, so that `1-20` does not become the twentieth of January.
        _ => format = format.set_num_format("@"),
    }
    let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let label = target.label(kind, lang);
    let label = if needed { format!("{label} *") } else { label };
    form.set_column_width(column, WIDTH)?;
    form.set_column_format(column, &format)?;
    form.write_string_with_format(0, column, &label, &heading)?;
    if !hint.is_empty() {
        form.insert_note(0, column, &Note::new(hint.join("\n")).add_author_prefix(false).set_width(320))?;
    }
    if let Some(rule) = rule {
        form.add_data_validation(1, column, ROWS, column, &rule)?;
    }
    Ok(())
}

/// A list on the second sheet, in the same column.
fn listed(lists: &mut Worksheet, column: u16, labels: &[String]) -> Result<DataValidation, XlsxError> {
    lists.set_column_width(column, WIDTH)?;
    for (row, label) in (0..).zip(labels) {
        lists.write_string(row, column, label)?;
    }
    let letter = crate::sheet::column_letter(usize::from(column));
    let range = format!("='{LISTS}'!${letter}$1:${letter}${}", labels.len().max(1));
    Ok(DataValidation::new().allow_list_formula(Formula::new(range)))
}

/// Whole numbers within limits; the format's limits are 32 bits wide, beyond them nothing is demanded.
fn whole(min: i64, max: i64) -> Option<DataValidation> {
    let (min, max) = (i32::try_from(min).ok()?, i32::try_from(max).ok()?);
    Some(DataValidation::new().allow_whole_number(DataValidationRule::Between(min, max)))
}
