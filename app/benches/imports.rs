//! A sheet of 100,000 rows: read, kept and checked, and made records of, against the reader of the file alone and a
//! bare bulk insert of the same cells. `cargo bench -p chungsuc --bench imports`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::fs;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Reader, Xlsx};
use chungsuc::demo;
use common::{Done, LAST, evening, folder, head, line, memory, note, room, rules, say, timed, unit, url};
use db::Db;
use imports::{Choice, Desk, mapping, sheet};
use jiff::ToSpan;
use jiff::civil::date;
use kernel::{Action, Lang, Scope};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use uuid::Uuid;

/// Rows of the sheet: the most that one may have.
const ROWS: u32 = 100_000;
/// How many times as long as reading the file and inserting its cells.
const TIMES: f64 = 3.0;
const KIND: &str = "outreach-session";
const HEADERS: [&str; 7] = [
    "Ngày thực hiện",
    "Khu dân cư",
    "Hình thức",
    "Nội dung",
    "Số lượt người dự",
    "Hộ đã tiếp cận",
    "Ghi chú",
];

fn main() -> Done {
    head("imports");
    let rules = Arc::new(rules()?);
    let data = folder().join("imports");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    let db = Db::open(&url(&data))?;
    db.write_now(|tx| units::load_reference(tx, &Scope::system("bench")))?;
    demo::make(&db, &rules)?;
    let place = unit(&db, demo::COMMUNE)?.place();
    let areas = db.read_now(|read| units::areas_of(read, &Scope::system("bench"), &place, LAST))?;
    let names: Vec<&str> = areas.iter().map(|area| area.name.as_str()).collect();
    let file = book(&rules, &names)?;
    say(&format!("{ROWS} rows of {} columns, {} bytes of XLSX; SQLite file", HEADERS.len(), file.len()));

    let (reading, cells) = timed(|| cells(&file))?;
    let (inserting, ()) = timed(|| bare(&data.join("bare.db"), &cells))?;
    drop(cells);
    note("the reader of the file alone", reading, "ms");
    note("a bare bulk insert of its cells, one durable transaction", inserting, "ms");
    let limit = TIMES * (reading + inserting);

    let kind = rules.kind(KIND).ok_or("no such kind")?;
    let before = memory("self", "VmHWM")?;
    let (read, sheet) =
        timed(|| Ok(sheet::read("so.xlsx", &file, &|header| mapping::is_known(kind, header))?))?;
    let (id, account) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let desk = || -> Done<Desk> {
        let room = room(&place, account, Action::Import)?;
        let scope = Scope::system("bench");
        Ok(Desk::new(scope, place.clone(), room, Arc::clone(&rules), evening(LAST))?)
    };
    let (keeping, with) = (desk()?, desk()?);
    let (keep, import) =
        timed(|| Ok(db.write_now(move |tx| keeping.keep(tx, id, KIND, "so.xlsx", &sheet))?))?;
    let (check, checked) = timed(|| {
        Ok(db.read_now(|read| {
            let rows = with.rows(read, id)?;
            with.dry_run(read, &import, &rows, Lang::Vi)
        })?)
    })?;
    if checked.bad_rows != 0 || checked.good.len() != ROWS as usize {
        return Err(
            format!("{} of {ROWS} rows are good: {:?}", checked.good.len(), checked.bad.first()).into()
        );
    }
    line("read, kept and every row checked", (read + keep + check, "ms"), limit, "3 times both");
    note("  of it reading", read, "ms");
    note("  of it keeping what was typed", keep, "ms");
    note("  of it the dry run", check, "ms");
    note("  memory at its peak above what it was", memory("self", "VmHWM")? - before, "MB");
    let take = checked.suspects.iter().map(|suspect| suspect.row).collect();
    drop(checked);
    let (planning, applying) = (desk()?, desk()?);
    let choice = Choice { skip_bad: false, take };
    let (apply, (made, longest)) = timed(|| {
        let plan = db.read_now(|read| planning.plan(read, (id, import.version), &choice))?;
        let begin = applying.clone();
        let mut progress = db.write_now(move |tx| begin.begin(tx, (id, import.version), &plan))?;
        let mut longest = 0.0_f64;
        while !progress.finished {
            let next = applying.clone();
            let (piece, further) = timed(|| Ok(db.write_now(move |tx| next.go_on(tx, id))?))?;
            (longest, progress) = (longest.max(piece), further);
        }
        Ok((progress.done, longest))
    })?;
    let all = read + keep + check + apply;
    line(
        &format!("… and {made} records sent, each with version and audit"),
        (all, "ms"),
        limit,
        "3 times both",
    );
    note("  the longest piece, in which nobody else writes", longest, "ms");
    Ok(())
}

/// A sheet as people keep it: every row another day, area or number.
fn book(rules: &catalogue::Catalogue, areas: &[&str]) -> Done<Vec<u8>> {
    let kind = rules.kind(KIND).ok_or("no such kind")?;
    let labels = |field: &str| -> Vec<String> {
        let field = kind.field(field);
        field
            .map(|field| field.input.options())
            .unwrap_or_default()
            .iter()
            .map(|o| o.label.get(Lang::Vi).to_owned())
            .collect()
    };
    let (forms, topics) = (labels("form"), labels("topic"));
    let pick = |of: &[String], n: u32| of.get(n as usize % of.len().max(1)).cloned().unwrap_or_default();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let dates = Format::new().set_num_format("dd/mm/yyyy");
    for (column, header) in (0..).zip(HEADERS) {
        sheet.write_string(0, column, header)?;
    }
    for n in 0..ROWS {
        let day = date(2025, 1, 1).saturating_add(i64::from(n % 600).days());
        let month = u8::try_from(day.month())?;
        let (row, area) = (n + 1, areas.get(n as usize % areas.len()).copied().unwrap_or_default());
        sheet.write_datetime_with_format(
            row,
            0,
            ExcelDateTime::from_ymd(u16::try_from(day.year())?, month, u8::try_from(day.day())?)?,
            &dates,
        )?;
        sheet.write_string(row, 1, area)?;
        sheet.write_string(row, 2, pick(&forms, n))?;
        sheet.write_string(row, 3, pick(&topics, n / 7))?;
        sheet.write_number(row, 4, f64::from(n % 400 + 1))?;
        sheet.write_string(row, 5, format!("1-{}", n % 20 + 1))?;
        sheet.write_string(row, 6, format!("Buổi {n}"))?;
    }
    Ok(book.save_to_buffer()?)
}

/// The cells as text, by the reader of the file and nothing else.
fn cells(file: &[u8]) -> Done<Vec<Vec<String>>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file))?;
    let range = book.worksheet_range_at(0).ok_or("no sheet")??;
    Ok(range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect())
}

/// One row of the file as one row of a table.
fn bare(file: &std::path::Path, cells: &[Vec<String>]) -> Done {
    let mut db = rusqlite::Connection::open(file)?;
    db.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; \
         create table bare (n integer primary key, a text, b text, c text, d text, e text, f text, g text) strict",
    )?;
    let tx = db.transaction()?;
    {
        let mut insert = tx.prepare("insert into bare (a, b, c, d, e, f, g) values (?, ?, ?, ?, ?, ?, ?)")?;
        for row in cells {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
    }
    tx.commit()?;
    Ok(())
}
