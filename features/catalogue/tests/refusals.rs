//! Bad catalogues are refused with file, line and reason. Each case is a small catalogue that would be accepted but
//! for one thing; the first test sees to that.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use catalogue::{Catalogue, Problem};
use jiff::civil::date;

/// A small good catalogue; the cases change one line of it.
const GOOD: &str = r#"[[programme]]
id = "campaign"
version = 1
valid_from = 2026-01-01
name = { vi = "Cuộc vận động", en = "Campaign" }
short = { vi = "Vận động", en = "Campaign" }
help = { vi = "Để thử.", en = "For tests." }
parties = [{ vi = "Công an", en = "Police" }]
checked = false

[[kind]]
id = "session"
version = 1
valid_from = 2026-01-01
name = { vi = "Buổi", en = "Session" }
help = { vi = "Để thử.", en = "For tests." }
checked = false
needs_one_of = ["households"]
programmes = ["campaign"]

[[kind.field]]
id = "people"
label = { vi = "Lượt người", en = "Attendances" }
help = { vi = "Đếm.", en = "Count." }
input = "count"
min = 1
max = 50

[[kind.field]]
id = "form"
label = { vi = "Hình thức", en = "Form" }
help = { vi = "Chọn.", en = "Choose." }
input = "choice"
options = [
  { id = "hall", vi = "Tập trung", en = "In a hall" },
  { id = "mobile", vi = "Lưu động", en = "Mobile" },
]

[[kind.field]]
id = "households"
label = { vi = "Hộ", en = "Households" }
help = { vi = "Ví dụ 1-20.", en = "For example 1-20." }
input = "households"

[[indicator]]
id = "sessions"
version = 1
valid_from = 2026-01-01
name = { vi = "Số buổi", en = "Sessions" }
unit = { vi = "buổi", en = "sessions" }
definition = { vi = "Đếm bản ghi.", en = "Records counted." }
checked = false
people = false
measure = "count"
kinds = ["session"]
where = [{ field = "form", one_of = ["hall"] }]
slices = ["programme", "line", "form"]

[[indicator]]
id = "attendances"
version = 1
valid_from = 2026-01-01
name = { vi = "Lượt người", en = "Attendances" }
unit = { vi = "lượt", en = "times" }
definition = { vi = "Cộng.", en = "Added up." }
checked = false
people = true
measure = "sum"
kinds = ["session"]
field = "people"

[[indicator]]
id = "reached"
version = 1
valid_from = 2026-01-01
name = { vi = "Số hộ", en = "Households" }
unit = { vi = "hộ", en = "households" }
definition = { vi = "Hộ khác nhau.", en = "Different ones." }
checked = false
people = true
measure = "households"
kinds = ["session"]
field = "households"

[[indicator]]
id = "all"
version = 1
valid_from = 2026-01-01
name = { vi = "Tổng", en = "Total" }
unit = { vi = "lượt", en = "times" }
definition = { vi = "Cộng.", en = "Added up." }
checked = false
people = false
measure = "total"
of = ["sessions"]

[[indicator]]
id = "average"
version = 1
valid_from = 2026-01-01
name = { vi = "Bình quân", en = "Average" }
unit = { vi = "lượt/buổi", en = "per session" }
definition = { vi = "Chia.", en = "Divided." }
checked = false
people = true
measure = "ratio"
numerator = "attendances"
denominator = "all"
percent = false
scale = 1
rounding = "half-up"

[[regime]]
id = "quarterly"
name = { vi = "Hằng quý", en = "Quarterly" }
checked = false
step = "months"
months = 3
opens = { months_before = 1, day = 15 }
due = 1

[[regime]]
id = "weekly"
name = { vi = "Hằng tuần", en = "Weekly" }
checked = false
step = "week"
starts = "monday"
due = 1

[[form]]
id = "report"
version = 1
valid_from = 2026-01-01
name = { vi = "Báo cáo", en = "Report" }
title = { vi = "Kết quả {period} của {unit}", en = "Results of {unit}, {period}" }
checked = false
regime = "quarterly"
paper_kind = "BC"
level = "commune"

[[form.section]]
id = "results"
heading = { vi = "I. Kết quả", en = "I. Results" }

[[form.section.part]]
id = "text"
part = "narrative"
prompt = { vi = "Viết.", en = "Write." }
max_chars = 100

[[form.section.part]]
id = "table"
part = "figures"
caption = { vi = "Bảng", en = "Table" }
compare = ["previous", "last-year"]
rows = [
  { indicator = "sessions", slice = "form:hall" },
  { indicator = "sessions", slice = "programme:campaign" },
  { indicator = "average" },
]
"#;

fn load(files: &[(&str, &str)]) -> Result<Catalogue, Vec<Problem>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    Catalogue::load(folder.path())
}

fn problems(files: &[(&str, &str)]) -> Vec<String> {
    load(files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// Replaces the first occurrence of a text in the good catalogue and expects exactly the reasons given, each on the
/// first line of the changed file that holds the text before it.
#[track_caller]
fn refused(old: &str, new: &str, expected: &[(&str, &str)]) {
    assert!(GOOD.contains(old), "the good catalogue has no `{old}`");
    let changed = GOOD.replacen(old, new, 1);
    let line = |text: &str| {
        let (before, _) = changed.split_once(text).expect("the place expected is in the changed catalogue");
        1 + before.matches('\n').count()
    };
    let expected: Vec<String> =
        expected.iter().map(|(text, reason)| format!("rules.toml:{}: {reason}", line(text))).collect();
    assert_eq!(problems(&[("rules.toml", &changed)]), expected, "{old} → {new}");
}

#[test]
fn the_good_catalogue_is_accepted() {
    assert_eq!(problems(&[("rules.toml", GOOD)]), Vec::<String>::new());
}

#[test]
fn a_missing_language_is_named() {
    refused(
        "name = { vi = \"Buổi\", en = \"Session\" }",
        "name = { vi = \"Buổi\" }",
        &[("vi = \"Buổi\"", "name has no en text")],
    );
    refused("{ vi = \"Buổi\", en", "{ en", &[("name = { en", "name has no vi text")]);
    refused("vi = \"Lượt người\"", "vi = \"  \"", &[("vi = \"  \"", "label has no vi text")]);
    refused(
        "vi = \"Lưu động\", en = \"Mobile\"",
        "vi = \"Lưu động\"",
        &[("\"Lưu động\"", "label has no en text")],
    );
    refused(
        "vi = \"Công an\", en = \"Police\"",
        "vi = \"Công an\"",
        &[("\"Công an\"", "parties has no en text")],
    );
}

#[test]
fn inputs_that_nobody_could_answer_are_refused() {
    refused("min = 1\n", "min = 51\n", &[("input = \"count\"", "min 51 is more than max 50")]);
    refused(
        "input = \"count\"\nmin = 1\nmax = 50",
        "input = \"money\"\nmax = -1",
        &[("input = \"money\"", "min 0 is more than max -1")],
    );
    refused("max = 50\n", "", &[("input = \"count\"", "input `count` needs `max`")]);
    refused(
        "max = 50\n",
        "max = 50\nmax_chars = 9\n",
        &[("max_chars = 9", "input `count` has no `max_chars`")],
    );
    refused(
        "input = \"households\"",
        "input = \"text\"\nmax_chars = 0",
        &[
            ("max_chars = 0", "max_chars is 0: nothing could be written"),
            ("field = \"households\"", "field `households` of kind `session` is not a list of households"),
        ],
    );
    refused(
        "input = \"households\"",
        "input = \"households\"\noptions = []",
        &[("options = []", "input `households` has no `options`")],
    );
    refused("id = \"mobile\"", "id = \"hall\"", &[("vi = \"Lưu động\"", "option `hall` comes twice")]);
    let (_, from_options) = GOOD.split_once("options = [").unwrap();
    let (options, _) = from_options.split_once("\n]\n").unwrap();
    let options = &format!("options = [{options}\n]");
    refused(
        options,
        "options = []",
        &[
            ("input = \"choice\"", "field `form` has no options"),
            ("where =", "field `form` of kind `session` has no option `hall`"),
            ("slice = \"form:hall\"", "slice `form:hall`: there is no `hall`"),
        ],
    );
}

#[test]
fn totals_are_fed_only_where_they_add_up() {
    let totals = |input: &str, feeds: &str| {
        format!(
            "[[kind]]\nid = \"totals\"\nversion = 1\nvalid_from = 2026-01-01\nname = {{ vi = \"Tổng\", en = \"Totals\" }}\n\
             help = {{ vi = \"Để thử.\", en = \"For tests.\" }}\nchecked = false\naggregate = true\n\n[[kind.field]]\n\
             id = \"n\"\nlabel = {{ vi = \"Số\", en = \"Number\" }}\nhelp = {{ vi = \"Đếm.\", en = \"Count.\" }}\n{input}\n\
             feeds = \"{feeds}\"\n"
        )
    };
    let count = "input = \"count\"\nmax = 9";
    let found = |text: &str| problems(&[("rules.toml", GOOD), ("totals.toml", text)]);
    assert_eq!(found(&totals(count, "sessions")), Vec::<String>::new());
    assert_eq!(
        found(&totals(count, "average")),
        ["totals.toml:16: `average` does not add up records: totals are fed to counts and sums only"]
    );
    assert_eq!(found(&totals(count, "nothing")), ["totals.toml:16: there is no indicator `nothing`"]);
    assert_eq!(
        found(&totals("input = \"households\"", "sessions")),
        [
            "totals.toml:14: an aggregate kind lists no households: totals cannot say which were the same",
            "totals.toml:15: field `n` is no number: it can feed nothing",
        ]
    );
    assert_eq!(
        found(&totals(count, "sessions").replace("aggregate = true\n", "")),
        ["totals.toml:15: only the fields of a kind with aggregate = true feed an indicator"]
    );
}

#[test]
fn ids_are_well_formed_and_unique() {
    refused(
        "id = \"quarterly\"",
        "id = \"Hằng quý\"",
        &[
            ("id = \"Hằng quý\"", "`Hằng quý` is not an id: only a-z, 0-9 and hyphens"),
            ("regime = ", "there is no regime `quarterly`"),
        ],
    );
    refused(
        "id = \"weekly\"",
        "id = \"quarterly\"",
        &[(
            "id = \"quarterly\"\nname = { vi = \"Hằng tuần\"",
            "regime `quarterly` is already at rules.toml:114",
        )],
    );
    refused(
        "id = \"people\"",
        "id = \"form\"",
        &[
            ("id = \"form\"\nlabel = { vi = \"Hình thức\"", "field `form` comes twice"),
            ("where =", "field `form` of kind `session` is not a choice"),
            ("slices = ", "field `form` of kind `session` is not a choice"),
            ("field = \"people\"", "kind `session` version 1 has no field `people`"),
            ("slice = \"form:hall\"", "slice `form:hall`: there is no `hall`"),
        ],
    );
    refused(
        "id = \"people\"",
        "id = \"line\"",
        &[
            ("id = \"line\"", "`line` is the name of a slice of every figure: no field can have it"),
            ("field = \"people\"", "kind `session` version 1 has no field `people`"),
        ],
    );
    refused(
        "id = \"table\"",
        "id = \"text\"",
        &[("id = \"text\"\npart = \"figures\"", "part `text` comes twice")],
    );
    refused(
        "kinds = [\"session\"]",
        "kinds = [\"session\", \"session\"]",
        &[("kinds = [\"session\", ", "kind `session` comes twice")],
    );
    refused("version = 1", "version = 0", &[("version = 0", "versions are numbered from 1")]);
}

/// A programme with a version and a validity, for a second file.
fn campaign(version: u32, validity: &str) -> String {
    format!(
        r#"[[programme]]
id = "campaign"
version = {version}
{validity}
name = {{ vi = "Cuộc vận động", en = "Campaign" }}
short = {{ vi = "Vận động", en = "Campaign" }}
help = {{ vi = "Để thử.", en = "For tests." }}
parties = []
checked = false
"#
    )
}

#[test]
fn versions_follow_each_other_in_time() {
    let first = campaign(1, "valid_from = 2024-01-01\nvalid_to = 2025-12-31");
    let with = |second: String| problems(&[("a.toml", &first), ("b.toml", &second)]);
    assert_eq!(with(campaign(2, "valid_from = 2026-01-01")), Vec::<String>::new());
    assert_eq!(
        with(campaign(2, "valid_from = 2025-12-31")),
        ["b.toml:2: programme `campaign`: the validity of version 2 overlaps that of version 1 at a.toml:2"]
    );
    assert_eq!(
        with(campaign(2, "valid_from = 2020-01-01")),
        ["b.toml:2: programme `campaign`: the validity of version 2 overlaps that of version 1 at a.toml:2"]
    );
    assert_eq!(
        with(campaign(1, "valid_from = 2026-01-01")),
        ["b.toml:2: programme `campaign` version 1 is already at a.toml:2"]
    );
    assert_eq!(
        with(campaign(2, "valid_from = 2026-02-01\nvalid_to = 2026-01-31")),
        ["b.toml:5: valid_to 2026-01-31 is before valid_from 2026-02-01"]
    );
    assert_eq!(
        with(campaign(2, "valid_from = 2026-01-01T00:00:00Z")),
        [
            "b.toml:2: programme `campaign`: the validity of version 2 overlaps that of version 1 at a.toml:2",
            "b.toml:4: a day is written like 2026-01-01, without quotes or a time"
        ]
    );
    let rules = load(&[("a.toml", &first), ("b.toml", &campaign(2, "valid_from = 2026-01-01"))]).unwrap();
    let version_on = |day| rules.programmes().on("campaign", day).map(|programme| programme.version);
    assert_eq!(version_on(date(2023, 12, 31)), None);
    assert_eq!(version_on(date(2025, 12, 31)), Some(1));
    assert_eq!(version_on(date(2026, 1, 1)), Some(2));
    assert_eq!(rules.programme("campaign").unwrap().version, 2);
    assert_eq!(rules.programmes().version("campaign", 1).unwrap().valid_to, Some(date(2025, 12, 31)));
}

#[test]
fn references_lead_somewhere() {
    refused(
        "needs_one_of = [\"households\"]",
        "needs_one_of = [\"other\"]",
        &[("needs_one_of", "there is no field `other`")],
    );
    refused(
        "programmes = [\"campaign\"]",
        "programmes = [\"other\"]",
        &[("programmes = ", "there is no programme `other`")],
    );
    refused(
        "programmes = [\"campaign\"]",
        "programmes = [\"campaign\"]\nlines = [\"police\", \"other\"]",
        &[("lines = ", "there is no line `other`")],
    );
    refused(
        "programmes = [\"campaign\"]",
        "programmes = [\"campaign\"]\nlines = []",
        &[("lines = ", "lines = [] lets nobody record it; without `lines` everybody does")],
    );
    refused(
        "kinds = [\"session\"]",
        "kinds = [\"other\"]",
        &[
            ("kinds = [\"other\"]", "there is no kind `other`"),
            ("slice = \"form:hall\"", "slice `form:hall`: there is no `hall`"),
        ],
    );
    refused(
        "field = \"people\"",
        "field = \"other\"",
        &[("field = \"other\"", "kind `session` version 1 has no field `other`")],
    );
    refused(
        "one_of = [\"hall\"]",
        "one_of = [\"other\"]",
        &[("where = ", "field `form` of kind `session` has no option `other`")],
    );
    refused(
        "of = [\"sessions\"]",
        "of = [\"other\"]",
        &[("of = [\"other\"]", "there is no indicator `other`")],
    );
    refused(
        "numerator = \"attendances\"",
        "numerator = \"other\"",
        &[("numerator", "there is no indicator `other`")],
    );
    refused(
        "denominator = \"all\"",
        "denominator = \"other\"",
        &[("denominator", "there is no indicator `other`")],
    );
    refused("regime = \"quarterly\"", "regime = \"other\"", &[("regime = ", "there is no regime `other`")]);
    refused(
        "compare = [\"previous\", \"last-year\"]",
        "compare = [\"previous\", \"target\"]",
        &[(
            "compare = ",
            "targets are yearly: only a form whose regime has windows of a year is set against them",
        )],
    );
    refused(
        "indicator = \"average\"",
        "indicator = \"other\"",
        &[("indicator = \"other\"", "there is no indicator `other`")],
    );
    refused(
        "slice = \"form:hall\"",
        "slice = \"form:other\"",
        &[("form:other", "slice `form:other`: there is no `other`")],
    );
    refused(
        "slice = \"form:hall\"",
        "slice = \"line:army\"",
        &[("line:army", "slice `line:army`: there is no `army`")],
    );
    refused(
        "programme:campaign",
        "programme:other",
        &[("programme:other", "slice `programme:other`: there is no `other`")],
    );
    refused(
        "slice = \"form:hall\"",
        "slice = \"hall\"",
        &[("slice = \"hall\"", "slice `hall` is not `*`, `programme:ID`, `line:LINE` or `FIELD:option`")],
    );
    refused(
        "{ indicator = \"average\" }",
        "{ indicator = \"average\", slice = \"line:police\" }",
        &[("slice = \"line:police\"", "indicator `average` is not broken down by `line`")],
    );
    refused(
        "id = \"session\"\nversion = 1\nvalid_from = 2026-01-01",
        "id = \"session\"\nversion = 1\nvalid_from = 2020-01-01\nvalid_to = 2025-12-31",
        &[
            ("kinds = [\"session\"]\nwhere", "kind `session` is never in force together with this indicator"),
            (
                "kinds = [\"session\"]\nfield = \"people\"",
                "kind `session` is never in force together with this indicator",
            ),
            (
                "kinds = [\"session\"]\nfield = \"households\"",
                "kind `session` is never in force together with this indicator",
            ),
        ],
    );
}

#[test]
fn measures_fit_the_fields_they_read() {
    refused(
        "where = [{ field = \"form\", one_of = [\"hall\"] }]",
        "where = [{ field = \"people\", one_of = [\"1\"] }]",
        &[("where = ", "field `people` of kind `session` is not a choice")],
    );
    refused(
        "slices = [\"programme\", \"line\", \"form\"]",
        "slices = [\"programme\", \"line\", \"form\", \"people\"]",
        &[("slices = ", "field `people` of kind `session` is not a choice")],
    );
    refused(
        "field = \"people\"",
        "field = \"form\"",
        &[("field = \"form\"\n\n", "field `form` of kind `session` is not a count or an amount")],
    );
    refused(
        "field = \"households\"",
        "field = \"people\"",
        &[(
            "field = \"people\"\n\n[[indicator]]\nid = \"all\"",
            "field `people` of kind `session` is not a list of households",
        )],
    );
    refused("field = \"people\"\n", "", &[("measure = \"sum\"", "measure `sum` needs `field`")]);
    refused(
        "of = [\"sessions\"]",
        "of = [\"sessions\"]\nscale = 1",
        &[("scale = 1", "measure `total` has no `scale`")],
    );
    refused("of = [\"sessions\"]", "of = []", &[("of = []", "a total of nothing: `of` is empty")]);
    refused(
        "kinds = [\"session\"]\nfield = \"people\"",
        "kinds = []\nfield = \"people\"",
        &[("kinds = []", "an indicator of no kind: `kinds` is empty")],
    );
    refused(
        "one_of = [\"hall\"]",
        "one_of = []",
        &[("where = ", "a condition that nothing meets: `one_of` is empty")],
    );
    refused("scale = 1", "scale = 5", &[("scale = 5", "scale 5 is more than 4 decimal places")]);
    refused(
        "people = true\nmeasure = \"households\"",
        "people = false\nmeasure = \"households\"",
        &[(
            "people = false\nmeasure = \"households\"",
            "an indicator that counts households needs people = true",
        )],
    );
    refused(
        "of = [\"sessions\"]",
        "of = [\"sessions\"]\nslices = [\"line\", \"force\"]",
        &[("of = [\"sessions\"]", "`sessions` is not broken down by `force`")],
    );
}

#[test]
fn nothing_is_made_of_itself_or_counted_twice() {
    refused(
        "of = [\"sessions\"]",
        "of = [\"sessions\", \"all\"]",
        &[("measure = \"total\"", "made of itself: all → all")],
    );
    refused(
        "measure = \"count\"\nkinds = [\"session\"]\nwhere = [{ field = \"form\", one_of = [\"hall\"] }]\nslices = [\"programme\", \"line\", \"form\"]",
        "measure = \"total\"\nof = [\"all\"]",
        &[
            ("measure = \"total\"\nof = [\"all\"]", "made of itself: sessions → all → sessions"),
            ("measure = \"total\"\nof = [\"sessions\"]", "made of itself: all → sessions → all"),
            ("slice = \"form:hall\"", "indicator `sessions` is not broken down by `form`"),
            ("slice = \"programme:campaign\"", "indicator `sessions` is not broken down by `programme`"),
        ],
    );
    refused(
        "of = [\"sessions\"]",
        "of = [\"average\"]",
        &[
            ("measure = \"total\"", "made of itself: all → average → all"),
            ("of = [\"average\"]", "`average` counts people: what is made of it needs people = true"),
            ("of = [\"average\"]", "`average` is a ratio: ratios are not added up or divided"),
            ("measure = \"ratio\"", "made of itself: average → all → average"),
        ],
    );
    refused(
        "of = [\"sessions\"]",
        "of = [\"reached\"]",
        &[
            ("of = [\"reached\"]", "`reached` counts each place once: a total would count some twice"),
            ("of = [\"reached\"]", "`reached` counts people: what is made of it needs people = true"),
        ],
    );
    refused(
        "denominator = \"all\"",
        "denominator = \"average\"",
        &[
            ("measure = \"ratio\"", "made of itself: average → average"),
            ("denominator = ", "`average` is a ratio: ratios are not added up or divided"),
        ],
    );
}

#[test]
fn regimes_and_forms_are_whole() {
    refused("months = 3\n", "months = 4\n", &[("months = 4", "months 4 is not 1, 3, 6 or 12")]);
    refused("day = 15", "day = 31", &[("opens = ", "day 31 is not in every month: 1 to 28 are")]);
    refused("months_before = 1", "months_before = 12", &[("opens = ", "months_before 12 is more than 11")]);
    refused(
        "step = \"week\"\n",
        "step = \"week\"\nmonths = 1\n",
        &[("months = 1\n", "step `week` has no `months`")],
    );
    refused("starts = \"monday\"\n", "", &[("step = \"week\"", "step `week` needs `starts`")]);
    refused(
        "{unit}\"",
        "{commune}\"",
        &[("title = ", "a title has no other placeholders than {period} and {unit}")],
    );
    refused(
        "caption = { vi = \"Bảng\", en = \"Table\" }\n",
        "",
        &[("part = \"figures\"", "part `figures` needs `caption`")],
    );
    refused(
        "max_chars = 100",
        "max_chars = 100\ncompare = []",
        &[("compare = []", "part `narrative` has no `compare`")],
    );
}

#[test]
fn what_was_not_seen_is_not_called_checked() {
    refused(
        "checked = false",
        "checked = true",
        &[("checked = true", "checked = true needs the legal_basis that was checked")],
    );
}

#[test]
fn subjects_that_are_no_business_of_ours_are_refused() {
    let line = "line 8.2 of the design (no dossiers) allows no such field";
    for (vi, en, subject) in [
        ("Dân tộc", "People", "ethnicity"),
        ("Nhóm", "Ethnic group", "ethnicity"),
        ("Tôn giáo", "Group", "religion"),
        ("Họ và tên", "Who", "name of a person"),
        ("Số căn cước", "Number", "identity number"),
        ("Tiền án, tiền sự", "Past", "criminal record"),
    ] {
        let label = format!("vi = \"{vi}\", en = \"{en}\"");
        let reason = format!("field `people` speaks of {subject}: {line}");
        refused("vi = \"Lượt người\", en = \"Attendances\"", &label, &[("id = \"people\"", &reason)]);
    }
    let reason = format!("field `citizen-id` speaks of identity number: {line}");
    refused(
        "id = \"people\"",
        "id = \"citizen-id\"",
        &[
            ("id = \"citizen-id\"", &reason),
            ("field = \"people\"", "kind `session` version 1 has no field `people`"),
        ],
    );
}

#[test]
fn what_toml_does_not_allow_is_refused_at_its_line() {
    // Nothing of a file is read past such an error, so that references to it fail too: one file alone here.
    let wrong = |old: &str, new: &str| {
        problems(&[("a.toml", &campaign(1, "valid_from = 2026-01-01").replacen(old, new, 1))])
    };
    assert_eq!(
        wrong("checked", "colour = 1\nchecked"),
        [
            "a.toml:9: unknown field `colour`, expected one of `id`, `version`, `valid_from`, `valid_to`, `name`, `short`, `help`, `parties`, `legal_basis`, `checked`"
        ]
    );
    assert_eq!(
        wrong("en = \"Campaign\" }", "en = \"Campaign\", fr = \"Campagne\" }"),
        ["a.toml:5: unknown field `fr`, expected `vi` or `en`"]
    );
    assert_eq!(
        wrong("[[programme]]", "[[program]]"),
        [
            "a.toml:1: unknown field `program`, expected one of `kind`, `programme`, `indicator`, `regime`, `form`, `addition`"
        ]
    );
    assert_eq!(wrong("checked = false", ""), ["a.toml:1: missing field `checked`"]);
    assert_eq!(
        wrong("version = 1", "version = \"1\""),
        ["a.toml:3: invalid type: string \"1\", expected u32"]
    );
    assert_eq!(wrong("version = 1", "version = 1\nversion = 1"), ["a.toml:4: duplicate key"]);
    assert_eq!(
        wrong("id = \"campaign\"", "id = \"campaign"),
        ["a.toml:2: invalid basic string, expected `\"`"]
    );
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("latin.toml"), [0xE9]).unwrap();
    std::fs::write(folder.path().join("notes.md"), "not a rule").unwrap();
    let refused = Catalogue::load(folder.path()).unwrap_err();
    assert_eq!(
        refused,
        [Problem { file: "latin.toml".to_owned(), line: 0, reason: "is not UTF-8".to_owned() }]
    );
    let missing = Catalogue::load(&folder.path().join("missing")).unwrap_err();
    assert!(missing[0].reason.starts_with("cannot be read: "), "{missing:?}");
}
