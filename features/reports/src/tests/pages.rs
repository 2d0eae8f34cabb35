//! Through the router.

use super::*;

#[test]
fn a_report_is_started_written_frozen_and_amended_on_its_pages() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ask = |who: &str, day: Date, path: &str, form: Option<&[(&str, &str)]>| {
            runtime.block_on(house.ask(who, day, path, form))
        };
        let (before, after) = (date(2026, 9, 10), date(2026, 9, 16));
        let new = ask("officer", before, &format!("{LIST}/new"), None);
        whole(&new);
        assert!(new.body.contains("value=\"movement-quarterly 2026-Q3\""), "{}", new.body);
        // The commune exists since 1 July 2025.
        assert!(new.body.contains("movement-annual 2025") && !new.body.contains("movement-annual 2024"));
        let id = Uuid::from_u128(100).to_string();
        let start = [("id", id.as_str()), ("report", "movement-quarterly 2026-Q3")];
        for _ in 0..2 {
            let started = ask("officer", before, LIST, Some(&start));
            assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
            assert_eq!(started.location, format!("{}?done=reports-done-started", report_path(100)));
        }
        let nothing = ask("officer", before, LIST, Some(&[("id", id.as_str())]));
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let later = [("id", id.as_str()), ("report", "movement-quarterly 2026-Q4")];
        let later = ask("officer", before, LIST, Some(&later));
        assert_eq!(later.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(later.body.contains("15/9/2026"), "{}", later.body);

        let open = ask("officer", before, &report_path(100), None);
        whole(&open);
        assert!(open.body.contains("Có thể chốt số liệu từ ngày 15/9/2026"), "{}", open.body);
        assert!(!open.body.contains(">Chốt số liệu<"));
        let early =
            ask("officer", before, &format!("{}/freezing", report_path(100)), Some(&[("based_on", "1")]));
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.body.contains("từ ngày 15/9/2026"), "{}", early.body);

        // Two people write at once: both texts stand on the page and nothing is lost.
        let texts = format!("{}/texts", report_path(100));
        let first = [("based_on", "1"), ("text-situation-text", "Của người thứ nhất")];
        assert_eq!(ask("officer", before, &texts, Some(&first)).status, StatusCode::SEE_OTHER);
        let second = [("based_on", "1"), ("text-situation-text", "Của người <thứ hai>")];
        let stale = ask("officer", before, &texts, Some(&second));
        whole(&stale);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(
            stale.body.contains("Của người thứ nhất") && stale.body.contains("Của người &#60;thứ hai&#62;")
        );
        assert!(stale.body.contains("name=\"based_on\" value=\"2\""));
        let phone = [("based_on", "2"), ("text-situation-text", "Gọi 0912 345 678")];
        let phone = ask("officer", before, &texts, Some(&phone));
        assert_eq!(phone.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(phone.body.contains("#f-text-situation-text") && phone.body.contains("Gọi 0912 345 678"));

        let ready = ask("chair", after, &report_path(100), None);
        assert!(ready.body.contains("Chốt số liệu</button>"), "{}", ready.body);
        let freezing = format!("{}/freezing", report_path(100));
        for _ in 0..2 {
            let frozen = ask("chair", after, &freezing, Some(&[("based_on", "2")]));
            assert_eq!(frozen.location, format!("{}?done=reports-done-frozen", report_path(100)));
        }
        house.send(1, 2, 0, date(2026, 8, 1), 44, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let frozen = ask("officer", after, &report_path(100), None);
        whole(&frozen);
        for part in [
            "Đã chốt",
            "đã sửa (lúc chốt là phiên bản 2, nay là phiên bản 4)",
            "Lập báo cáo điều chỉnh",
            "Của người thứ nhất",
        ] {
            assert!(frozen.body.contains(part), "{part} in {}", frozen.body);
        }
        assert!(!frozen.body.contains("<textarea"));
        let list = ask("officer", after, LIST, None);
        whole(&list);
        assert!(list.body.contains("1 bản ghi đã thay đổi") && list.body.contains("Quý III năm 2026"));
        let new_id = Uuid::from_u128(200).to_string();
        let amend = format!("{}/amendment", report_path(100));
        for _ in 0..2 {
            let amended = ask("officer", after, &amend, Some(&[("id", &new_id)]));
            assert_eq!(amended.location, format!("{}?done=reports-done-amended", report_path(200)));
        }
        let preview =
            ask("officer", after, &format!("{}/preview?style=commune-police", report_path(200)), None);
        whole(&preview);
        assert!(preview.body.contains("DỰ THẢO") && preview.body.contains("TRƯỞNG CÔNG AN XÃ"));
        let css = ask("nobody", after, "/reports/preview-styles/commune-police", None);
        assert!(css.status == StatusCode::OK && css.body.contains(".paper"));
        let pdf = ask("officer", after, &format!("{}/export/peoples-committee/pdf", report_path(100)), None);
        assert!(pdf.body.starts_with("%PDF-"));
        assert_eq!(pdf.disposition, "attachment; filename=\"bao-cao-quy-iii-2026-cao-phong.pdf\"");
        let amended =
            ask("officer", after, &format!("{}/export/commune-police/xlsx", report_path(200)), None);
        assert_eq!(
            amended.disposition,
            "attachment; filename=\"bao-cao-dieu-chinh-quy-iii-2026-cong-an-cao-phong.xlsx\""
        );
    }
}

#[test]
fn the_appendix_of_areas_is_frozen_with_the_report_and_hides_small_numbers_outside() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 4, 1..=3);
        house.session(2, 1, date(2026, 8, 2), 30, 1..=20);
        house.start(100, ANNUAL, "2026", date(2026, 12, 1)).unwrap();
        let open = house.sheet(100);
        house.freeze(100, 1, date(2026, 12, 20)).unwrap();
        house.session(3, 0, date(2026, 8, 3), 500, 1..=9);
        let frozen = house.sheet(100);
        assert_eq!(frozen.areas, open.areas);
        let appendix = |viewer| {
            let style = ProfileId::PeoplesCommittee;
            let printing = Printing::usual(style, &house.unit, Signer::Head);
            let paper = paper_of(&frozen, &house.unit, &house.catalogue, viewer, style, &printing).unwrap();
            let [appendix] = paper.appendices.try_into().unwrap();
            assert_eq!(appendix.orientation, paper::Orientation::Landscape);
            assert_eq!(appendix.title, "KẾT QUẢ THEO KHU DÂN CƯ");
            assert!(
                appendix.reference.ends_with("của Ủy ban nhân dân xã Cao Phong)"),
                "{}",
                appendix.reference
            );
            let [paper::Block::Table(table)] = &appendix.blocks[..] else { panic!("one table") };
            let rows = table.rows().iter();
            rows.map(|row| row.cells[..6].iter().map(cell).collect()).collect::<Vec<Vec<String>>>()
        };
        let own = [
            ["1", "Khu 1", "40", "1", "4", "3"],
            ["2", "Khu 2", "60", "1", "30", "20"],
            ["", "Cộng", "100", "2", "34", "23"],
        ];
        assert_eq!(appendix(Viewer::Own), own);
        // The sum less the shown area would give the hidden one away.
        let outside = [
            ["1", "Khu 1", "40", "1", "<5", "<5"],
            ["2", "Khu 2", "60", "1", "–", "–"],
            ["", "Cộng", "100", "2", "34", "23"],
        ];
        assert_eq!(appendix(Viewer::Outside), outside);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let page = runtime.block_on(house.ask("officer", date(2026, 12, 21), &report_path(100), None));
        whole(&page);
        let records = format!(
            "/units/05089/activities?state=confirmed&#38;from=2025-12-15&#38;to=2026-12-14&#38;area={}",
            house.areas[0]
        );
        assert!(page.body.contains(&records), "{records} in {}", page.body);
    }
}

/// What the print page of the police sends for a joint report.
const JOINT: [(&str, &str); 9] = [
    ("addressees", "Công an tỉnh Phú Thọ\r\nỦy ban MTTQ Việt Nam tỉnh Phú Thọ"),
    ("recipients", "Đảng ủy xã\r\nLưu: CAX"),
    ("signer", "deputy"),
    ("office", ""),
    ("name", "Thiếu tá Nguyễn Văn Mẫu"),
    ("second", "front"),
    ("signer-second", "by-order"),
    ("office-second", "ỦY VIÊN THƯỜNG TRỰC"),
    ("name-second", "Đỗ Thị Hai"),
];

/// The joint form based on a version, with some fields typed otherwise.
fn signing<'a>(based_on: &'a str, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let typed = |name: &str, text: &'a str| {
        other.iter().find(|(field, _)| *field == name).map_or(text, |(_, other)| *other)
    };
    let fields = JOINT.iter().map(|(name, text)| (*name, typed(name, text)));
    std::iter::once(("based_on", based_on)).chain(fields).collect()
}

#[test]
fn signers_and_recipients_are_remembered_for_the_form_and_kept_with_the_number() {
    for house in houses() {
        frozen_quarter(&house);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let day = date(2026, 9, 16);
        let ask = |path: &str, form: Option<&[(&str, &str)]>| {
            runtime.block_on(house.ask("officer", day, path, form))
        };
        let set = format!("{}/signing/commune-police", report_path(100));
        let preview = format!("{}/preview?style=commune-police", report_path(100));
        let usual = ask(&preview, None);
        whole(&usual);
        assert!(!usual.body.contains("Kính gửi:") && usual.body.contains("name=\"based_on\" value=\"0\""));

        // What was typed stays, with what is wrong beside it.
        let wrong = signing("0", &[("recipients", " "), ("office-second", ""), ("name", "Gọi 0912 345 678")]);
        let wrong = ask(&set, Some(&wrong));
        whole(&wrong);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in ["#f-recipients", "#f-office-second", "#f-name", "Gọi 0912 345 678", "Đỗ Thị Hai"]
        {
            assert!(wrong.body.contains(part), "{part} in {}", wrong.body);
        }
        // Sent twice is set once; somebody who saw the version before is told, and keeps what was typed.
        for _ in 0..2 {
            let done = ask(&set, Some(&signing("0", &[])));
            assert_eq!(done.location, format!("{preview}&done=reports-done-signed"), "{}", done.body);
        }
        let stale = ask(&set, Some(&signing("0", &[("name", "Đại úy Trần Văn Khác")])));
        whole(&stale);
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(
            stale.body.contains("Đại úy Trần Văn Khác") && stale.body.contains("Thiếu tá Nguyễn Văn Mẫu")
        );
        assert!(stale.body.contains("name=\"based_on\" value=\"1\""));

        let joint = ask(&preview, None);
        whole(&joint);
        for part in [
            "Kính gửi:",
            "<li>- Công an tỉnh Phú Thọ;</li>",
            "<li>- Như trên;</li>",
            "KT. TRƯỞNG CÔNG AN XÃ<br>PHÓ TRƯỞNG CÔNG AN XÃ",
            "TL. CHỦ TỊCH<br>ỦY VIÊN THƯỜNG TRỰC",
            "paper-signers-several",
            "Công an xã Cao Phong và Ủy ban Mặt trận Tổ quốc Việt Nam xã Cao Phong báo cáo",
        ] {
            assert!(joint.body.contains(part), "{part} in {}", joint.body);
        }
        // Another body's papers of the same form are as they were.
        let committee = ask(&format!("{}/preview?style=peoples-committee", report_path(100)), None);
        assert!(!committee.body.contains("Kính gửi:"));

        // The register holds the same signers and recipients; from then on this paper does not change.
        let number = format!("{}/number/commune-police", report_path(100));
        for _ in 0..2 {
            assert_eq!(ask(&number, Some(&[])).location, format!("{preview}&done=reports-done-numbered"));
        }
        let object = format!("report {}", Uuid::from_u128(100));
        let find = |read: &mut db::Read<'_>, desk: Desk<'_>| {
            Ok(registers::find(read, desk.room, "commune-police", &object)?)
        };
        let line = house.read(find).unwrap();
        assert_eq!(
            line.signer,
            "KT. TRƯỞNG CÔNG AN XÃ / PHÓ TRƯỞNG CÔNG AN XÃ: Thiếu tá Nguyễn Văn Mẫu; TL. CHỦ TỊCH / ỦY VIÊN THƯỜNG \
             TRỰC: Đỗ Thị Hai"
        );
        let recipients = "Công an tỉnh Phú Thọ; Ủy ban MTTQ Việt Nam tỉnh Phú Thọ; Đảng ủy xã; Lưu: CAX";
        assert_eq!(
            (line.recipients.as_str(), line.number, line.notation.as_str()),
            (recipients, 1, "BC-CAX")
        );
        let late = ask(&set, Some(&signing("1", &[("name", "Đại úy Trần Văn Khác")])));
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.body.contains("Văn bản này đã có số"), "{}", late.body);

        // The next report of the form begins with what was set, and may differ from it.
        house.start(300, QUARTERLY, "2026-Q2", day).unwrap();
        let other = format!("{}/signing/commune-police", report_path(300));
        let done = ask(&other, Some(&signing("1", &[("name", "Đại úy Trần Văn Khác")])));
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let next = ask(&format!("{}/preview?style=commune-police", report_path(300)), None);
        assert!(next.body.contains("Đại úy Trần Văn Khác") && next.body.contains("DỰ THẢO"));
        let kept = ask(&preview, None);
        assert!(kept.body.contains("Thiếu tá Nguyễn Văn Mẫu") && !kept.body.contains("Đại úy Trần Văn Khác"));
        assert!(!kept.body.contains("name=\"based_on\""));
    }
}

#[test]
fn styles_are_those_of_the_bodies_written_down_at_the_unit() {
    for house in houses() {
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let preview = || {
            let path = format!("{}/preview", report_path(100));
            let answer = runtime.block_on(house.ask("officer", date(2026, 9, 1), &path, None));
            ["peoples-committee", "commune-police", "front"]
                .map(|style| answer.body.contains(&format!("/preview?style={style}\"")))
        };
        assert_eq!(preview(), [true; 3], "nobody has said which bodies there are");
        for (n, kind) in [(1, units::OrganisationKind::Front), (2, units::OrganisationKind::PeoplesCommittee)]
        {
            let new = units::NewOrganisation {
                id: Uuid::from_u128(n),
                kind,
                name: "Tổ chức".into(),
                from_on: date(2025, 7, 1),
            };
            let room = Scope::system("test").enter(&house.unit.place(), Action::KeepUnit).unwrap();
            house
                .db
                .write_now(move |tx| units::add_organisation(tx, &room, at(date(2026, 8, 1)), &new))
                .unwrap();
        }
        assert_eq!(preview(), [true, false, true]);
    }
}

#[test]
fn a_figure_opens_to_its_records_and_hides_small_numbers_outside() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 4, 1..=3);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ask = |who: &str, path: &str| runtime.block_on(house.ask(who, date(2026, 9, 1), path, None));
        let sheet = house.sheet(100);
        let entry =
            sheet.entries.iter().find(|entry| entry.figure.indicator == "outreach-attendances").unwrap();
        let figure = format!("{}/figures/{}", report_path(100), entry.place);
        let own = ask("officer", &figure);
        whole(&own);
        let record = format!("/units/05089/activities/{}", Uuid::from_u128(1));
        assert_eq!(own.body.matches(&record).count(), 1);
        assert!(own.body.contains("<b>4</b>lượt người"), "{}", own.body);
        let outside = ask("province", &figure);
        assert!(outside.body.contains("<b>&#60;5</b>") && !outside.body.contains(">4<"), "{}", outside.body);
        let report = ask("province", &report_path(100));
        assert!(report.body.contains("&#60;5") && !report.body.contains("3,0%"), "{}", report.body);
        let preview = ask("province", &format!("{}/preview", report_path(100)));
        assert!(preview.body.contains("&lt;5"), "{}", preview.body);
        // An area head sees reports of the own area only, another commune's officer no such place, and a bad address is no page.
        assert_eq!(ask("head", &report_path(100)).status, StatusCode::NOT_FOUND);
        assert_eq!(ask("elsewhere", &report_path(100)).status, StatusCode::NOT_FOUND);
        for bad in
            ["/units/05089/reports/x", "/units/99999/reports", &format!("{}/figures/0", report_path(100))]
        {
            assert_eq!(ask("officer", bad).status, StatusCode::NOT_FOUND, "{bad}");
        }
    }
}
