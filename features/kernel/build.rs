//! Texts and assets are embedded; a new file must rebuild this crate.
fn main() {
    println!("cargo::rerun-if-changed=../../locales");
    println!("cargo::rerun-if-changed=../../assets");
}
