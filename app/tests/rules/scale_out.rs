//! `docs/operations/scale-out.md` gives the statements that spread the program's tables, all of them and no other.

use crate::source;

#[test]
fn the_statements_that_spread_the_tables_are_documented_as_they_are() {
    let path = source::root().join("docs/operations/scale-out.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let (before, rest) =
        written.split_once("```sql\n-- spread\n").expect("a block that begins with `-- spread`");
    let (_, after) = rest.split_once("```").expect("its end");
    let statements = db::spread::statements().unwrap().join("\n");
    let document = format!("{before}```sql\n-- spread\n{statements}\n```{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    assert!(
        std::env::var_os("UPDATE_DOCS").is_some() || written == document,
        "docs/operations/scale-out.md does not spread the tables of today: \
         UPDATE_DOCS=1 cargo test -p chungsuc --test rules scale_out"
    );
}
