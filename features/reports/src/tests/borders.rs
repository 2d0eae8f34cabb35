//! Beside targets, in chosen borders, over the communes of a province.

use super::*;

#[test]
fn an_annual_report_stands_beside_the_targets_of_its_year() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.session(2, 1, date(2026, 8, 2), 25, 1..=3);
        let aim = |indicator: &str, amount, based_on| {
            let wanted = targets::Wanted {
                indicator: indicator.into(),
                slice: "*".into(),
                year: 2026,
                amount: Some(amount),
            };
            let (scope, place) = (house.scope("aims", Role::Officer), house.unit.place());
            let (room, catalogue) = (house.room("aims", Action::SetTargets), house.catalogue.clone());
            house
                .db
                .write_now(move |tx| {
                    let at_desk = (&scope, &place, &room);
                    targets::set(tx, at_desk, &catalogue, (&wanted, based_on), at(date(2026, 1, 5)))
                })
                .unwrap();
        };
        aim("outreach-sessions", 3, 0);
        aim("households-reached-ratio", 520, 0);
        house.start(100, ANNUAL, "2026", date(2026, 9, 1)).unwrap();
        house.start(101, ANNUAL, "2025", date(2026, 9, 1)).unwrap();
        let open = house.sheet(100);
        let told = |sheet: &Sheet, indicator| {
            [Column::Current, Column::Target, Column::Reached].map(|column| shown(sheet, indicator, column))
        };
        assert_eq!(told(&open, "outreach-sessions"), ["2", "3", "66,6%"]);
        assert_eq!(told(&open, "households-reached-ratio"), ["13,0%", "52,0%", "25,0%"]);
        assert_eq!(told(&open, "outreach-attendances"), ["55", "–", "–"]);
        // Another table of the same report, and another year, have no targets and no columns of them.
        let has = |sheet: &Sheet, part: &str| {
            sheet.entries.iter().any(|entry| entry.part == part && entry.column.of_target())
        };
        assert!(has(&open, "outreach") && !has(&open, "coverage"));
        assert!(house.sheet(101).entries.iter().all(|entry| !entry.column.of_target()));
        // Frozen, they stay as they were.
        house.freeze(100, 1, date(2026, 12, 16)).unwrap();
        aim("outreach-sessions", 4, 1);
        assert_eq!(house.sheet(100).entries.len(), open.entries.len());
        assert_eq!(told(&house.sheet(100), "outreach-sessions"), ["2", "3", "66,6%"]);
        let printed = paper_of(
            &house.sheet(100),
            &house.unit,
            &house.catalogue,
            Viewer::Own,
            ProfileId::CommunePolice,
            &Printing::usual(ProfileId::CommunePolice, &house.unit, Signer::Head),
        );
        let html = paper::html::render(&printed.unwrap());
        assert!(html.contains("Chỉ tiêu năm") && html.contains("Tỷ lệ đạt (%)") && html.contains("66,6"));
        // A target opens to where it was set, and stands whatever is hidden beside it.
        let place = |column| {
            let of = |entry: &&crate::model::Entry| {
                entry.figure.indicator == "outreach-sessions" && entry.column == column
            };
            open.entries.iter().find(of).unwrap().place
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let url = format!("{}/figures/{}", report_path(100), place(Column::Reached));
        let opened = runtime.block_on(house.ask("officer", date(2026, 12, 16), &url, None));
        assert_eq!(opened.location, "/units/05089/targets?year=2026", "{}", opened.body);
        let page = runtime.block_on(house.ask("officer", date(2026, 12, 16), &report_path(100), None));
        whole(&page);
        assert!(page.body.contains("Tỷ lệ đạt") && page.body.contains("66,6%"), "{}", page.body);
    }
}

#[test]
fn a_report_of_a_merged_commune_is_read_in_the_borders_that_were_chosen() {
    for mut house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        let (system, day) = (Scope::system("test"), date(2026, 9, 1));
        let province =
            house.db.read_now(|read| units::find_by_code(read, &system, "25", day)).unwrap().unwrap();
        let new = units::NewCommune {
            code: "05999".into(),
            kind: units::Kind::Commune,
            name: "Hòa Hợp".into(),
            from_on: day,
            basis: "thử nghiệm".into(),
        };
        let (old, given) = (house.unit.id.clone(), system.clone());
        house
            .db
            .write_now(move |tx| {
                units::create_commune(tx, &given, &province.id, &new, &[])?;
                units::succeed(tx, &given, &province.place(), (&old, &new.id()), day)
            })
            .unwrap();
        let find =
            |code: &str, on| house.db.read_now(|read| units::find_by_code(read, &system, code, on)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let today = date(2026, 9, 16);
        let without = runtime.block_on(house.ask("officer", date(2026, 8, 20), &format!("{LIST}/new"), None));
        assert!(!without.body.contains("name=\"basis\""), "{}", without.body);
        house.unit = find("05999", today).unwrap();
        let ask = |path: &str, form: Option<&[(&str, &str)]>| {
            runtime.block_on(house.ask("officer", today, path, form))
        };
        let list = "/units/05999/reports";
        let page = ask(&format!("{list}/new"), None);
        whole(&page);
        assert!(page.body.contains("name=\"basis\"") && page.body.contains("name=\"ad-hoc-basis\""));
        let mut attendances = Vec::new();
        // Three forms, because each has one report of a period.
        for (number, which, basis, named) in [
            (1, "movement-quarterly 2026-Q3", "as-it-is-now", "địa giới tại thời điểm báo cáo"),
            (2, "movement-half-yearly 2026-H2", "as-it-was", "địa giới tại thời điểm phát sinh"),
            (3, "movement-annual 2026", "restated", "địa giới ngày 31/8/2026"),
        ] {
            let id = Uuid::from_u128(500 + number).to_string();
            let mut form =
                vec![("id", id.as_str()), ("report", which), ("basis", basis), ("basis-day", "31/12/2026")];
            if basis == "restated" {
                let later = ask(list, Some(&form));
                assert_eq!(later.status, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(later.body.contains("#f-basis-day") && later.body.contains("31/12/2026"));
                form[3].1 = "2026-08-31";
            }
            for _ in 0..2 {
                let started = ask(list, Some(&form));
                assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.body);
                assert_eq!(started.location, format!("{list}/{id}?done=reports-done-started"));
            }
            let shown_page = ask(&format!("{list}/{id}"), None);
            assert!(shown_page.body.contains(named), "{}", shown_page.body);
            let preview = ask(&format!("{list}/{id}/preview"), None);
            assert!(preview.body.contains("theo địa giới"), "{}", preview.body);
            attendances.push(shown(&house.sheet(500 + number), "outreach-attendances", Column::Current));
        }
        // Before the merger the record lay in the old commune.
        assert_eq!(attendances, ["30", "0", "0"]);
    }
}

#[test]
fn a_frozen_figure_of_a_province_opens_to_its_communes() {
    for mut house in houses() {
        let totals = |house: &House, id: u128, unit: &Unit, recognised: i64, total: i64| {
            let kind = house.catalogue.kind("recognition-totals").unwrap();
            let content = activities::Content {
                area: activities::WHOLE_UNIT,
                day: date(2026, 9, 10),
                from: Some(date(2026, 9, 1)),
                kind: kind.id.clone(),
                kind_version: kind.version,
                line: None,
                programmes: vec![],
                fields: [
                    ("subject".to_owned(), Value::Choice("area".into())),
                    ("recognised".to_owned(), Value::Count(recognised)),
                    ("total".to_owned(), Value::Count(total)),
                ]
                .into(),
                note: String::new(),
            };
            for (seen, account, step) in
                [(0, "writes", activities::Step::Send(content)), (1, "confirms", activities::Step::Confirm)]
            {
                let grant = Grant { role: Role::Officer, path: "vn/".into(), area: None, line: None };
                let room = Scope::of(account, vec![grant]).enter(&unit.place(), Action::Record).unwrap();
                let (catalogue, of) = (house.catalogue.clone(), (Uuid::from_u128(id), seen));
                house
                    .db
                    .write_now(move |tx| {
                        activities::change(tx, &room, &catalogue, of, step, at(date(2030, 1, 1)))
                    })
                    .unwrap();
            }
        };
        let system = Scope::system("test");
        let find = |house: &House, code: &str| {
            let found = house.db.read_now(|read| units::find_by_code(read, &system, code, date(2026, 9, 1)));
            found.unwrap().unwrap()
        };
        let (other, province) = (find(&house, "05200"), find(&house, "25"));
        totals(&house, 1, &house.unit, 7, 10);
        totals(&house, 2, &other, 2, 6);
        house.unit = province;
        let period = house.catalogue.regime("commune-recognition").unwrap().containing(date(2026, 9, 10));
        let id = Uuid::from_u128(100);
        let (started, after) = (period.period.clone(), period.to.tomorrow().unwrap());
        house
            .write("writes", move |tx, desk| {
                actions::start(tx, desk, id, ("recognition-province", &started), at(date(2026, 9, 11)))
            })
            .unwrap();
        house.freeze(100, 1, after).unwrap();
        let asked = |house: &House, indicator: &str| {
            let sheet = house.sheet(100);
            let of = |entry: &&crate::model::Entry| {
                (entry.figure.indicator.as_str(), entry.figure.slice.as_str()) == (indicator, "subject:area")
                    && entry.column == Column::Current
            };
            let place = sheet.entries.iter().find(of).unwrap().place;
            let asked = Asked::Report { id, place };
            let scope = house.scope("asks", Role::ProvinceStaff);
            crate::explain(&house.db, &scope, &house.catalogue, "25", &asked, at(after)).unwrap()
        };
        let told = |house: &House, indicator: &str| {
            let explained = asked(house, indicator);
            assert!(explained.as_frozen && explained.records.is_empty());
            let shares = explained.communes.iter().map(|part| (part.code.clone(), part.shown.vi.clone()));
            (explained.shown.vi, shares.collect::<Vec<_>>())
        };
        let share = |code: &str, value: &str| (code.to_owned(), value.to_owned());
        let both = |house: &House| (told(house, "recognised"), told(house, "recognised-ratio"));
        let then = both(&house);
        assert_eq!(then.0.0, "9");
        let mut shares = then.0.1.clone();
        shares.sort();
        assert_eq!(shares, [share("05089", "7"), share("05200", "2")]);
        assert!(then.1.1.contains(&share("05089", "70,00%")), "{:?}", then.1);
        // What comes later changes nothing of it.
        totals(&house, 3, &other, 50, 60);
        assert_eq!(both(&house), then);
        let place = house.sheet(100).entries.first().unwrap().place;
        let url = format!("/units/25/reports/{id}/figures/{place}");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let page = runtime.block_on(house.ask("officer", after, &url, None));
        whole(&page);
        assert!(
            page.body.contains("Xã Cao Phong") && page.body.contains("Đúng như lúc chốt"),
            "{}",
            page.body
        );
    }
}

// --- pages
