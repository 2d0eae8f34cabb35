//! An annual report as PDF against the office suite converting our DOCX of it; memory over 500 reports.
//! `cargo bench -p chungsuc --bench papers`

#[expect(dead_code, reason = "each benchmark uses its part")]
mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use catalogue::{Catalogue, Part};
use chungsuc::demo;
use common::{
    Done, LAST, evening, folder, head, kept, line, median, memory, note, rules, say, timed, unit, url,
};
use db::Db;
use kernel::Scope;
use paper::{Paper, ProfileId};
use reports::{Printing, Signer, State, Viewer, paper_of};
use units::Unit;

/// How many times as fast as the office suite.
const TIMES: f64 = 100.0;
/// Reports of one run, all different.
const REPORTS: usize = 500;
/// Peak memory after all of them against after the first 20.
const FLAT: f64 = 1.05;
const PERIODS: [(&str, &str); 4] = [
    ("movement-annual", "2026"),
    ("movement-quarterly", "2026-Q3"),
    ("movement-quarterly", "2026-Q2"),
    ("movement-annual", "2025"),
];

fn main() -> Done {
    head("papers");
    let db = Db::open(&url(&kept(1_000_000)?))?;
    let rules = rules()?;
    memory_stays(&db, &rules)?;
    let unit = unit(&db, demo::COMMUNE)?;
    let paper = paper(&db, &rules, &unit, ("movement-annual", "2026"), 1)?;
    let bytes = pdf(&paper, 1)?.len();
    let mut times = Vec::new();
    for n in 0..20 {
        times.push(timed(|| pdf(&paper, n))?.0);
    }
    let ours = median(&mut times);
    let folder = folder().join("papers");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("report.pdf"), pdf(&paper, 1)?)?;
    let (docx_ms, docx) = timed(|| Ok(paper::docx::render(&paper)?))?;
    fs::write(folder.join("report.docx"), docx)?;
    note(&format!("annual report of a commune as PDF/A + PDF/UA, {bytes} bytes (median of 20)"), ours, "ms");
    note("  as DOCX", docx_ms, "ms");
    let mut peer = Vec::new();
    for n in 0..4 {
        let (ms, ()) = timed(|| office(&folder))?;
        if n > 0 {
            peer.push(ms);
        }
    }
    let peer = median(&mut peer);
    let version = Command::new("soffice").arg("--version").output()?.stdout;
    note(
        &format!(
            "{} --convert-to pdf of the same DOCX (median of 3)",
            String::from_utf8_lossy(&version).trim()
        ),
        peer,
        "ms",
    );
    line("  our PDF, limit a hundredth of that", (ours, "ms"), peer / TIMES, "soffice / 100");
    say(&format!("  RATIO: {:.0} times as fast", peer / ours));
    Ok(())
}

/// Converts the DOCX anew, headless, with a profile of its own that is made in the warm-up.
fn office(folder: &Path) -> Done {
    let out = folder.join("converted");
    let made = out.join("report.pdf");
    if made.exists() {
        fs::remove_file(&made)?;
    }
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", folder.canonicalize()?.join("profile").display()))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(&out)
        .arg(folder.join("report.docx"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if status.success() && made.exists() { Ok(()) } else { Err("the office suite made no PDF".into()) }
}

/// A report as it would be signed: its figures from the store, its parts written in some sentences.
fn paper(db: &Db, rules: &Catalogue, unit: &Unit, of: (&str, &str), number: u32) -> Done<Paper> {
    let mut sheet = common::sheet(db, rules, unit, of)?;
    for part in sheet.form.sections.iter().flat_map(|section| &section.body) {
        if let Part::Narrative { id, .. } = part {
            let sentence = |n: u32| {
                format!(
                    "Lần thứ {n}, Công an xã phối hợp Ủy ban Mặt trận Tổ quốc xã và các khu dân cư tổ chức {} việc theo \
                     kế hoạch, bà con tham gia đông đủ, nêu {} ý kiến và đều đã được trả lời.",
                    number + n,
                    number % 7 + n
                )
            };
            sheet.texts.insert(id.clone(), (1..=6).map(sentence).collect::<Vec<_>>().join(" "));
        }
    }
    sheet.report.state = State::Frozen;
    let style = ProfileId::PeoplesCommittee;
    let printing = Printing::usual(style, unit, Signer::Head);
    Ok(paper_of(&sheet, unit, rules, Viewer::Own, style, &printing)?)
}

fn pdf(paper: &Paper, number: u32) -> Done<Vec<u8>> {
    Ok(pdf::render(paper, &pdf::Stamp { at: evening(LAST), id: format!("report {number}") })?)
}

/// The peak of this process after 20 reports and after all.
fn memory_stays(db: &Db, rules: &Catalogue) -> Done {
    let scope = Scope::system("bench");
    let province = unit(db, demo::PROVINCE)?;
    let communes = db.read_now(|read| units::children(read, &scope, &province.id, LAST))?;
    let all: Vec<(&Unit, (&str, &str))> =
        communes.iter().flat_map(|unit| PERIODS.map(|period| (unit, period))).take(REPORTS).collect();
    let (mut early, mut times) = (0.0, Vec::new());
    for (number, (unit, period)) in (1..).zip(&all) {
        let paper = paper(db, rules, unit, *period, number)?;
        times.push(timed(|| pdf(&paper, number))?.0);
        if number == 20 {
            early = memory("self", "VmHWM")?;
        }
    }
    let late = memory("self", "VmHWM")?;
    note(
        &format!("{} different reports of {} communes, each as PDF (median)", all.len(), communes.len()),
        median(&mut times),
        "ms",
    );
    note("  peak memory of the process after 20 of them", early, "MB");
    line("  peak memory after all, limit that of the first 20 and 5 %", (late, "MB"), early * FLAT, "flat");
    Ok(())
}
