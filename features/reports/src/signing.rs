//! What a paper says beyond its report: who signs and as what, to whom it goes. The officer sets it on the print page;
//! it is remembered for the papers of a form, and kept for good with each paper that has got its number.
//!
//! Sources: Decree 30/2020/NĐ-CP, Article 13 (TM., KT., TL., TUQ.), Annex I (Kính gửi, Nơi nhận), Annex VI (how long
//! names and offices may be). No rule for papers that two bodies sign was seen: they stand side by side, the body whose
//! paper it is first.

use jiff::civil::Date;
use paper::ProfileId;
use serde::{Deserialize, Serialize};
use units::Unit;
use vietnamese::text;

use crate::document::{fill, filled, words};

/// As what a person signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signer {
    /// The head of the body.
    Head,
    /// A deputy for the head (KT.).
    Deputy,
    /// An officer by the head's order (TL.).
    ByOrder,
    /// An officer by the head's authorisation (TUQ.).
    ByAuthorisation,
    /// As the lines that were typed say.
    AsWritten,
}

impl Signer {
    /// All, in the order in which they are offered.
    pub const ALL: [Signer; 5] =
        [Signer::Head, Signer::Deputy, Signer::ByOrder, Signer::ByAuthorisation, Signer::AsWritten];

    /// The name in forms.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Signer::Head => "head",
            Signer::Deputy => "deputy",
            Signer::ByOrder => "by-order",
            Signer::ByAuthorisation => "by-authorisation",
            Signer::AsWritten => "as-written",
        }
    }

    /// The signer of a name in a form.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Signer> {
        Signer::ALL.into_iter().find(|signer| signer.key() == key)
    }

    /// Whether the office must be typed: the head's and the deputy's are known.
    #[must_use]
    pub const fn needs_office(self) -> bool {
        matches!(self, Signer::ByOrder | Signer::ByAuthorisation | Signer::AsWritten)
    }
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// For which body.
    pub body: ProfileId,
    /// As what.
    pub signer: Signer,
    /// The office, line by line, where it must be typed.
    pub office: Vec<String>,
    /// Name of the person, after the rank where the sector prints it; may be empty.
    pub name: String,
}

impl Signature {
    /// Quyền hạn, chức vụ, line by line.
    #[must_use]
    pub fn authority(&self, unit: &Unit) -> Vec<String> {
        let words = words(self.body);
        let for_head = |mark: &str| {
            let head = words.head.last().map_or_else(String::new, |head| fill(head, unit));
            std::iter::once(format!("{mark} {head}")).chain(self.office.iter().cloned()).collect()
        };
        match self.signer {
            Signer::Head => filled(words.head, unit),
            Signer::Deputy => filled(words.deputy, unit),
            Signer::ByOrder => for_head("TL."),
            Signer::ByAuthorisation => for_head("TUQ."),
            Signer::AsWritten => self.office.clone(),
        }
    }
}

/// What a paper says beyond its report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printing {
    /// Who signs: the body whose paper it is, then whoever signs with it.
    pub signatures: Vec<Signature>,
    /// Kính gửi; empty when it is no report to a superior.
    pub addressees: Vec<String>,
    /// Nơi nhận without "Như trên", `Lưu: …` last.
    pub recipients: Vec<String>,
    /// Number and day, once the register has given them.
    #[serde(skip)]
    pub issued: Option<(u32, Date)>,
}

impl Printing {
    /// The usual words of a style at a unit: no addressee, no name.
    #[must_use]
    pub fn usual(style: ProfileId, unit: &Unit, signer: Signer) -> Printing {
        let signature = Signature { body: style, signer, office: Vec::new(), name: String::new() };
        Printing {
            signatures: vec![signature],
            addressees: Vec::new(),
            recipients: filled(words(style).recipients, unit),
            issued: None,
        }
    }

    /// Who signs, as the register of papers says it.
    pub(crate) fn signers_words(&self, unit: &Unit) -> String {
        let one = |signature: &Signature| {
            let office = signature.authority(unit).join(" / ");
            if signature.name.is_empty() { office } else { format!("{office}: {}", signature.name) }
        };
        self.signatures.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    /// To whom it goes, as the register of papers says it: there is no "Như trên" there.
    pub(crate) fn recipients_words(&self) -> String {
        [self.addressees.as_slice(), &self.recipients].concat().join("; ")
    }
}

/// The most characters of a line of Kính gửi and Nơi nhận, of an office, of a name (Annex VI: OrganName, Position,
/// FullName), and the most lines of a list.
const MOST: (usize, usize, usize) = (200, 100, 50);
const MOST_LINES: usize = 20;

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Nothing stands there.
    Missing,
    /// A line is longer than this.
    TooLong(usize),
    /// More lines than this.
    TooMany(usize),
    /// A number of a person or a telephone.
    PersonalNumber(String),
    /// Not one of the choices.
    NoSuch,
}

/// Reads the form of the print page; a blank `second` means that one body signs.
///
/// # Errors
/// Every problem with the field it is in, in the order of the form.
pub(crate) fn read<'a>(
    style: ProfileId,
    field: impl Fn(&str) -> &'a str,
) -> Result<Printing, Vec<(&'static str, Wrong)>> {
    let mut wrong = Vec::new();
    let addressees = lines("addressees", field("addressees"), MOST.0, &mut wrong);
    let recipients = lines("recipients", field("recipients"), MOST.0, &mut wrong);
    if recipients.is_empty() {
        wrong.push(("recipients", Wrong::Missing));
    }
    let mut signatures = Vec::new();
    signatures.extend(signature(style, ["signer", "office", "name"], &field, &mut wrong));
    match (field("second"), crate::document::style_from_key(field("second"))) {
        ("", _) => {}
        (_, Some(body)) if body != style => {
            let names = ["signer-second", "office-second", "name-second"];
            signatures.extend(signature(body, names, &field, &mut wrong));
        }
        _ => wrong.push(("second", Wrong::NoSuch)),
    }
    if wrong.is_empty() {
        Ok(Printing { signatures, addressees, recipients, issued: None })
    } else {
        Err(wrong)
    }
}

fn signature<'a>(
    body: ProfileId,
    [signer, office, name]: [&'static str; 3],
    field: &impl Fn(&str) -> &'a str,
    wrong: &mut Vec<(&'static str, Wrong)>,
) -> Option<Signature> {
    let as_what = Signer::from_key(field(signer));
    if as_what.is_none() {
        wrong.push((signer, Wrong::NoSuch));
    }
    let mut offices = lines(office, field(office), MOST.1, wrong);
    match as_what {
        Some(as_what) if !as_what.needs_office() => offices.clear(),
        Some(_) if offices.is_empty() => wrong.push((office, Wrong::Missing)),
        _ => {}
    }
    let names = lines(name, field(name), MOST.2, wrong);
    Some(Signature { body, signer: as_what?, office: offices, name: names.join(" ") })
}

/// The lines of a field without blank ones.
fn lines(
    field: &'static str,
    typed: &str,
    most: usize,
    wrong: &mut Vec<(&'static str, Wrong)>,
) -> Vec<String> {
    let lines: Vec<String> =
        typed.lines().map(|line| text::nfc(line.trim())).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST_LINES {
        wrong.push((field, Wrong::TooMany(MOST_LINES)));
    } else if lines.iter().any(|line| line.chars().count() > most) {
        wrong.push((field, Wrong::TooLong(most)));
    } else if let Some(found) = vietnamese::scan::personal_numbers(typed).into_iter().next() {
        wrong.push((field, Wrong::PersonalNumber(found.text)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&'static str, &'static str)]) -> Result<Printing, Vec<(&'static str, Wrong)>> {
        let value =
            |name: &str| fields.iter().find(|(field, _)| *field == name).map_or("", |(_, text)| *text);
        read(ProfileId::CommunePolice, value)
    }

    #[test]
    fn everything_wrong_is_said_with_its_field() {
        let long = "Đ".repeat(51);
        let long: &'static str = Box::leak(long.into_boxed_str());
        let fields = [
            ("addressees", "Công an tỉnh, điện thoại 0912 345 678"),
            ("signer", "by-order"),
            ("name", long),
            ("second", "commune-police"),
        ];
        let expected = vec![
            ("addressees", Wrong::PersonalNumber("0912 345 678".into())),
            ("recipients", Wrong::Missing),
            ("office", Wrong::Missing),
            ("name", Wrong::TooLong(50)),
            ("second", Wrong::NoSuch),
        ];
        assert_eq!(typed(&fields), Err(expected));
    }

    #[test]
    fn blank_lines_fall_away_and_a_known_office_is_not_typed() {
        let fields = [
            ("addressees", " Công an tỉnh Phú Thọ \r\n\r\n"),
            ("recipients", "Lưu: CAX"),
            ("signer", "head"),
            ("office", "TỔ TRƯỞNG"),
            ("name", "Thiếu tá  Nguyễn Văn Mẫu"),
            ("second", "front"),
            ("signer-second", "by-authorisation"),
            ("office-second", "ỦY VIÊN THƯỜNG TRỰC"),
        ];
        let read = typed(&fields).unwrap();
        assert_eq!(read.addressees, ["Công an tỉnh Phú Thọ"]);
        let offices: Vec<_> = read.signatures.iter().map(|one| one.office.join("/")).collect();
        assert_eq!(offices, ["", "ỦY VIÊN THƯỜNG TRỰC"]);
        assert_eq!(read.recipients_words(), "Công an tỉnh Phú Thọ; Lưu: CAX");
    }
}
