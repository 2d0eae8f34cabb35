//! The rules that come with the program.

use catalogue::Catalogue;

#[test]
fn embedded_catalogue_is_clean() {
    let problems: Vec<String> = match Catalogue::embedded() {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(problems, Vec::<String>::new());
}
