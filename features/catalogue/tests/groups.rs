//! The fourteen groups of figures that published reports on the movement give: what each names, the kinds of activity
//! that record it and the forms that report it. `docs/figures-by-group.md` is written from this table.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use catalogue::{Catalogue, Form, Indicator, Part};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use vietnamese::Lang;

const PERIODIC: &[&str] = &["movement-quarterly", "movement-half-yearly", "movement-annual"];
const YEARLY: &[&str] = &["movement-annual"];

/// A group: its name, and what it names: in which forms it must stand, and the rows that give it.
type Group = (&'static str, &'static [(&'static [&'static str], &'static [&'static str])]);

const GROUPS: [Group; 14] = [
    (
        "Tuyên truyền",
        &[(
            PERIODIC,
            &[
                "outreach-sessions",
                "outreach-attendances",
                "outreach-sessions form:gathering",
                "outreach-sessions form:mobile",
                "loudspeaker-car-runs",
                "broadcasts",
                "posts",
                "bulletins",
                "materials",
                "posters",
                "views",
            ],
        )],
    ),
    (
        "Cam kết, đăng ký",
        &[(
            PERIODIC,
            &[
                "commitment-households",
                "commitment-households-ratio",
                "commitment-areas",
                "commitment-agencies",
                "commitment-schools",
            ],
        )],
    ),
    (
        "Tin quần chúng cung cấp",
        &[(
            PERIODIC,
            &[
                "information-items",
                "information-valuable",
                "information-cases",
                "information-persons",
                "information-slips-out",
                "information-slips-in",
            ],
        )],
    ),
    (
        "Vận động giao nộp",
        &[(
            PERIODIC,
            &[
                "handed-in-guns",
                "handed-in-ammunition",
                "handed-in-bombs",
                "handed-in-explosives",
                "handed-in-detonators",
                "handed-in-cold-weapons",
                "handed-in-support-tools",
                "handed-in-fireworks",
            ],
        )],
    ),
    (
        "Mô hình",
        &[
            (YEARLY, &["scheme-types", "scheme-sites", "scheme-teams", "scheme-members"]),
            (
                PERIODIC,
                &[
                    "schemes-founded",
                    "schemes-replicated",
                    "scheme-teams-new",
                    "scheme-members-new",
                    "schemes-consolidated",
                    "schemes-reviewed",
                    "schemes-struck-off",
                    "schemes-graded",
                    "schemes-graded grade:good",
                    "schemes-graded grade:weak",
                    "exemplars",
                ],
            ),
        ],
    ),
    (
        "Lực lượng",
        &[
            (YEARLY, &["security-teams", "security-team-members", "inter-family-teams"]),
            (
                PERIODIC,
                &[
                    "core-teams-founded team:security-team",
                    "security-team-times",
                    "patrol-shifts",
                    "trainings",
                ],
            ),
        ],
    ),
    (
        "Hòa giải",
        &[
            (YEARLY, &["mediation-teams"]),
            (PERIODIC, &["mediation-received", "mediation-reconciled", "mediation-ratio"]),
        ],
    ),
    (
        "Cảm hóa, giáo dục, giúp đỡ",
        &[(
            PERIODIC,
            &[
                "reintegration-help",
                "reintegration-progress",
                "reintegration-help help:job",
                "reintegration-help help:loan",
                "reintegration-loans",
            ],
        )],
    ),
    // Recognition has windows of its own, and therefore forms of its own.
    (
        "Công nhận “An toàn về an ninh, trật tự”",
        &[
            (
                &["recognition-commune", "recognition-province"],
                &[
                    "recognised subject:area",
                    "recognition-subjects subject:area",
                    "recognised-ratio subject:area",
                    "recognised subject:agency",
                    "recognition-subjects subject:agency",
                    "recognised subject:enterprise",
                    "recognition-subjects subject:enterprise",
                    "recognised subject:school",
                    "recognition-subjects subject:school",
                ],
            ),
            (
                &["recognition-province"],
                &["recognised-communes", "recognition-communes", "recognised-communes-ratio"],
            ),
        ],
    ),
    (
        "Ngày hội",
        &[
            (
                PERIODIC,
                &[
                    "festivals festival:security",
                    "festival-attendances festival:security",
                    "festivals festival:unity",
                    "festival-attendances festival:unity",
                    "festival-gifts",
                    "festival-money",
                ],
            ),
            (PERIODIC, &["commended-collectives"]),
        ],
    ),
    ("An sinh", &[(PERIODIC, &["welfare-houses", "welfare-gifts", "welfare-working-days", "welfare-money"])]),
    (
        "Khen thưởng",
        &[(
            PERIODIC,
            &[
                "commended-collectives level:commune",
                "commended-collectives level:province",
                "commended-collectives level:central",
                "commended-individuals level:commune",
                "commended-individuals level:province",
                "commended-individuals level:central",
            ],
        )],
    ),
    (
        "Diễn đàn “Công an lắng nghe ý kiến nhân dân”",
        &[(
            PERIODIC,
            &[
                "forums",
                "forum-attendances",
                "opinions",
                "opinions-answered-on-spot",
                "opinions-answered-in-writing",
            ],
        )],
    ),
    (
        "Zalo, kênh số",
        &[(
            PERIODIC,
            &[
                "channel-followers",
                "channel-messages",
                "channel-messages-security",
                "channel-messages-procedures",
                "channel-messages-feedback",
            ],
        )],
    ),
];

/// A row as the table names it: `indicator`, or `indicator slice`.
fn rows(form: &Form) -> BTreeSet<String> {
    let parts = form.sections.iter().flat_map(|section| &section.body);
    let rows = parts.filter_map(|part| if let Part::Figures { rows, .. } = part { Some(rows) } else { None });
    let name = |indicator: &str, slice: &str| match slice {
        "*" => indicator.to_owned(),
        slice => format!("{indicator} {slice}"),
    };
    rows.flatten().map(|row| name(&row.indicator, &row.slice)).collect()
}

/// The kinds whose records an indicator is made of; with aggregate ones, which feed it or are read by it.
fn kinds<'a>(catalogue: &'a Catalogue, indicator: &Indicator) -> BTreeSet<&'a str> {
    let reads = |id: &str| {
        indicator.measure.select().is_some_and(|select| select.kinds.iter().any(|kind| kind == id))
    };
    let own = catalogue.kinds().all().filter(|kind| {
        reads(&kind.id) || kind.fields.iter().any(|field| field.feeds.as_ref() == Some(&indicator.id))
    });
    let own = own.map(|kind| kind.id.as_str());
    let parts = indicator.measure.parts();
    let of_parts = parts.iter().flat_map(|id| kinds(catalogue, catalogue.indicator(id).unwrap()));
    own.chain(of_parts).collect()
}

#[test]
fn every_group_is_recorded_and_reported() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut missing = Vec::new();
    let mut carried = BTreeSet::new();
    for (group, sets) in GROUPS {
        for (forms, names) in sets {
            for name in *names {
                let indicator = name.split(' ').next().unwrap();
                let Some(indicator) = catalogue.indicator(indicator) else {
                    missing.push(format!("{group}: there is no indicator {name}"));
                    continue;
                };
                let recorded = kinds(&catalogue, indicator);
                if recorded.is_empty() {
                    missing.push(format!("{group}: no kind records {name}"));
                }
                carried.extend(recorded);
                for form in *forms {
                    if !rows(catalogue.form(form).unwrap()).contains(*name) {
                        missing.push(format!("{group}: {name} is no row of {form}"));
                    }
                }
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    // What is recorded beyond the groups: meetings that direct the work.
    let others = catalogue.kinds().all().map(|kind| kind.id.as_str()).filter(|id| !carried.contains(id));
    assert_eq!(others.collect::<Vec<_>>(), ["review-meeting"]);
}

fn document(catalogue: &Catalogue) -> String {
    let mut text = String::from(
        "# Figures by group\n\n\
         Written by a test from the catalogue; do not edit. To write it again:\n\
         `UPDATE_DOCS=1 cargo test -p catalogue --test groups`.\n\n\
         The fourteen groups of figures that published reports on the movement give: which kinds of activity record them,\n\
         which indicators count them, and in which forms they stand. Kinds marked * are aggregate entries.\n\n\
         | | Group | Recorded as | Counted by | Reported in |\n|---|---|---|---|---|\n",
    );
    for (number, (group, sets)) in (1..).zip(GROUPS) {
        for (forms, names) in sets {
            let indicators: Vec<&str> = names.iter().map(|name| name.split(' ').next().unwrap()).collect();
            let mut once: Vec<&str> = Vec::new();
            for id in indicators {
                if !once.contains(&id) {
                    once.push(id);
                }
            }
            let recorded: BTreeSet<&str> =
                once.iter().flat_map(|id| kinds(catalogue, catalogue.indicator(id).unwrap())).collect();
            let recorded = recorded.iter().map(|id| {
                let kind = catalogue.kind(id).unwrap();
                format!("{}{}", kind.name.get(Lang::Vi), if kind.aggregate { " *" } else { "" })
            });
            let counted =
                once.iter().map(|id| catalogue.indicator(id).unwrap().name.get(Lang::Vi).to_owned());
            let reported = forms.iter().map(|id| format!("`{id}`"));
            let cell = |parts: &mut dyn Iterator<Item = String>| parts.collect::<Vec<_>>().join("; ");
            writeln!(
                text,
                "| {number} | {group} | {} | {} | {} |",
                cell(&mut recorded.into_iter()),
                cell(&mut counted.into_iter()),
                cell(&mut reported.into_iter())
            )
            .unwrap();
        }
    }
    text
}

#[test]
fn the_table_in_the_documents_is_this_one() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/figures-by-group.md");
    let document = document(&Catalogue::embedded().unwrap());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document,
        "docs/figures-by-group.md is not what the catalogue says; its first lines say how to write it"
    );
}
