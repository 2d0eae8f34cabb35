//! What people read: Fluent files in `locales/`, one per capability and language.

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use vietnamese::Lang;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../locales"]
struct Locales;

/// An argument of a text.
pub type Arg<'a> = (&'a str, FluentValue<'a>);

/// Both languages.
pub struct Texts {
    vi: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts")
    }
}

impl Texts {
    /// The embedded texts, read once.
    pub fn get() -> &'static Texts {
        static TEXTS: OnceLock<Texts> = OnceLock::new();
        TEXTS.get_or_init(|| Texts { vi: bundle("vi"), en: bundle("en") })
    }

    /// The text of a key; the key itself in brackets when there is none (a test finds those).
    pub fn text(&self, lang: Lang, key: &str, args: &[Arg<'_>]) -> String {
        let bundle = match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("[{key}]");
        };
        let args: FluentArgs<'_> = args.iter().cloned().collect();
        let mut errors = Vec::new();
        let text: Cow<'_, str> = bundle.format_pattern(pattern, Some(&args), &mut errors);
        text.into_owned()
    }

    /// Every Fluent file as `(language, file name, text)`, for the tests that compare languages.
    pub fn files() -> Vec<(String, String, String)> {
        let mut files: Vec<_> = Locales::iter()
            .filter_map(|path| {
                let (lang, name) = path.split_once('/')?;
                let text = String::from_utf8(Locales::get(&path)?.data.into_owned()).ok()?;
                Some((lang.to_owned(), name.to_owned(), text))
            })
            .collect();
        files.sort();
        files
    }
}

fn bundle(lang: &str) -> FluentBundle<FluentResource> {
    let tag: unic_langid::LanguageIdentifier = lang.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    for (file_lang, name, text) in Texts::files() {
        if file_lang == lang {
            let resource = FluentResource::try_new(text).unwrap_or_else(|(partial, errors)| {
                tracing::error!(?errors, file = name, "a text file does not parse");
                partial
            });
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(?errors, file = name, "a text is defined twice");
            }
        }
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// key → the arguments it uses.
    fn keys(lang: &str) -> BTreeMap<String, Vec<String>> {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut current = String::new();
        for (_, _, text) in Texts::files().iter().filter(|(l, _, _)| l == lang) {
            for line in text.lines() {
                if let Some((key, _)) = line.split_once(" =")
                    && !line.starts_with([' ', '#'])
                {
                    current = key.to_owned();
                    assert!(!keys.contains_key(&current), "{current} stands twice in {lang}");
                    keys.insert(current.clone(), vec![]);
                }
                for argument in line.split('$').skip(1) {
                    let name: String = argument
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
                        .collect();
                    let used = keys.entry(current.clone()).or_default();
                    if !used.contains(&name) {
                        used.push(name);
                        used.sort();
                    }
                }
            }
        }
        keys
    }

    #[test]
    fn both_languages_have_the_same_keys_and_arguments() {
        let (vi, en) = (keys("vi"), keys("en"));
        assert!(!vi.is_empty());
        assert_eq!(vi, en);
    }

    #[test]
    fn every_text_parses_and_formats() {
        for (lang, keys) in [(Lang::Vi, keys("vi")), (Lang::En, keys("en"))] {
            for (key, args) in keys {
                let args: Vec<Arg<'_>> = args.iter().map(|a| (a.as_str(), FluentValue::from("x"))).collect();
                let text = Texts::get().text(lang, &key, &args);
                assert!(!text.is_empty() && !text.starts_with('[') && !text.contains("{$"), "{key}: {text}");
            }
        }
    }
}
