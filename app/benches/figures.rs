//! Every figure of a commune's quarterly and annual report, read from cells, while the store grows a hundredfold.
//! `cargo bench -p chungsuc --bench figures`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use chungsuc::demo;
use common::{Done, SHARE, head, kept, line, median, note, rules, say, timed, unit, url};
use db::Db;

/// Reading with a hundred times the records may take so much longer at most.
const FLAT: f64 = 1.5;
const STORES: [usize; 3] = [10_000, 100_000, 1_000_000];
const FORMS: [(&str, &str); 2] = [("movement-quarterly", "2026-Q3"), ("movement-annual", "2026")];

fn main() -> Done {
    head("figures");
    say(&format!(
        "the commune that is read holds {SHARE} records in every store; the store grows by communes like it; SQLite \
         file, in the page cache"
    ));
    let rules = rules()?;
    let stores =
        STORES.iter().map(|records| Ok(Db::open(&url(&kept(*records)?))?)).collect::<Done<Vec<Db>>>()?;
    let first = stores.first().ok_or("no store")?;
    let unit = unit(first, demo::COMMUNE)?;
    for form in FORMS {
        let mut times = vec![Vec::new(); stores.len()];
        let mut figures = 0;
        for _ in 0..40 {
            for (db, times) in stores.iter().zip(&mut times) {
                let (ms, sheet) = timed(|| common::sheet(db, &rules, &unit, form))?;
                times.push(ms);
                figures = sheet.entries.len();
            }
        }
        let medians: Vec<f64> = times.iter_mut().map(|times| median(times)).collect();
        let first = medians.first().copied().unwrap_or_default();
        for (records, ms) in STORES.iter().zip(&medians) {
            note(
                &format!("{} {}: all {figures} figures, {records} records in the store", form.0, form.1),
                *ms,
                "ms",
            );
        }
        let last = medians.last().copied().unwrap_or_default();
        line(
            &format!("  a hundred times the records: {}", form.0),
            (last / first, "times"),
            FLAT,
            "flat within 1.5",
        );
    }
    Ok(())
}
