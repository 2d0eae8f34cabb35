//! DOCX against ECMA-376 and against the layout's numbers.

use std::collections::HashMap;
use std::io::{Cursor, Read as _};

use paper::model::Orientation;
use paper::{Composed, Layout, Paper, ProfileId};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::sample;

/// Children of the elements we write, in the order of ECMA-376 Part 1 (transitional schema `wml.xsd`).
const SEQUENCES: [(&str, &[&str]); 21] = [
    ("w:document", &["w:background", "w:body"]),
    ("w:body", &["w:p w:tbl", "w:sectPr"]),
    ("w:p", &["w:pPr", "w:r"]),
    ("w:r", &["w:rPr", "w:t w:fldChar w:instrText w:pict"]),
    (
        "w:pPr",
        &[
            "w:pStyle",
            "w:keepNext",
            "w:keepLines",
            "w:pageBreakBefore",
            "w:framePr",
            "w:widowControl",
            "w:numPr",
            "w:suppressLineNumbers",
            "w:pBdr",
            "w:shd",
            "w:tabs",
            "w:suppressAutoHyphens",
            "w:kinsoku",
            "w:wordWrap",
            "w:overflowPunct",
            "w:topLinePunct",
            "w:autoSpaceDE",
            "w:autoSpaceDN",
            "w:bidi",
            "w:adjustRightInd",
            "w:snapToGrid",
            "w:spacing",
            "w:ind",
            "w:contextualSpacing",
            "w:mirrorIndents",
            "w:suppressOverlap",
            "w:jc",
            "w:textDirection",
            "w:textAlignment",
            "w:textboxTightWrap",
            "w:outlineLvl",
            "w:divId",
            "w:cnfStyle",
            "w:rPr",
            "w:sectPr",
            "w:pPrChange",
        ],
    ),
    (
        "w:rPr",
        &[
            "w:rStyle",
            "w:rFonts",
            "w:b",
            "w:bCs",
            "w:i",
            "w:iCs",
            "w:caps",
            "w:smallCaps",
            "w:strike",
            "w:dstrike",
            "w:outline",
            "w:shadow",
            "w:emboss",
            "w:imprint",
            "w:noProof",
            "w:snapToGrid",
            "w:vanish",
            "w:webHidden",
            "w:color",
            "w:spacing",
            "w:w",
            "w:kern",
            "w:position",
            "w:sz",
            "w:szCs",
            "w:highlight",
            "w:u",
            "w:effect",
            "w:bdr",
            "w:shd",
            "w:fitText",
            "w:vertAlign",
            "w:rtl",
            "w:cs",
            "w:em",
            "w:lang",
        ],
    ),
    ("w:pBdr", &["w:top", "w:left", "w:bottom", "w:right", "w:between", "w:bar"]),
    ("w:tbl", &["w:tblPr", "w:tblGrid", "w:tr"]),
    (
        "w:tblPr",
        &[
            "w:tblStyle",
            "w:tblpPr",
            "w:tblOverlap",
            "w:bidiVisual",
            "w:tblStyleRowBandSize",
            "w:tblStyleColBandSize",
            "w:tblW",
            "w:jc",
            "w:tblCellSpacing",
            "w:tblInd",
            "w:tblBorders",
            "w:shd",
            "w:tblLayout",
            "w:tblCellMar",
            "w:tblLook",
            "w:tblCaption",
            "w:tblDescription",
        ],
    ),
    ("w:tblBorders", &["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"]),
    ("w:tblCellMar", &["w:top", "w:left", "w:bottom", "w:right"]),
    ("w:tblGrid", &["w:gridCol"]),
    ("w:tr", &["w:tblPrEx", "w:trPr", "w:tc"]),
    ("w:trPr", &["w:cantSplit w:tblHeader w:trHeight"]),
    ("w:tc", &["w:tcPr", "w:p w:tbl"]),
    (
        "w:tcPr",
        &[
            "w:cnfStyle",
            "w:tcW",
            "w:gridSpan",
            "w:hMerge",
            "w:vMerge",
            "w:tcBorders",
            "w:shd",
            "w:noWrap",
            "w:tcMar",
            "w:textDirection",
            "w:tcFitText",
            "w:vAlign",
            "w:hideMark",
        ],
    ),
    (
        "w:sectPr",
        &[
            "w:headerReference w:footerReference",
            "w:footnotePr",
            "w:endnotePr",
            "w:type",
            "w:pgSz",
            "w:pgMar",
            "w:paperSrc",
            "w:pgBorders",
            "w:lnNumType",
            "w:pgNumType",
            "w:cols",
            "w:formProt",
            "w:vAlign",
            "w:noEndnote",
            "w:titlePg",
            "w:textDirection",
            "w:bidi",
            "w:rtlGutter",
            "w:docGrid",
        ],
    ),
    ("w:styles", &["w:docDefaults", "w:latentStyles", "w:style"]),
    ("w:docDefaults", &["w:rPrDefault", "w:pPrDefault"]),
    (
        "w:style",
        &[
            "w:name",
            "w:aliases",
            "w:basedOn",
            "w:next",
            "w:link",
            "w:autoRedefine",
            "w:hidden",
            "w:uiPriority",
            "w:semiHidden",
            "w:unhideWhenUsed",
            "w:qFormat",
            "w:locked",
            "w:pPr",
            "w:rPr",
        ],
    ),
    (
        "w:settings",
        &[
            "w:defaultTabStop",
            "w:characterSpacingControl",
            "w:compat",
            "w:themeFontLang",
            "w:decimalSymbol",
            "w:listSeparator",
        ],
    ),
];

/// An element with its attributes, children and text.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: HashMap<String, String>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn child(&self, name: &str) -> &Element {
        self.children
            .iter()
            .find(|child| child.name == name)
            .unwrap_or_else(|| panic!("{} has no {name}", self.name))
    }

    fn attribute(&self, name: &str) -> &str {
        self.attributes
            .get(name)
            .unwrap_or_else(|| panic!("{} has no {name}: {:?}", self.name, self.attributes))
    }

    fn number(&self, name: &str) -> i64 {
        self.attribute(name).parse().unwrap()
    }

    /// All elements called `name` below this one, in document order.
    fn all<'a>(&'a self, name: &str) -> Vec<&'a Element> {
        let below = |child: &'a Element| {
            let own = (child.name == name).then_some(child);
            own.into_iter().chain(child.all(name)).collect::<Vec<_>>()
        };
        self.children.iter().flat_map(below).collect()
    }

    fn words(&self) -> String {
        self.all("w:t").iter().map(|t| t.text.as_str()).collect()
    }
}

fn parse(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    let mut stack = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => stack.push(element(&start)),
            Event::Empty(start) => {
                let empty = element(&start);
                stack.last_mut().unwrap().children.push(empty);
            }
            Event::End(_) => {
                let done = stack.pop().unwrap();
                stack.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => stack.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(entity) => {
                let sign = match &*entity {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    other => panic!("unexpected entity {other}"),
                };
                stack.last_mut().unwrap().text.push(sign);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let mut root = stack.pop().unwrap();
    assert!(stack.is_empty(), "unclosed elements");
    root.children.pop().unwrap()
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        (attribute.key.as_ref().to_owned(), attribute.value.into_owned())
    });
    Element { name: start.name().as_ref().to_owned(), attributes: attributes.collect(), ..Element::default() }
}

fn parts(paper: &Paper) -> HashMap<String, String> {
    let bytes = paper::docx::render(paper).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut file = archive.by_index(place).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

fn document(paper: &Paper) -> Element {
    parse(&parts(paper)["word/document.xml"])
}

fn check_order(element: &Element) {
    if let Some((_, sequence)) = SEQUENCES.iter().find(|(name, _)| *name == element.name) {
        let mut at = 0;
        for child in &element.children {
            let place = sequence
                .iter()
                .position(|names| names.split(' ').any(|name| name == child.name))
                .unwrap_or_else(|| panic!("{} may not hold {}", element.name, child.name));
            assert!(place >= at, "{}: {} comes too late", element.name, child.name);
            at = place;
        }
    }
    for child in &element.children {
        check_order(child);
    }
}

fn twips(mm: f64) -> i64 {
    (mm * 1440.0 / 25.4).round() as i64
}

#[test]
fn children_stand_in_schema_order_and_every_part_is_well_formed() {
    for paper in [sample::report(), sample::police_draft(), sample::front(), sample::letter()] {
        let parts = parts(&paper);
        assert_eq!(parts.len(), 9);
        for xml in parts.values() {
            check_order(&parse(xml));
        }
    }
}

#[test]
fn cells_end_with_a_paragraph_and_rows_fill_the_grid() {
    let document = document(&sample::report());
    let tables = document.all("w:tbl");
    assert_eq!(tables.len(), 5);
    for table in tables {
        let columns = table.child("w:tblGrid").children.len();
        for row in table.children.iter().filter(|child| child.name == "w:tr") {
            let cells: Vec<_> = row.children.iter().filter(|child| child.name == "w:tc").collect();
            let spans = cells.iter().map(|cell| {
                cell.child("w:tcPr")
                    .children
                    .iter()
                    .find(|c| c.name == "w:gridSpan")
                    .map_or(1, |c| c.number("w:val"))
            });
            assert_eq!(spans.sum::<i64>(), i64::try_from(columns).unwrap());
            assert!(cells.iter().all(|cell| cell.children.last().unwrap().name == "w:p"));
            row.child("w:trPr").child("w:cantSplit");
        }
    }
}

#[test]
fn lengths_are_those_of_the_layout() {
    for paper in [sample::report(), sample::police_draft(), sample::front()] {
        let layout = Layout::of(paper.profile);
        let document = document(&paper);
        for section in document.all("w:sectPr") {
            let margins = section.child("w:pgMar");
            for (name, mm) in [
                ("w:top", layout.page.top_mm),
                ("w:right", layout.page.right_mm),
                ("w:bottom", layout.page.bottom_mm),
                ("w:left", layout.page.left_mm),
                ("w:header", layout.page.header_distance_mm),
            ] {
                assert_eq!(margins.number(name), twips(mm), "{name}");
            }
            section.child("w:titlePg");
            assert_eq!(section.child("w:pgNumType").number("w:start"), 1);
        }
        let tables = document.all("w:tbl");
        let grid = |place: usize| -> Vec<i64> {
            tables[place].child("w:tblGrid").children.iter().map(|column| column.number("w:w")).collect()
        };
        let heading = &layout.heading;
        assert_eq!(grid(0), [twips(heading.agency_column_mm), twips(heading.nation_column_mm)]);
        let signature = &layout.signature;
        assert_eq!(grid(2), [twips(signature.recipients_column_mm), twips(signature.signer_column_mm)]);
        let data: i64 = grid(1).iter().sum();
        assert!((data - twips(layout.text_width_mm(Orientation::Portrait))).abs() <= 3);
    }
}

/// (words in the paragraph, size in points, bold)
const LOOKS: [(&str, f64, bool); 9] = [
    ("XÃ MẪU SƠN", 13.0, true),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13.0, true),
    ("Độc lập - Tự do - Hạnh phúc", 14.0, true),
    ("Số: 05/BC-UBND", 13.0, false),
    ("BÁO CÁO", 14.0, true),
    ("Nơi nhận:", 12.0, true),
    ("- Như trên;", 11.0, false),
    ("TM. ỦY BAN NHÂN DÂN", 14.0, true),
    ("Nguyễn Thị Ước", 14.0, true),
];

#[test]
fn sizes_and_weights_are_those_of_the_decree() {
    let document = document(&sample::report());
    let paragraphs = document.all("w:p");
    for (words, pt, bold) in LOOKS {
        let paragraph =
            paragraphs.iter().find(|p| p.words() == words).unwrap_or_else(|| panic!("no {words}"));
        let face = paragraph.all("w:r")[0].child("w:rPr");
        assert_eq!(face.child("w:sz").number("w:val"), (pt * 2.0) as i64, "{words}");
        assert_eq!(face.children.iter().any(|child| child.name == "w:b"), bold, "{words}");
    }
    let police = self::document(&sample::police_draft());
    let parent = police.all("w:p").into_iter().find(|p| p.words() == "CÔNG AN TỈNH PHÚ MẪU").unwrap();
    assert!(parent.all("w:b").is_empty(), "the superior body is not bold");
    let front = self::document(&sample::front());
    let bold = |words: &str| {
        let line = front.all("w:p").into_iter().find(|p| p.words() == words).unwrap();
        !line.all("w:b").is_empty()
    };
    let heading = ["ỦY BAN MTTQ VIỆT NAM", "XÃ MẪU SƠN", "BAN THƯỜNG TRỰC", "TM. BAN THƯỜNG TRỰC"].map(bold);
    assert_eq!(heading, [false, false, true, true], "the board is bold, the committee is not");
}

#[test]
fn rules_are_as_long_as_the_decree_says() {
    let paper = sample::report();
    let layout = Layout::of(paper.profile);
    let document = document(&paper);
    let lengths: Vec<i64> = document.all("w:tbl")[0]
        .all("w:p")
        .iter()
        .zip([0, 1, 2, 3, 4, 5])
        .filter(|(p, _)| !p.all("w:pBdr").is_empty())
        .map(|(p, place)| {
            let column =
                if place < 3 { layout.heading.agency_column_mm } else { layout.heading.nation_column_mm };
            let indent = p.child("w:pPr").child("w:ind");
            twips(column) - indent.number("w:left") - indent.number("w:right")
        })
        .collect();
    let [agency, motto] = lengths[..] else { panic!("two rules, not {lengths:?}") };
    let words = paper::metrics::bold_width_mm("XÃ MẪU SƠN", 13.0);
    assert!((twips(words / 3.0)..=twips(words / 2.0)).contains(&agency));
    assert!((motto - twips(60.46)).abs() <= 2, "as wide as Tiêu ngữ at 14 pt: {motto}");
}

#[test]
fn fonts_language_and_title_are_set() {
    let parts = parts(&sample::report());
    let styles = parse(&parts["word/styles.xml"]);
    let defaults = styles.child("w:docDefaults").child("w:rPrDefault").child("w:rPr");
    let fonts = defaults.child("w:rFonts");
    for slot in ["w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"] {
        assert_eq!(fonts.attribute(slot), "Times New Roman");
    }
    assert_eq!(defaults.child("w:lang").attribute("w:val"), "vi-VN");
    let core = parse(&parts["docProps/core.xml"]);
    let title = "BÁO CÁO Kết quả phong trào Toàn dân bảo vệ an ninh Tổ quốc quý III năm 2026";
    assert_eq!(core.child("dc:title").text, title);
}

#[test]
fn page_numbers_start_on_the_second_page_and_drafts_are_marked() {
    for (paper, marked) in [(sample::report(), false), (sample::police_draft(), true)] {
        let parts = parts(&paper);
        assert!(!parts["word/header-first.xml"].contains("PAGE"));
        let next = parse(&parts["word/header-next.xml"]);
        assert_eq!(next.all("w:instrText")[0].text.trim(), "PAGE");
        assert_eq!(next.child("w:p").child("w:pPr").child("w:jc").attribute("w:val"), "center");
        for part in ["word/header-first.xml", "word/header-next.xml"] {
            assert_eq!(parts[part].contains("string=\"DỰ THẢO\""), marked, "{part}");
        }
    }
}

#[test]
fn long_tables_repeat_their_header_and_wide_ones_lie_down() {
    let document = document(&sample::report());
    let sections: Vec<bool> = document
        .all("w:sectPr")
        .iter()
        .map(|section| section.child("w:pgSz").attributes.contains_key("w:orient"))
        .collect();
    assert_eq!(sections, [false, true, false]);
    let tables = document.all("w:tbl");
    let headers = |place: usize| tables[place].all("w:tblHeader").len();
    assert_eq!([headers(1), headers(3), headers(4)], [2, 1, 2]);
}

#[test]
fn the_signature_is_never_alone() {
    let document = document(&sample::report());
    let body = document.child("w:body");
    let keeps = |element: &Element| !element.all("w:keepNext").is_empty();
    let signature = body.children.iter().rposition(|child| child.words().contains("Nơi nhận:")).unwrap();
    assert!(keeps(&body.children[signature - 1]), "the gap above the signature");
    assert!(body.children[signature - 2].words().ends_with("./."));
    assert!(keeps(&body.children[signature - 2]), "the last paragraph");
}

fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                let words =
                    ["file_title", "file_author", "lang", "draft", "is", "align", "level", "orientation"];
                if !words.contains(&name.as_str()) {
                    texts(field, found);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn no_word_is_lost() {
    for paper in [sample::report(), sample::police_draft(), sample::front(), sample::letter()] {
        let words = document(&paper).words();
        let mut expected = Vec::new();
        texts(&serde_json::to_value(Composed::of(&paper)).unwrap(), &mut expected);
        assert!(expected.len() > 20);
        for text in expected {
            assert!(words.contains(&text), "{text} is missing");
        }
    }
}

#[test]
fn a_stored_paper_comes_back_the_same() {
    for paper in [sample::report(), sample::police_draft(), sample::front(), sample::letter()] {
        let stored = serde_json::to_string(&paper).unwrap();
        assert_eq!(serde_json::from_str::<Paper>(&stored).unwrap(), paper);
    }
}

#[test]
fn hostile_text_stays_text() {
    let mut paper = sample::letter();
    paper.subject = "<w:p/> & \"x\" \u{0}\u{B}\u{FFFF}]]>".into();
    let document = document(&paper);
    assert!(document.words().contains("V/v <w:p/> & \"x\" ]]>"));
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let once = paper::docx::render(&sample::report()).unwrap();
    assert_eq!(once, paper::docx::render(&sample::report()).unwrap());
}

#[test]
fn the_profile_decides_whether_a_superior_is_printed() {
    let mut paper = sample::police_draft();
    assert!(document(&paper).words().contains("CÔNG AN TỈNH"));
    paper.profile = ProfileId::PeoplesCommittee;
    assert!(!document(&paper).words().contains("CÔNG AN TỈNH PHÚ MẪU"));
}
