//! Printed, and made without being stored.

use super::*;

/// A paper as lines: what a reader of any of its formats gets.
fn outline(paper: &paper::Paper) -> String {
    let mut lines = vec![
        format!("parent: {:?}", paper.agency.parent),
        format!("issuer: {}", paper.agency.issuer.join(" / ")),
        format!("standing: {:?}, {}, {}, {:?}", paper.standing, paper.notation, paper.place, paper.date),
        format!("subject: {}", paper.subject),
        format!("addressees: {:?}", paper.addressees),
    ];
    for block in &paper.body {
        match block {
            paper::Block::Heading { text, .. } => lines.push(format!("# {text}")),
            paper::Block::Paragraph(runs) => {
                lines.push(runs.iter().map(|run| run.text.as_str()).collect());
            }
            paper::Block::Item { marker, text } => lines.push(format!("{marker} {text}")),
            paper::Block::Table(table) => {
                let heads: Vec<&str> = table.columns().iter().map(|column| column.title.as_str()).collect();
                lines.push(format!("[{}] {}", table.caption().unwrap_or_default(), heads.join(" | ")));
                for row in table.rows() {
                    let cells: Vec<String> = row.cells.iter().map(cell).collect();
                    lines.push(format!("  {}", cells.join(" | ")));
                }
            }
            paper::Block::PageBreak => lines.push("---".into()),
        }
    }
    for signer in &paper.signers {
        lines.push(format!("signer: {} / {:?}", signer.authority.join(" / "), signer.name));
    }
    lines.push(format!("recipients: {}", paper.recipients.join("; ")));
    lines.join("\n")
}

#[test]
fn a_report_prints_as_either_body_writes_it() {
    for house in houses() {
        let sheet = frozen_quarter(&house);
        let print = |style, viewer, signer| {
            let printing = Printing::usual(style, &house.unit, signer);
            paper_of(&sheet, &house.unit, &house.catalogue, viewer, style, &printing).unwrap()
        };
        let committee = print(ProfileId::PeoplesCommittee, Viewer::Own, Signer::Deputy);
        insta::assert_snapshot!("committee", outline(&committee));
        let police = outline(&print(ProfileId::CommunePolice, Viewer::Outside, Signer::Head));
        for line in [
            "parent: Some(\"CÔNG AN TỈNH PHÚ THỌ\")",
            "issuer: CÔNG AN XÃ CAO PHONG",
            "standing: Unnumbered, BC-CAX, Cao Phong, Year(2026)",
            "signer: TRƯỞNG CÔNG AN XÃ / \"\"",
            "  3 | Số hộ được tuyên truyền | hộ | 10 | <5 | 0",
        ] {
            assert!(police.lines().any(|there| there == line), "{line} in\n{police}");
        }
        let front = outline(&print(ProfileId::Front, Viewer::Own, Signer::Head));
        for line in [
            "issuer: ỦY BAN MTTQ VIỆT NAM / XÃ CAO PHONG / BAN THƯỜNG TRỰC",
            "standing: Unnumbered, BC-MTTQ-BTT, Cao Phong, Year(2026)",
            "signer: TM. BAN THƯỜNG TRỰC / CHỦ TỊCH / \"\"",
        ] {
            assert!(front.lines().any(|there| there == line), "{line} in\n{front}");
        }
        assert_eq!(
            file_name(&sheet, &house.unit, ProfileId::PeoplesCommittee, Format::Pdf),
            "bao-cao-quy-iii-2026-cao-phong.pdf"
        );
        let printer: Printer = Arc::new(|_, _, _| Ok(b"%PDF-".to_vec()));
        for format in Format::ALL {
            let bytes = format.render(&committee, &printer, at(date(2026, 9, 15)), "x").unwrap();
            let start: &[u8] = if format == Format::Pdf { b"%PDF-" } else { b"PK\x03\x04" };
            assert!(bytes.starts_with(start), "{format:?}");
        }
        // To a superior by letter: Kính gửi, and Như trên first among the recipients.
        let mut printing = Printing::usual(ProfileId::CommunePolice, &house.unit, Signer::Head);
        printing.addressees = vec!["Công an tỉnh Phú Thọ".into()];
        let letter =
            paper_of(&sheet, &house.unit, &house.catalogue, Viewer::Own, ProfileId::CommunePolice, &printing);
        assert_eq!(letter.unwrap().recipients.first().map(String::as_str), Some("Như trên"));
    }
}

#[test]
fn the_command_line_makes_and_explains_without_storing() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let (system, now) = (Scope::system("report"), at(date(2026, 11, 24)));
        let made =
            crate::make(&house.db, &system, &house.catalogue, "05089", (QUARTERLY, "2026-Q3"), now).unwrap();
        assert_eq!(shown(&made.sheet, "outreach-attendances", Column::Current), "30");
        assert_eq!((made.sheet.report.id, made.sheet.report.version), (Uuid::nil(), 0));
        let stored = house.read(|read, desk| Ok(store::list(read, desk.room, None, 9)?));
        assert!(stored.is_empty());
        let asked = Asked::Live {
            indicator: "households-reached".into(),
            slice: "form:gathering".into(),
            regime: "quarterly".into(),
            period: "2026-Q3".into(),
            basis: Basis::AsItIsNow,
        };
        let explain =
            |asked: &Asked| crate::explain(&house.db, &system, &house.catalogue, "05089", asked, now);
        let live = explain(&asked).unwrap();
        assert_eq!(live.value, Some(figures::Value::Number(10)));
        for (indicator, slice) in
            [("households-reached", "form:no-such"), ("households-reached", "typo"), ("x", "*")]
        {
            let asked = Asked::Live {
                indicator: indicator.into(),
                slice: slice.into(),
                regime: "quarterly".into(),
                period: "2026-Q3".into(),
                basis: Basis::AsItIsNow,
            };
            assert!(matches!(explain(&asked), Err(Refused::NoRule)), "{indicator} {slice}");
        }
        let records: Vec<_> =
            live.records.iter().map(|r| (r.id.as_u128(), r.version, r.area.as_str(), r.amount)).collect();
        assert_eq!(records, [(1, 2, "Khu 1", Some(10))]);
        assert!(serde_json::to_string(&live).unwrap().contains("\"shown\":{\"vi\":\"10\""));

        // In a frozen report the record answers in the version that was counted, whatever became of it.
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        house.freeze(100, 1, date(2026, 9, 15)).unwrap();
        house.send(1, 2, 1, date(2026, 8, 2), 31, 1..=20);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let place = house
            .sheet(100)
            .entries
            .iter()
            .find(|entry| entry.figure.indicator == "households-reached")
            .unwrap()
            .place;
        let frozen = explain(&Asked::Report { id: Uuid::from_u128(100), place }).unwrap();
        assert_eq!((frozen.value, frozen.as_frozen), (Some(figures::Value::Number(10)), true));
        let [record] = frozen.records.as_slice() else { panic!("{:?}", frozen.records) };
        assert_eq!((record.version, record.area.as_str(), record.amount), (2, "Khu 1", Some(10)));
        assert_eq!(record.day, Some(date(2026, 8, 1)));
        let since: Vec<_> = frozen.changes.iter().map(|c| (c.what, c.counted, c.version)).collect();
        assert_eq!(since, [(What::Changed, Some(2), Some(4))]);
        let missing = explain(&Asked::Report { id: Uuid::from_u128(100), place: 9_999 });
        assert!(matches!(missing, Err(Refused::NotFound)));
    }
}
