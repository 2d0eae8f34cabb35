//! What people read: every text that is asked for exists, and every text that exists is asked for.

use std::collections::{BTreeMap, BTreeSet};

use kernel::access::{Line, Role};

use crate::source::{self, File};

/// Keys that are put together: the text of the `format!` in the source, and what can stand in it.
fn built() -> BTreeMap<&'static str, Vec<String>> {
    let roles = Role::ALL.map(|role| role.key().replace('_', "-"));
    let lines = Line::ALL.map(|line| line.key().to_owned());
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let states = list(&activities::State::ALL.map(activities::State::key));
    let refusals = activities::Refusal::ALL.map(|refusal| refusal.to_string()).to_vec();
    // What a province and the country have each their own of.
    let dashboards =
        list(&["active", "idle", "idle-which", "count", "sum", "sum-hidden", "parts", "part", "no-parts"]);
    BTreeMap::from([
        ("kernel-role-{}", roles.to_vec()),
        ("kernel-state-{}", states),
        ("accounts-line-{}", lines.to_vec()),
        ("units-line-{}", lines.to_vec()),
        ("units-line-{value}", lines.to_vec()),
        ("units-kind-{}", units::OrganisationKind::ALL.map(|kind| kind.key().replace('_', "-")).to_vec()),
        ("activities-step-{}", list(&["keep", "send", "confirm", "return", "withdraw"])),
        ("activities-refusal-{self}", refusals),
        ("targets-refusal-{self}", list(&["superior", "no-indicator", "not-a-number"])),
        ("activities-done-{done}", list(&["kept", "sent", "confirmed", "returned", "withdrawn"])),
        ("reports-basis-{}", list(&["as-it-is-now", "as-it-was"])),
        ("reports-style-{}", list(&["peoples-committee", "commune-police", "front"])),
        ("reports-signer-{}", list(&["head", "deputy", "by-order", "by-authorisation", "as-written"])),
        ("imports-column-{}", list(&["from", "day", "area", "programmes", "note"])),
        ("imports-state-{}", list(&["read", "applying", "applied", "undoing", "undone"])),
        ("imports-progress-{}", list(&["apply", "undo"])),
        ("imports-encoding-{}", list(&["tcvn3", "vni"])),
        ("imports-problem-{key}", list(&["row", "column", "typed", "reason", "suggestion"])),
        ("imports-unreadable-{self}", list(&["too-large", "format", "broken", "rows", "columns", "empty"])),
        (
            "imports-refusal-{self}",
            list(&[
                "not-now",
                "bad-rows",
                "nothing",
                "two-columns",
                "no-reason",
                "personal-number",
                "changed-since",
                "record",
            ]),
        ),
        (
            "imports-wrong-{key}",
            list(&[
                "no-column",
                "missing",
                "not-a-day",
                "no-such-day",
                "year",
                "future",
                "backwards",
                "kind-not-then",
                "area-unknown",
                "area-ambiguous",
                "programme",
                "personal-number",
                "one-needed",
                "not-a-number",
                "too-small",
                "too-large",
                "too-long",
                "unknown-option",
                "bad-households",
                "household-beyond",
            ]),
        ),
        ("dashboards-province-{what}", dashboards.clone()),
        ("dashboards-country-{what}", dashboards),
        ("dashboards-{over}-map-title", list(&["province", "country"])),
        ("dashboards-{over}-map-desc", list(&["province", "country"])),
        ("submissions-standing-{}", submissions::Standing::ALL.map(|of| of.key().to_owned()).to_vec()),
        ("rearrangements-what-{}", list(&["merge", "split", "move", "change"])),
        ("rearrangements-what-{what}", list(&["merge", "split", "move", "change"])),
        ("rearrangements-state-{}", list(&["draft", "applied", "undone"])),
        ("rearrangements-done-{done}", list(&["applied", "undone"])),
        ("registers-series-{}", list(&["peoples-committee", "commune-police", "front"])),
        ("supplements-new-{}", list(&["field", "kind", "indicator", "form"])),
        ("supplements-wrong-{problem}", list(&["missing", "number", "options", "person"])),
        (
            "supplements-input-{input}",
            list(&["count", "yes-no", "choice", "choices", "text", "money", "households"]),
        ),
        ("supplements-measure-{measure}", list(&["count", "sum", "households", "areas-with"])),
        ("supplements-refusal-{self}", supplements::Refusal::ALL.map(|refusal| refusal.to_string()).to_vec()),
        ("activities-photo-{problem}", list(&["not-a-photo", "too-large", "broken"])),
        (
            "{title}-title",
            list(&[
                "kernel-error-sign-in",
                "kernel-error-forbidden",
                "kernel-error-not-found",
                "kernel-error-refused",
                "kernel-error-conflict",
                "kernel-error-busy",
                "kernel-error-full",
                "kernel-error-too-large",
                "kernel-error-internal",
            ]),
        ),
    ])
}

/// Literals that begin like a key and are none: the name of a task, the stem of two keys.
const NO_KEYS: [&str; 2] = ["audit-verify", "kernel-error-refused"];

fn expand(pattern: &str, value: &str) -> String {
    let (before, rest) = pattern.split_once('{').unwrap();
    format!("{before}{value}{}", rest.split_once('}').unwrap().1)
}

/// Keys of a language, each with the file it stands in.
fn defined(lang: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for file in source::files().iter().filter(|file| file.path.starts_with(&format!("locales/{lang}/"))) {
        for line in file.text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            let key = line.split([' ', '=']).next().unwrap().to_owned();
            assert_eq!(keys.insert(key.clone(), file.path.clone()), None, "{key} stands twice");
        }
    }
    keys
}

/// The templates and the Rust sources that ship.
fn speaking() -> Vec<File> {
    let templates = source::files().into_iter().filter(|file| file.path.contains("/templates/"));
    source::shipped().into_iter().chain(templates).collect()
}

fn file_literals(file: &File) -> Vec<(usize, String)> {
    if file.path.ends_with(".rs") {
        let mut found = source::literals(&file.text);
        // The text to show after a change travels as its key in the address gone to.
        for (_, text) in &mut found {
            if let Some((_, key)) =
                text.split_once("done=").filter(|(before, _)| before.ends_with(['?', '&']))
            {
                *text = key.to_owned();
            }
        }
        return found;
    }
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        found.extend(line.split('"').skip(1).step_by(2).map(|text| (number + 1, text.to_owned())));
        // Inside an attribute the quotes are the attribute's: what stands between the others counts too.
        found.extend(line.split('"').step_by(2).skip(1).map(|text| (number + 1, text.to_owned())));
    }
    found
}

fn is_key(text: &str) -> bool {
    text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn every_text_asked_for_exists_and_every_text_is_asked_for() {
    let (vi, built) = (defined("vi"), built());
    assert_eq!(vi.keys().collect::<Vec<_>>(), defined("en").keys().collect::<Vec<_>>());
    // A file's keys begin with its name, or with `audit-` for what its capability does.
    let files: BTreeSet<&str> =
        vi.values().map(|path| path.rsplit('/').next().unwrap().trim_end_matches(".ftl")).collect();
    let mut faults = Vec::new();
    for (key, path) in &vi {
        let file = path.rsplit('/').next().unwrap().trim_end_matches(".ftl");
        if !key.starts_with(&format!("{file}-")) && !key.starts_with("audit-") {
            faults.push(format!("{path}: {key} begins with another capability's name"));
        }
    }
    let ours =
        |text: &str| text.split_once('-').is_some_and(|(first, _)| files.contains(first) || first == "audit");
    let (mut used, mut patterns) = (BTreeSet::new(), BTreeSet::new());
    for file in speaking() {
        for (line, text) in file_literals(&file) {
            if built.contains_key(text.as_str()) {
                patterns.insert(text);
            } else if ours(&text) && is_key(&text) {
                if !vi.contains_key(&text) && !NO_KEYS.contains(&text.as_str()) {
                    faults.push(format!("{}:{line}: there is no text {text}", file.path));
                }
                used.insert(text);
            } else if ours(&text) && text.contains('{') && is_key(&text.replace(['{', '}', '_', ':'], "")) {
                // The audit log's own words are checked below.
                if text != "audit-{}" {
                    faults.push(format!("{}:{line}: list what {text} can become", file.path));
                }
            }
        }
    }
    for (pattern, values) in &built {
        if !patterns.contains(*pattern) {
            faults.push(format!("nothing builds {pattern} any more"));
        }
        for key in values.iter().map(|value| expand(pattern, value)) {
            if !vi.contains_key(&key) {
                faults.push(format!("{pattern}: there is no text {key}"));
            }
            used.insert(key);
        }
    }
    let audited: BTreeSet<String> =
        audited().into_iter().map(|action| format!("audit-{}", action.replace('.', "-"))).collect();
    faults.extend(
        audited.iter().filter(|key| !vi.contains_key(*key)).map(|key| format!("there is no text {key}")),
    );
    used.extend(audited);
    for (key, path) in vi.iter().filter(|(key, _)| !used.contains(*key)) {
        faults.push(format!("{path}: nothing asks for {key}"));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// What the audit log can say was done: the literals `subject.verb` of the sources, and the steps of a record.
fn audited() -> BTreeSet<String> {
    const SUBJECTS: [&str; 16] = [
        "account",
        "activity",
        "area",
        "device",
        "disclosure",
        "figures",
        "import",
        "organisation",
        "rearrangement",
        "register",
        "report",
        "session",
        "submission",
        "supplement",
        "target",
        "unit",
    ];
    let steps = ["keep", "send", "confirm", "return", "withdraw"].map(|step| format!("activity.{step}"));
    let mut actions = BTreeSet::from(steps);
    for file in source::shipped() {
        for (_, text) in source::literals(&file.text) {
            if let Some((subject, verb)) = text.split_once('.')
                && SUBJECTS.contains(&subject)
                && !verb.is_empty()
                && verb.chars().all(|c| c.is_ascii_lowercase() || c == '-')
                && verb != "html"
            {
                actions.insert(text);
            }
        }
    }
    assert!(actions.len() > 20, "{actions:?}");
    actions
}
