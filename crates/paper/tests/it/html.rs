//! HTML preview: what people read, and what a strict page allows.

use paper::model::Orientation;
use paper::{Layout, ProfileId};

use crate::sample;

#[test]
fn preview_of_a_report() {
    let mut paper = sample::report();
    paper.appendices.truncate(1);
    paper.appendices[0].blocks = vec![paper::Block::Table(sample::areas(2))];
    insta::assert_snapshot!(paper::html::render(&paper));
}

#[test]
fn nothing_that_the_security_policy_forbids() {
    for paper in [sample::report(), sample::police_draft(), sample::letter()] {
        let html = paper::html::render(&paper);
        for forbidden in ["style=", "<script", "<style", " on"] {
            assert!(
                !html.split('>').any(|tag| tag.rsplit('<').next().unwrap_or("").contains(forbidden)),
                "{forbidden}"
            );
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let mut paper = sample::letter();
    paper.subject = "<script>alert('1')</script> \"&\"".into();
    let html = paper::html::render(&paper);
    assert!(html.contains("V/v &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &quot;&amp;&quot;"));
}

#[test]
fn every_class_has_its_rule_and_every_number_its_property() {
    let css = paper::html::preview_css(Layout::of(ProfileId::PeoplesCommittee));
    for paper in [sample::report(), sample::police_draft(), sample::letter()] {
        let html = paper::html::render(&paper);
        for classes in html.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            for class in classes.split(' ') {
                assert!(ruled(&css, class), "{class} has no rule");
            }
        }
    }
    for used in css.split("var(").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(css.contains(&format!("{used}: ")), "{used} is used and not set");
    }
    assert!(css.contains("--paper-left: 30mm;") && css.contains("--paper-body-pt: 14pt;"));
    assert!(
        (Layout::of(ProfileId::PeoplesCommittee).text_width_mm(Orientation::Portrait) - 165.0).abs() < 1e-9
    );
}

/// Whether a rule of `css` names `class`.
fn ruled(css: &str, class: &str) -> bool {
    let selector = format!(".{class}");
    css.split(&selector)
        .skip(1)
        .any(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'))
}
