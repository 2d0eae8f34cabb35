//! PDFs read back by poppler and qpdf: words, places, conformance.

use std::io::{Cursor, Read as _};
use std::path::Path;
use std::process::Command;

use paper::{Block, Layout, Orientation, Paper};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::sample;

const MM_PER_PT: f64 = 25.4 / 72.0;

fn stamp() -> pdf::Stamp {
    pdf::Stamp { at: jiff::Timestamp::from_second(1_791_000_000).unwrap(), id: "sample".into() }
}

/// A file in a folder that goes away with it.
fn saved(paper: &Paper) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, pdf::render(paper, &stamp()).unwrap()).unwrap();
    (folder, path)
}

fn run(program: &str, arguments: &[&str], file: &Path, output: &[&str]) -> String {
    let result = Command::new(program).args(arguments).arg(file).args(output).output().unwrap();
    assert!(result.status.success(), "{program}: {}", String::from_utf8_lossy(&result.stderr));
    String::from_utf8_lossy(&result.stdout).into_owned()
}

/// A word with its box in millimetres from the upper left corner of its page.
#[derive(Debug)]
struct Word {
    page: usize,
    text: String,
    left: f64,
    right: f64,
    /// Lower edge: the base line and the font's descent.
    bottom: f64,
}

impl Word {
    /// Upper edge of its line, if it is set in `pt`. Poppler's own upper edge follows the letters.
    fn top(&self, pt: f64) -> f64 {
        let font = &Layout::of(paper::ProfileId::PeoplesCommittee).font;
        self.bottom - (font.ascent_em + font.descent_em) * pt * MM_PER_PT
    }
}

/// Sizes of the pages and all words, as poppler measures them.
fn measured(paper: &Paper) -> (Vec<(f64, f64)>, Vec<Word>) {
    let (_folder, path) = saved(paper);
    let xml = run("pdftotext", &["-bbox"], &path, &["-"]);
    let mut reader = Reader::from_str(&xml);
    let (mut pages, mut words) = (Vec::new(), Vec::<Word>::new());
    let mut inside = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let at = |name: &str| -> f64 {
                    let attribute = start.try_get_attribute(name).unwrap().unwrap();
                    attribute.value.parse::<f64>().unwrap() * MM_PER_PT
                };
                match start.name().as_ref() {
                    "page" => pages.push((at("width"), at("height"))),
                    "word" => {
                        inside = true;
                        let (left, right, bottom) = (at("xMin"), at("xMax"), at("yMax"));
                        words.push(Word { page: pages.len(), text: String::new(), left, right, bottom });
                    }
                    _ => {}
                }
            }
            Event::Text(text) if inside => words.last_mut().unwrap().text.push_str(&text),
            Event::End(_) => inside = false,
            Event::Eof => return (pages, words),
            _ => {}
        }
    }
}

fn word<'a>(words: &'a [Word], page: usize, text: &str) -> &'a Word {
    words.iter().find(|word| word.page == page && word.text == text).unwrap_or_else(|| panic!("no {text}"))
}

fn near(value: f64, expected: f64, tolerance: f64) -> bool {
    (value - expected).abs() <= tolerance
}

#[test]
fn the_page_and_its_boxes_lie_where_the_decree_puts_them() {
    let paper = sample::report();
    let (pages, words) = measured(&paper);
    let sizes: Vec<_> = pages.iter().map(|(width, height)| (width.round(), height.round())).collect();
    assert_eq!(sizes, [(210.0, 297.0), (210.0, 297.0), (297.0, 210.0), (297.0, 210.0), (210.0, 297.0)]);

    let first = |text| word(&words, 1, text);
    assert!(near(first("CỘNG").top(13.0), 20.0, 0.05), "top margin: {:?}", first("CỘNG"));
    assert!(near(first("Thực").left, 42.7, 0.3), "first line: {:?}", first("Thực"));
    let text = || words.iter().filter(|word| word.page < 3);
    let left = text().map(|word| word.left).fold(f64::MAX, f64::min);
    let (right, bottom) = text().fold((0f64, 0f64), |(r, b), word| (r.max(word.right), b.max(word.bottom)));
    assert!(near(left, 30.0, 0.1), "left margin: {left}");
    assert!(near(right, 195.0, 0.3), "right margin: {right}");
    assert!(bottom < 277.0, "bottom margin: {bottom}");

    // Quốc hiệu on one line, centred in its column of 103 mm; số and ngày on one line.
    let (start, end) = (first("CỘNG"), words.iter().find(|word| word.text == "NAM").unwrap());
    assert!(
        near(start.bottom, end.bottom, 0.01)
            && near(f64::midpoint(start.left, end.right), 30.0 + 62.0 + 51.5, 0.3)
    );
    assert!(near(first("Số:").bottom, first("Mẫu").bottom, 0.2));
    let (office, signer) = (word(&words, 2, "Nơi"), word(&words, 2, "TM."));
    assert!(near(office.top(12.0), signer.top(14.0), 0.1) && near(office.left, 30.0, 0.3));
    let name = word(&words, 2, "Nguyễn");
    let title = words.iter().rfind(|word| word.page == 2 && word.text == "TỊCH").unwrap();
    assert!(
        (30.0..=35.0).contains(&(name.top(14.0) - title.bottom)),
        "room to sign: {}",
        name.top(14.0) - title.bottom
    );
}

#[test]
fn the_fronts_heading_stands_in_its_column_line_by_line() {
    let (_, words) = measured(&sample::front());
    let first = |text| word(&words, 1, text);
    assert!(near(first("CỘNG").top(13.0), 20.0, 0.05));
    // Committee, commune, board: three lines of single spacing, none of them wrapped, centred in 62 mm.
    let font = &Layout::of(paper::ProfileId::Front).font;
    let line = (font.ascent_em + font.descent_em + font.line_gap_em) * 13.0 * MM_PER_PT;
    let tops = ["MTTQ", "XÃ", "BAN"].map(first);
    assert!(near(tops[1].bottom - tops[0].bottom, line, 0.05), "{tops:?}");
    let board = words.iter().find(|word| word.page == 1 && word.text == "THƯỜNG").unwrap();
    assert!(near(board.bottom - tops[1].bottom, line, 0.05), "{board:?}");
    let end = words.iter().find(|word| word.page == 1 && word.text == "TRỰC").unwrap();
    let start =
        words.iter().rfind(|word| word.page == 1 && word.text == "BAN" && word.left < end.left).unwrap();
    assert!(near(f64::midpoint(start.left, end.right), 30.0 + 31.0, 0.3), "{start:?} {end:?}");
    assert!(near(first("Kính").left, 30.0 + 27.0, 0.3), "{:?}", first("Kính"));
}

#[test]
fn two_bodies_sign_side_by_side_and_the_recipients_stand_below() {
    let (_, words) = measured(&sample::letter());
    let name = |text: &str| words.iter().rfind(|word| word.text == text).unwrap();
    let (left, right) = (name("Lê"), name("Đỗ"));
    assert!(near(left.bottom, right.bottom, 0.01));
    assert!(left.right < 30.0 + 82.5 && right.left > 30.0 + 82.5, "{left:?} {right:?}");
    assert!(word(&words, left.page, "Nơi").bottom > left.bottom);
}

#[test]
fn pages_count_from_the_second_and_each_appendix_from_its_own() {
    let (_, words) = measured(&sample::report());
    let layout = Layout::of(sample::report().profile);
    let numbers: Vec<(usize, &str)> = words
        .iter()
        .filter(|word| word.bottom < layout.page.top_mm)
        .map(|word| (word.page, word.text.as_str()))
        .collect();
    assert_eq!(numbers, [(2, "2"), (4, "2")]);
    let number = word(&words, 2, "2");
    assert!(near(number.top(14.0), 10.0, 0.05), "{number:?}");
    assert!(near(f64::midpoint(number.left, number.right), 30.0 + 165.0 / 2.0, 0.3), "{number:?}");
    assert_eq!(words.iter().filter(|word| word.text == "cư" && word.page == 4).count(), 1, "repeated header");
}

/// Words of the DOCX in document order.
fn docx_words(paper: &Paper) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(paper::docx::render(paper).unwrap())).unwrap();
    let mut xml = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let mut reader = Reader::from_str(&xml);
    let (mut out, mut inside) = (String::new(), false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => inside = start.name().as_ref() == "w:t",
            Event::Text(text) if inside => out.push_str(&text),
            Event::End(_) => inside = false,
            Event::Eof => return without_space(&out),
            _ => {}
        }
    }
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Words of the PDF below the page number, in the order in which they are drawn.
fn pdf_words(paper: &Paper) -> String {
    let (_folder, path) = saved(paper);
    let below = ["-raw", "-x", "0", "-y", "48", "-W", "900", "-H", "900"];
    without_space(&run("pdftotext", &below, &path, &["-"]))
}

fn sorted(text: &str) -> Vec<char> {
    let mut signs: Vec<char> = text.chars().collect();
    signs.sort_unstable();
    signs
}

#[test]
fn pdf_and_docx_hold_the_same_words() {
    // Tables of one page: longer ones repeat their header in the PDF.
    let short = || Block::Table(sample::areas(3));
    let mut report = sample::report();
    report.appendices[0].blocks = vec![short()];
    // Cells over two header rows are drawn last, so only the letters are compared.
    assert_eq!(sorted(&pdf_words(&report)), sorted(&docx_words(&report)));

    let plain = |blocks: &mut Vec<Block>| {
        for block in blocks.iter_mut().filter(|block| matches!(block, Block::Table(_))) {
            *block = short();
        }
    };
    plain(&mut report.body);
    report.appendices.iter_mut().for_each(|appendix| plain(&mut appendix.blocks));
    let mut front = sample::front();
    plain(&mut front.body);
    for paper in [report, sample::letter(), front] {
        assert_eq!(pdf_words(&paper), docx_words(&paper));
    }
}

#[test]
fn files_are_sound_tagged_and_say_what_they_conform_to() {
    for paper in [sample::report(), sample::police_draft(), sample::front(), sample::letter()] {
        let (_folder, path) = saved(&paper);
        let report = run("qpdf", &["--check"], &path, &[]);
        assert!(report.contains("No syntax or stream encoding errors found"), "{report}");
        let info = run("pdfinfo", &[], &path, &[]);
        assert!(info.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")), "{info}");
        let metadata = run("pdfinfo", &["-meta"], &path, &[]);
        for claim in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
            assert!(metadata.contains(claim), "{claim}: {metadata}");
        }
        let structure = run("pdfinfo", &["-struct"], &path, &[]);
        let titled = paper.kind != paper::Kind::Letter;
        assert_eq!(structure.lines().any(|line| line.trim().starts_with("H1 ")), titled, "{structure}");
        let objects = run("qpdf", &["--json"], &path, &[]);
        assert!(objects.contains("\"/Lang\": \"u:vi-VN"), "language");
    }
}

#[test]
fn drafts_are_marked_on_every_page() {
    let (_folder, path) = saved(&sample::police_draft());
    let text = run("pdftotext", &["-raw"], &path, &["-"]);
    let pages: Vec<&str> = text.trim_end_matches('\u{C}').split('\u{C}').collect();
    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|page| without_space(page).contains("DỰTHẢO")), "{text}");
}

#[test]
fn a_character_without_a_sign_is_named() {
    let mut paper = sample::letter();
    paper.subject = "kiểm tra ☐".into();
    let refused = pdf::render(&paper, &stamp());
    assert!(matches!(refused, Err(pdf::PdfError::MissingGlyph { character: '☐' })), "{refused:?}");
}

#[test]
fn words_are_never_markup() {
    let mut paper = sample::letter();
    paper.body =
        vec![paper::paragraph("#panic(\"x\") $x^2$ *đậm* @nguồn \\ // `mã` <nhãn> = mục ~ https://a.vn")];
    let (_folder, path) = saved(&paper);
    let text = without_space(&run("pdftotext", &["-raw"], &path, &["-"]));
    assert!(text.contains("#panic(\"x\")$x^2$*đậm*@nguồn\\//`mã`<nhãn>=mục~https://a.vn./."), "{text}");
}

#[test]
fn the_smallest_paper_and_the_longest_line_still_print() {
    let mut paper = sample::letter();
    paper.agency.issuer.clear();
    paper.signers.clear();
    paper.recipients.clear();
    paper.addressees.clear();
    paper.subject.clear();
    paper.body.clear();
    assert!(pdf::render(&paper, &stamp()).is_ok());
    paper.body = vec![Block::PageBreak, paper::paragraph("Ơ".repeat(5_000)), Block::PageBreak];
    paper.appendices = vec![paper::Appendix {
        title: String::new(),
        reference: String::new(),
        blocks: vec![],
        orientation: Orientation::Landscape,
    }];
    assert!(pdf::render(&paper, &stamp()).is_ok());
}

#[test]
fn the_signature_is_never_alone_on_its_page() {
    let mut paper = sample::letter();
    let mut moved = false;
    for paragraphs in 14..24 {
        paper.body = (0..paragraphs).map(|_| paper::paragraph("Nội dung của một đoạn văn ngắn.")).collect();
        let (pages, words) = measured(&paper);
        let page_of = |text: &str| words.iter().rfind(|word| word.text.ends_with(text)).unwrap().page;
        assert_eq!(page_of("./."), page_of("CHỦ"), "{paragraphs} paragraphs");
        moved |= pages.len() == 2;
    }
    assert!(moved, "no length made the signature move");
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let once = pdf::render(&sample::report(), &stamp()).unwrap();
    assert!(once == pdf::render(&sample::report(), &stamp()).unwrap());
}
