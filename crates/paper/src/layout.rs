//! Every number a renderer needs, one table per style profile. Renderers take lengths from here and from
//! [`crate::compose`]; none of them decides one.
//!
//! Source: Nghị định 30/2020/NĐ-CP, Phụ lục I. A profile is a TOML file laid over `decree-30.toml`; adding one
//! is a file and a line in [`ProfileId`].

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Whose style a paper follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileId {
    /// Ủy ban nhân dân cấp xã.
    PeoplesCommittee,
    /// Công an cấp xã.
    CommunePolice,
    /// Ủy ban Mặt trận Tổ quốc Việt Nam cấp xã.
    Front,
}

impl ProfileId {
    /// All profiles, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::PeoplesCommittee, Self::CommunePolice, Self::Front];

    const fn overlay(self) -> &'static str {
        match self {
            Self::PeoplesCommittee => include_str!("../profiles/peoples-committee.toml"),
            Self::CommunePolice => include_str!("../profiles/commune-police.toml"),
            Self::Front => include_str!("../profiles/front.toml"),
        }
    }
}

/// The numbers of one profile. Fields ending in `_mm` are millimetres, in `_pt` points, in `_em` parts of the
/// font size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// What the profile is.
    pub about: About,
    /// Sheet, margins, page number.
    pub page: Page,
    /// Typeface.
    pub font: Font,
    /// Boxes 1–4: Quốc hiệu, cơ quan, số, ngày.
    pub heading: Heading,
    /// Box 5a: tên loại and trích yếu.
    pub title: Title,
    /// Box 9a: Kính gửi.
    pub addressees: Addressees,
    /// Box 6: nội dung.
    pub body: Body,
    /// Tables inside the text and in appendices.
    pub table: Table,
    /// Boxes 7 and 9b: chức vụ, chữ ký, họ tên, nơi nhận.
    pub signature: Signature,
    /// Phụ lục.
    pub appendix: Appendix,
    /// The mark DỰ THẢO.
    pub draft: Draft,
    /// XLSX sheets.
    pub sheet: Sheet,
}

/// What a profile is and where its numbers come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
    /// The rule.
    pub source: String,
    /// Whether the rule was read in full.
    pub checked: bool,
}

/// The sheet in portrait.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Width of the sheet.
    pub width_mm: f64,
    /// Height of the sheet.
    pub height_mm: f64,
    /// Top margin.
    pub top_mm: f64,
    /// Bottom margin.
    pub bottom_mm: f64,
    /// Left margin.
    pub left_mm: f64,
    /// Right margin.
    pub right_mm: f64,
    /// From the upper edge of the sheet to the page number.
    pub header_distance_mm: f64,
    /// Size of the page number.
    pub number_pt: f64,
}

/// The typeface and its vertical metrics (`hhea` of the metric twin).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Font {
    /// The name the decree prescribes, written into DOCX and XLSX.
    pub family: String,
    /// The font with the same widths that a PDF carries.
    pub twin: String,
    /// Above the base line.
    pub ascent_em: f64,
    /// Below the base line.
    pub descent_em: f64,
    /// Between two single-spaced lines.
    pub line_gap_em: f64,
}

/// Boxes 1–4.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// Width of the agency's column.
    pub agency_column_mm: f64,
    /// Width of Quốc hiệu's column.
    pub nation_column_mm: f64,
    /// Whether the superior body is printed above the issuer.
    pub prints_parent: bool,
    /// Index of the first line of the issuer's name that is bold.
    pub bold_from_issuer_line: usize,
    /// Size of the agency's lines.
    pub agency_pt: f64,
    /// Length of the rule under the agency as a part of the line above it.
    pub agency_rule_share: f64,
    /// Size of Quốc hiệu.
    pub nation_pt: f64,
    /// Size of Tiêu ngữ.
    pub motto_pt: f64,
    /// Size of số, ký hiệu.
    pub number_pt: f64,
    /// Size of địa danh, ngày tháng.
    pub date_pt: f64,
    /// Space above số and ngày.
    pub number_before_pt: f64,
    /// Size of V/v.
    pub about_pt: f64,
    /// Space above V/v.
    pub about_before_pt: f64,
    /// Space between a line and the rule under it.
    pub rule_gap_pt: f64,
    /// Thickness of the rules.
    pub rule_weight_pt: f64,
}

/// Box 5a.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Size of tên loại.
    pub kind_pt: f64,
    /// Size of trích yếu.
    pub subject_pt: f64,
    /// Space above tên loại.
    pub before_pt: f64,
    /// Space below the rule.
    pub after_pt: f64,
    /// Length of the rule as a part of the line above it.
    pub rule_share: f64,
}

/// Box 9a.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressees {
    /// Size.
    pub pt: f64,
    /// Indent of "Kính gửi:".
    pub indent_mm: f64,
    /// Indent of the bullets when there are several.
    pub bullet_indent_mm: f64,
    /// Space above.
    pub before_pt: f64,
}

/// Box 6.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Size, also of căn cứ and headings.
    pub pt: f64,
    /// First-line indent.
    pub first_line_mm: f64,
    /// Space above each paragraph.
    pub before_pt: f64,
    /// Line spacing as a multiple of single.
    pub line_factor: f64,
}

/// Tables.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Size in the cells.
    pub pt: f64,
    /// Size of the caption.
    pub caption_pt: f64,
    /// Space above and below the table.
    pub before_pt: f64,
    /// Space left and right of a cell's text.
    pub padding_mm: f64,
    /// Space above and below a cell's text.
    pub row_gap_pt: f64,
    /// Thickness of the lines.
    pub border_pt: f64,
}

/// Boxes 7 and 9b.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Width of Nơi nhận's column.
    pub recipients_column_mm: f64,
    /// Width of the signer's column.
    pub signer_column_mm: f64,
    /// Space above.
    pub before_pt: f64,
    /// Size of "Nơi nhận:".
    pub recipients_title_pt: f64,
    /// Size of the list.
    pub recipients_pt: f64,
    /// Size of quyền hạn, chức vụ.
    pub title_pt: f64,
    /// Size of họ tên.
    pub name_pt: f64,
    /// Room for the signature and the seal.
    pub space_mm: f64,
}

/// Phụ lục.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appendix {
    /// Size of the word "Phụ lục" and its number.
    pub label_pt: f64,
    /// Size of the title.
    pub title_pt: f64,
    /// Size of the line that names the main paper.
    pub reference_pt: f64,
    /// Space below that line.
    pub after_pt: f64,
}

/// The mark of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Size.
    pub pt: f64,
    /// Slope, anticlockwise.
    pub angle_deg: f64,
    /// 0 black, 1 white.
    pub grey: f64,
}

/// XLSX sheets (A4 landscape, one page wide).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Size in the cells.
    pub pt: f64,
    /// Size of the title above the table.
    pub title_pt: f64,
    /// All four margins.
    pub margin_mm: f64,
}

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// Not TOML, a number missing, or an unknown name.
    #[error("hồ sơ trình bày không đọc được (the style profile cannot be read): {0}")]
    Unreadable(#[from] toml::de::Error),
}

const DECREE: &str = include_str!("../profiles/decree-30.toml");

static LAYOUTS: LazyLock<[Layout; ProfileId::ALL.len()]> = LazyLock::new(|| {
    ProfileId::ALL.map(|id| {
        #[expect(clippy::expect_used, reason = "embedded files; a test reads every profile")]
        Layout::laid_over_decree(id.overlay()).expect("embedded profile")
    })
});

impl Layout {
    /// The numbers of `profile`.
    #[must_use]
    pub fn of(profile: ProfileId) -> &'static Self {
        let [peoples_committee, commune_police, front] = &*LAYOUTS;
        match profile {
            ProfileId::PeoplesCommittee => peoples_committee,
            ProfileId::CommunePolice => commune_police,
            ProfileId::Front => front,
        }
    }

    /// The decree's numbers with those of `overlay` (TOML, same names) in their place.
    ///
    /// # Errors
    /// [`LayoutError::Unreadable`] if `overlay` is not TOML or holds a name or type that a layout has not.
    pub fn laid_over_decree(overlay: &str) -> Result<Self, LayoutError> {
        let mut numbers: toml::Table = toml::from_str(DECREE)?;
        lay_over(&mut numbers, toml::from_str(overlay)?);
        Ok(numbers.try_into()?)
    }

    /// Width of the text on a page.
    #[must_use]
    pub fn text_width_mm(&self, orientation: crate::model::Orientation) -> f64 {
        let across = match orientation {
            crate::model::Orientation::Portrait => self.page.width_mm,
            crate::model::Orientation::Landscape => self.page.height_mm,
        };
        across - self.page.left_mm - self.page.right_mm
    }
}

fn lay_over(below: &mut toml::Table, above: toml::Table) {
    for (name, value) in above {
        match (below.get_mut(&name), value) {
            (Some(toml::Value::Table(inner)), toml::Value::Table(table)) => lay_over(inner, table),
            (_, value) => {
                below.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::bold_width_mm;

    #[test]
    fn every_profile_keeps_within_the_decree() {
        for id in ProfileId::ALL {
            let l = Layout::of(id);
            let p = l.page;
            for (what, value, low, high) in [
                ("top", p.top_mm, 20.0, 25.0),
                ("bottom", p.bottom_mm, 20.0, 25.0),
                ("left", p.left_mm, 30.0, 35.0),
                ("right", p.right_mm, 15.0, 20.0),
                ("page number", p.number_pt, 13.0, 14.0),
                ("agency", l.heading.agency_pt, 12.0, 13.0),
                ("agency rule", l.heading.agency_rule_share, 1.0 / 3.0, 0.5),
                ("quốc hiệu", l.heading.nation_pt, 12.0, 13.0),
                ("tiêu ngữ", l.heading.motto_pt, 13.0, 14.0),
                ("số", l.heading.number_pt, 13.0, 13.0),
                ("ngày", l.heading.date_pt, 13.0, 14.0),
                ("V/v", l.heading.about_pt, 12.0, 13.0),
                ("tên loại", l.title.kind_pt, 13.0, 14.0),
                ("trích yếu", l.title.subject_pt, 13.0, 14.0),
                ("title rule", l.title.rule_share, 1.0 / 3.0, 0.5),
                ("kính gửi", l.addressees.pt, 13.0, 14.0),
                ("body", l.body.pt, 13.0, 14.0),
                ("indent", l.body.first_line_mm, 10.0, 12.7),
                ("line", l.body.line_factor, 1.0, 1.5),
                ("nơi nhận", l.signature.recipients_title_pt, 12.0, 12.0),
                ("list", l.signature.recipients_pt, 11.0, 11.0),
                ("chức vụ", l.signature.title_pt, 13.0, 14.0),
                ("họ tên", l.signature.name_pt, 13.0, 14.0),
                ("space", l.signature.space_mm, 30.0, 35.0),
                ("phụ lục", l.appendix.label_pt, 14.0, 14.0),
            ] {
                assert!((low..=high).contains(&value), "{id:?} {what}: {value} not in {low}..={high}");
            }
            assert!(l.body.before_pt >= 6.0);
        }
    }

    #[test]
    fn columns_fill_the_text_and_quoc_hieu_never_wraps() {
        for id in ProfileId::ALL {
            let l = Layout::of(id);
            let width = l.text_width_mm(crate::model::Orientation::Portrait);
            assert!((l.heading.agency_column_mm + l.heading.nation_column_mm - width).abs() < 1e-9);
            assert!((l.signature.recipients_column_mm + l.signature.signer_column_mm - width).abs() < 1e-9);
            assert!(bold_width_mm(crate::compose::NATION, l.heading.nation_pt) < l.heading.nation_column_mm);
        }
    }

    #[test]
    fn unknown_names_are_refused() {
        assert!(Layout::laid_over_decree("[page]\nleft_cm = 3.0").is_err());
        assert_eq!(
            Layout::laid_over_decree("[page]\nleft_mm = 35.0").unwrap().page.left_mm.to_bits(),
            35f64.to_bits()
        );
    }
}
