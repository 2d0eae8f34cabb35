//! `docs/permissions.md` says what the program does.

use std::fmt::Write as _;

use kernel::access::may;
use kernel::http::{Need, Route};
use kernel::{Action, Lang, Role, Texts};

use crate::source;

fn document() -> String {
    let mut text = String::from(
        "# Permissions\n\n\
         Written by a test from the program itself; do not edit. To write it again:\n\
         `UPDATE_DOCS=1 cargo test -p chungsuc --test rules permissions`.\n\n\
         ## Who may do what\n\n\
         A right holds in the unit it was given for and in every unit below it; an area head's in one residential area.\n\
         Outside of it a unit's pages answer \"not found\"; inside, what the role may not do answers \"forbidden\".\n\n",
    );
    let name = |role: Role| {
        Texts::get().text(Lang::Vi, &format!("kernel-role-{}", role.key().replace('_', "-")), &[])
    };
    text.push_str("| |");
    for role in Role::ALL {
        write!(text, " {role:?}<br>{} |", name(role)).unwrap();
    }
    text.push_str("\n|---|");
    text.push_str(&":-:|".repeat(Role::ALL.len()));
    for action in Action::ALL {
        write!(text, "\n| {action:?} |").unwrap();
        for role in Role::ALL {
            text.push_str(if may(role, action) { " yes |" } else { " – |" });
        }
    }
    text.push_str("\n\n## What each page needs\n\n| Method | Path | Needs |\n|---|---|---|\n");
    let mut routes = chungsuc::product::routes().list;
    routes.sort_by_key(|route| (route.path, route.method));
    for Route { method, path, need } in routes {
        let need = match need {
            Need::Nothing => "nobody in particular".to_owned(),
            Need::Person => "somebody signed in".to_owned(),
            Need::Action(action) => format!("{action:?}"),
        };
        writeln!(text, "| {method} | `{path}` | {need} |").unwrap();
    }
    text
}

#[test]
fn permissions_are_documented_as_they_are() {
    let path = source::root().join("docs/permissions.md");
    let document = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document,
        "docs/permissions.md is not what the program does; its first lines say how to write it"
    );
}
