//! Started, written, frozen, amended; what changed since.

use figures::Value;

use crate::model::Entry;

use super::*;

#[test]
fn a_report_freezes_after_its_cut_off_only_and_keeps_its_figures() {
    for house in houses() {
        house.session(1, 0, date(2026, 6, 15), 30, 1..=10);
        house.session(2, 1, date(2026, 9, 14), 20, 1..=5);
        house.session(3, 1, date(2026, 9, 15), 99, 1..=50); // the next quarter's
        house.session(4, 0, date(2026, 6, 14), 7, 1..=4); // the quarter's before
        let report = house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let open = house.sheet(100);
        assert_eq!(shown(&open, "outreach-sessions", Column::Current), "2");
        assert_eq!(shown(&open, "outreach-attendances", Column::Current), "50");
        assert_eq!(shown(&open, "outreach-attendances", Column::Previous), "7");
        assert_eq!(shown(&open, "outreach-attendances", Column::LastYear), "0");
        assert_eq!(shown(&open, "households-reached", Column::Current), "15");
        assert_eq!(shown(&open, "households-reached-ratio", Column::Current), "15,0%");
        assert_eq!(shown(&open, "areas", Column::Current), "2");

        // On the cut-off day itself something may still be done.
        let early = house.freeze(100, report.version, date(2026, 9, 14));
        assert!(matches!(early, Err(Refused::TooEarly { from }) if from == date(2026, 9, 15)), "{early:?}");
        assert_eq!(house.sheet(100).report.state, State::Open);
        let frozen = house.freeze(100, report.version, date(2026, 9, 15)).unwrap();
        assert_eq!((frozen.state, frozen.version), (State::Frozen, 2));
        // The same again is answered alike; another's freeze is not.
        assert_eq!(house.freeze(100, report.version, date(2026, 9, 15)).unwrap(), frozen);
        assert!(matches!(house.freeze(100, 2, date(2026, 9, 15)), Err(Refused::Frozen)));

        let kept = house.sheet(100);
        assert_eq!(kept.entries.len(), open.entries.len());
        for (then, now) in open.entries.iter().zip(&kept.entries) {
            assert_eq!(
                (&then.figure, &then.definition, then.place),
                (&now.figure, &now.definition, now.place)
            );
            assert_eq!(now.records.is_some(), now.column == Column::Current);
        }
        let sessions =
            kept.entries.iter().find(|entry| entry.figure.indicator == "outreach-sessions").unwrap();
        assert_eq!(sessions.records, Some(vec![(Uuid::from_u128(1), 2), (Uuid::from_u128(2), 2)]));
        assert!(house.changed(100).is_empty());
        house.read(|read, desk| {
            for entry in kept.entries.iter().filter(|entry| entry.column == Column::Current) {
                let (of, window) = (&entry.figure, (entry.figure.from, entry.figure.to));
                let of = (of.indicator.as_str(), of.slice.as_str());
                let behind = activities::evidence(read, desk.room, desk.catalogue, of, window)?;
                let behind: Vec<_> = behind.iter().map(|(record, _)| (record.id, record.version)).collect();
                assert_eq!(entry.records, Some(behind), "{of:?}");
            }
            Ok(())
        });

        // Corrected, withdrawn, added: the frozen figures stay and every record is named.
        house.send(1, 2, 0, date(2026, 6, 15), 31, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        house.step(2, 2, activities::Step::Withdraw("ghi trùng".into()), "writes");
        house.session(5, 0, date(2026, 7, 1), 12, 20..=22);
        let after = house.sheet(100);
        assert_eq!(after.entries, kept.entries);
        let changes: Vec<_> =
            house.changed(100).iter().map(|c| (c.id.as_u128(), c.what, c.counted)).collect();
        assert_eq!(changes, [(1, What::Changed, Some(2)), (5, What::Added, None), (2, What::Gone, Some(2))]);
        // The day's cells, meanwhile, say what is so now.
        let next = house.start(101, QUARTERLY, "2026-Q4", date(2026, 9, 15)).unwrap();
        assert_eq!(next.version, 1);
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Previous), "43");
    }
}

#[test]
fn a_record_moved_to_another_quarter_is_named() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        house.freeze(100, 1, date(2026, 9, 20)).unwrap();
        house.send(1, 2, 0, date(2026, 9, 18), 30, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let changes = house.changed(100);
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].what, changes[0].now.as_ref().map(|now| now.version)), (What::Gone, Some(4)));
    }
}

#[test]
fn an_amended_report_names_the_one_it_amends_and_reads_anew() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 30, 1..=10);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let words: Texts = [("situation-text".to_owned(), "Ổn định.".to_owned())].into();
        house
            .write("writes", move |tx, desk| {
                actions::write(tx, desk, (Uuid::from_u128(100), 1), &words, at(date(2026, 9, 2)))
            })
            .unwrap();
        let amend = |new: u128| {
            house.write("writes", move |tx, desk| {
                actions::amend(tx, desk, Uuid::from_u128(100), Uuid::from_u128(new), at(date(2026, 10, 1)))
            })
        };
        assert!(matches!(amend(200), Err(Refused::Open)));
        house.freeze(100, 2, date(2026, 9, 20)).unwrap();
        house.send(1, 2, 0, date(2026, 8, 1), 44, 1..=10);
        house.step(1, 3, activities::Step::Confirm, "confirms");
        let amended = amend(200).unwrap();
        assert_eq!(
            (amended.amends, amended.version, amended.state),
            (Some(Uuid::from_u128(100)), 1, State::Open)
        );
        assert_eq!(amend(200).unwrap(), amended);
        assert!(matches!(amend(201), Err(Refused::AlreadyThere(there)) if there == amended.id));
        let sheet = house.sheet(200);
        assert_eq!(sheet.texts.get("situation-text").map(String::as_str), Some("Ổn định."));
        assert_eq!(shown(&sheet, "outreach-attendances", Column::Current), "44");
        assert_eq!(shown(&house.sheet(100), "outreach-attendances", Column::Current), "30");
        // Both can be frozen; the chain goes on from the latest.
        house.freeze(200, 1, date(2026, 10, 2)).unwrap();
        assert!(house.changed(200).is_empty());
    }
}

#[test]
fn december_and_leap_days_fall_into_the_windows_of_the_decree() {
    for house in houses() {
        house.session(1, 0, date(2026, 12, 13), 13, 1..=1);
        house.session(2, 0, date(2026, 12, 16), 16, 1..=1);
        house.start(100, ANNUAL, "2026", date(2026, 12, 20)).unwrap();
        house.start(101, ANNUAL, "2027", date(2026, 12, 20)).unwrap();
        assert_eq!(shown(&house.sheet(100), "outreach-attendances", Column::Current), "13");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Current), "16");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Previous), "13");
    }
}

#[test]
fn the_29th_of_february_counts_in_its_quarter_and_is_set_against_it_a_year_later() {
    for house in houses() {
        let regime = house.catalogue.regime("quarterly").unwrap().clone();
        let leap = regime.containing(date(2028, 2, 29));
        assert_eq!(
            (leap.period.as_str(), leap.from, leap.to),
            ("2028-Q1", date(2027, 12, 15), date(2028, 3, 14))
        );
        house.session(1, 0, date(2028, 2, 29), 29, 1..=2);
        house.start(100, QUARTERLY, "2028-Q1", date(2028, 3, 1)).unwrap();
        house.start(101, QUARTERLY, "2029-Q1", date(2029, 3, 1)).unwrap();
        assert_eq!(shown(&house.sheet(100), "outreach-attendances", Column::Current), "29");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::LastYear), "29");
        assert_eq!(shown(&house.sheet(101), "outreach-attendances", Column::Current), "0");
    }
}

#[test]
fn a_stale_text_is_refused_with_what_stands_there_and_a_repeated_one_is_not() {
    for house in houses() {
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let write = |based_on: u32, text: &str| {
            let texts: Texts = [("situation-text".to_owned(), text.to_owned())].into();
            house.write("writes", move |tx, desk| {
                actions::write(tx, desk, (Uuid::from_u128(100), based_on), &texts, at(date(2026, 9, 2)))
            })
        };
        assert_eq!(write(1, "Bản một").unwrap().version, 2);
        assert_eq!(write(1, "Bản một").unwrap().version, 2);
        match write(1, "Bản hai") {
            Err(Refused::Changed(there)) => {
                assert_eq!(there.0.version, 2);
                assert_eq!(there.1.get("situation-text").map(String::as_str), Some("Bản một"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(write(2, "Bản hai").unwrap().version, 3);
        assert!(matches!(write(3, "gọi 0912 345 678"), Err(Refused::Texts(_))));
        assert!(matches!(write(3, &"a".repeat(4001)), Err(Refused::Texts(_))));
        assert_eq!(house.sheet(100).texts.get("situation-text").map(String::as_str), Some("Bản hai"));
        // What is frozen is not written any more.
        house.freeze(100, 3, date(2026, 9, 15)).unwrap();
        assert!(matches!(write(4, "Bản ba"), Err(Refused::Frozen)));
        // The next quarter shows it beside its own.
        let next = house.start(101, QUARTERLY, "2026-Q4", date(2026, 9, 20)).unwrap();
        let earlier = house.read(|read, desk| {
            let regime = desk.catalogue.regime("quarterly").unwrap();
            Ok(earlier_texts(read, desk, regime, &next)?)
        });
        let (earlier, texts) = earlier.unwrap();
        assert_eq!(earlier.window.period, "2026-Q3");
        assert_eq!(texts.get("situation-text").map(String::as_str), Some("Bản hai"));
    }
}

#[test]
fn a_report_is_started_once() {
    for house in houses() {
        let first = house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        assert_eq!(house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 3)).unwrap(), first);
        let twice = house.start(101, QUARTERLY, "2026-Q3", date(2026, 9, 3));
        assert!(matches!(twice, Err(Refused::AlreadyThere(there)) if there == first.id), "{twice:?}");
        let begins = house.start(102, QUARTERLY, "2026-Q4", date(2026, 9, 14));
        assert!(matches!(begins, Err(Refused::NotBegun { begins }) if begins == date(2026, 9, 15)));
        assert!(matches!(house.start(103, "no-form", "2026-Q4", date(2026, 9, 15)), Err(Refused::NoForm)));
        assert!(matches!(house.start(103, QUARTERLY, "quý ba", date(2026, 9, 15)), Err(Refused::Period(_))));
    }
}

#[test]
fn small_numbers_of_people_are_hidden_outside_the_unit() {
    for house in houses() {
        house.session(1, 0, date(2026, 8, 1), 4, 1..=3);
        house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
        let place = house.unit.place();
        let outside = Viewer::of(&house.scope("province", Role::ProvinceStaff), &place);
        let own = Viewer::of(&house.scope("officer", Role::Officer), &place);
        assert_eq!(Viewer::of(&Scope::system("report"), &place), Viewer::Own);
        assert_eq!((outside, own), (Viewer::Outside, Viewer::Own));
        for round in 0..2 {
            let sheet = house.sheet(100);
            let seen = |viewer: Viewer, indicator: &str| {
                let entry = sheet.entries.iter().find(|entry| entry.figure.indicator == indicator).unwrap();
                sheet.seen(viewer, &house.catalogue).shown(entry, Lang::Vi)
            };
            let value = |text: &str| Shown::Value(text.to_owned());
            assert_eq!(seen(own, "outreach-attendances"), value("4"));
            assert_eq!(seen(outside, "outreach-attendances"), Shown::Suppressed);
            assert_eq!(seen(outside, "households-reached"), Shown::Suppressed);
            // 3,0 % of 100 households would give the 3 away.
            assert_eq!(seen(own, "households-reached-ratio"), value("3,0%"));
            assert_eq!(seen(outside, "households-reached-ratio"), Shown::Suppressed);
            assert_eq!(seen(outside, "outreach-sessions"), value("1"));
            if round == 0 {
                house.freeze(100, 1, date(2026, 9, 15)).unwrap();
            }
        }
    }
}

#[test]
fn what_gives_a_small_number_away_in_the_same_report_is_withheld() {
    let house = houses().next().unwrap();
    house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
    // (column, indicator, slice), what it is, what is seen of it from outside.
    let cases: [(&[_], &str); 3] = [
        (
            // All help is one of three; last quarter is apart.
            &[
                (Column::Current, "reintegration-help", "*", 103, "–"),
                (Column::Current, "reintegration-help", "help:job", 100, "100"),
                (Column::Current, "reintegration-help", "help:loan", 3, "<5"),
                (Column::Current, "reintegration-help", "help:training", 0, "0"),
                (Column::Previous, "reintegration-help", "*", 103, "103"),
            ],
            "slices",
        ),
        (
            // A total of other indicators.
            &[
                (Column::LastYear, "channel-messages", "*", 24, "–"),
                (Column::LastYear, "channel-messages-security", "*", 20, "20"),
                (Column::LastYear, "channel-messages-procedures", "*", 4, "<5"),
                (Column::LastYear, "channel-messages-feedback", "*", 0, "0"),
            ],
            "total",
        ),
        (
            // Sessions are not people; some that dialled in stand in no row.
            &[
                (Column::Current, "outreach-attendances", "*", 140, "140"),
                (Column::Current, "outreach-attendances", "form:launch", 3, "<5"),
                (Column::Current, "outreach-sessions", "form:launch", 1, "1"),
            ],
            "left over",
        ),
    ];
    for (numbers, case) in cases {
        let mut sheet = house.sheet(100);
        let mut places = Vec::new();
        for (column, indicator, slice, number, _) in numbers {
            let of = (*column, *indicator, *slice);
            let is = |entry: &&mut Entry| {
                (entry.column, entry.figure.indicator.as_str(), entry.figure.slice.as_str()) == of
            };
            let entry = sheet.entries.iter_mut().find(is).unwrap_or_else(|| panic!("{case}: {of:?}"));
            entry.figure.value = Value::Number(*number);
            places.push(entry.place);
        }
        for (viewer, outside) in [(Viewer::Outside, true), (Viewer::Own, false)] {
            let seen = sheet.seen(viewer, &house.catalogue);
            for (place, (_, indicator, slice, number, sign)) in places.iter().zip(numbers) {
                let shown = seen.shown(sheet.entry(*place).unwrap(), Lang::Vi).words();
                let expected = if outside { (*sign).to_owned() } else { number.to_string() };
                assert_eq!(shown, expected, "{case}: {indicator} {slice}");
            }
            assert_eq!(seen.hides(&sheet), outside);
        }
    }
}

#[test]
fn a_ratio_of_what_is_withheld_is_withheld() {
    let house = houses().next().unwrap();
    house.start(100, QUARTERLY, "2026-Q3", date(2026, 9, 1)).unwrap();
    let mut sheet = house.sheet(100);
    // Were it broken down in the form, households reached could be worked out: 40 of them, less 37, are 3.
    let mut add = |slice: &str, number| {
        let reached = sheet.entries.iter().find(|entry| entry.figure.indicator == "households-reached");
        let mut entry = reached.unwrap().clone();
        (entry.figure.slice, entry.figure.value) = (slice.to_owned(), Value::Number(number));
        entry.place = sheet.entries.len() as u32 + 1;
        sheet.entries.push(entry);
    };
    add("form:gathering", 37);
    add("form:mobile", 3);
    for entry in sheet.entries.iter_mut().filter(|entry| entry.column == Column::Current) {
        match (entry.figure.indicator.as_str(), entry.figure.slice.as_str()) {
            ("households-reached", "*") => entry.figure.value = Value::Number(40),
            ("households-reached-ratio", "*") => {
                let (scaled, scale, percent) = (400, 1, true);
                entry.figure.value = Value::Ratio { scaled, scale, percent, over: 40, under: 100 };
            }
            _ => {}
        }
    }
    let seen = sheet.seen(Viewer::Outside, &house.catalogue);
    let shown = |indicator: &str| {
        let entry = sheet.entries.iter().find(|entry| entry.figure.indicator == indicator).unwrap();
        seen.shown(entry, Lang::Vi)
    };
    assert_eq!(shown("households-reached"), Shown::Withheld);
    assert_eq!(shown("households-reached-ratio"), Shown::Withheld);
}

// --- papers and the command line
