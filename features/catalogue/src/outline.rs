//! The catalogue printed as an outline, for whoever keeps it: what there is, in force since when, checked or not.

use crate::{
    Catalogue, Field, Form, Indicator, Input, Kind, Limits, Measure, Part, Programme, Regime, Register, Rule,
    Select, SliceBy, Step, Text,
};
use std::fmt::{self, Display, Formatter};

impl Display for Catalogue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "KINDS")?;
        self.kinds.all().try_for_each(|kind| kind_outline(f, kind))?;
        writeln!(f, "\nPROGRAMMES")?;
        self.programmes.all().try_for_each(|programme| programme_outline(f, programme))?;
        writeln!(f, "\nINDICATORS")?;
        self.indicators.all().try_for_each(|indicator| indicator_outline(f, indicator))?;
        writeln!(f, "\nREGIMES")?;
        self.regimes.iter().try_for_each(|regime| regime_outline(f, regime))?;
        writeln!(f, "\nFORMS")?;
        self.forms.all().try_for_each(|form| form_outline(f, form))
    }
}

fn kind_outline(f: &mut Formatter<'_>, kind: &Kind) -> fmt::Result {
    head(f, kind, &kind.name, kind.checked, kind.legal_basis.as_ref())?;
    let aggregate = if kind.aggregate { "; aggregate" } else { "" };
    writeln!(f, "    serves {}; note: {}{aggregate}", list(&kind.programmes), yes(kind.note))?;
    if !kind.lines.is_empty() {
        writeln!(f, "    recorded by {} only", list(&kind.lines))?;
    }
    if !kind.needs_one_of.is_empty() {
        writeln!(f, "    needs one of {}", list(&kind.needs_one_of))?;
    }
    kind.fields.iter().try_for_each(|field| {
        let needed = if field.required { "*" } else { " " };
        let feeds = field.feeds.as_ref().map(|id| format!(" → {id}")).unwrap_or_default();
        writeln!(f, "   {needed}{} – {} [{}]{feeds}", field.id, field.label, input(field))
    })
}

fn input(field: &Field) -> String {
    let options = |options: &[crate::Choice]| {
        options.iter().map(|option| option.id.as_str()).collect::<Vec<_>>().join(" | ")
    };
    match &field.input {
        Input::Count { min, max } => format!("count {min} to {max}"),
        Input::Money { max } => format!("money to {max} đồng"),
        Input::Text { max_chars } => format!("text to {max_chars} characters"),
        Input::YesNo => "yes or no".to_owned(),
        Input::Choice { options: offered } => format!("one of {}", options(offered)),
        Input::Choices { options: offered } => format!("any of {}", options(offered)),
        Input::Households => "households".to_owned(),
    }
}

fn programme_outline(f: &mut Formatter<'_>, programme: &Programme) -> fmt::Result {
    head(f, programme, &programme.name, programme.checked, programme.legal_basis.as_ref())?;
    let parties: Vec<String> = programme.parties.iter().map(Text::to_string).collect();
    writeln!(f, "    {}; by {}", programme.short, list(&parties))
}

fn indicator_outline(f: &mut Formatter<'_>, indicator: &Indicator) -> fmt::Result {
    head(f, indicator, &indicator.name, indicator.checked, indicator.legal_basis.as_ref())?;
    let people = if indicator.people { "; of people" } else { "" };
    writeln!(f, "    {} [{}]{people}", measure(&indicator.measure), indicator.unit)?;
    let slices: Vec<String> = indicator.slices.iter().map(slice).collect();
    if slices.is_empty() { Ok(()) } else { writeln!(f, "    by {}", list(&slices)) }
}

fn measure(measure: &Measure) -> String {
    match measure {
        Measure::Count { select } => format!("number of {}", selected(select)),
        Measure::Sum { select, field } => format!("sum of {field} over {}", selected(select)),
        Measure::Households { select, field } => {
            format!("distinct households in {field} over {}", selected(select))
        }
        Measure::AreasWith { select } => format!("distinct areas with {}", selected(select)),
        Measure::Register { what: Register::Households } => "households in the register".to_owned(),
        Measure::Register { what: Register::Areas } => "residential areas in the register".to_owned(),
        Measure::Total { of } => format!("total of {}", list(of)),
        Measure::Ratio { numerator, denominator, percent, scale, rounding } => {
            let percent = if *percent { " in %" } else { "" };
            format!("{numerator} / {denominator}{percent}, scale {scale}, {rounding:?}")
        }
    }
}

fn selected(select: &Select) -> String {
    let conditions = select.conditions.iter();
    let conditions = conditions
        .map(|condition| format!(" where {} is {}", condition.field, condition.one_of.join(" or ")));
    select.kinds.join(" or ") + &conditions.collect::<String>()
}

fn slice(slice: &SliceBy) -> String {
    match slice {
        SliceBy::Programme => "programme".to_owned(),
        SliceBy::Line => "line".to_owned(),
        SliceBy::Field(field) => field.clone(),
    }
}

fn regime_outline(f: &mut Formatter<'_>, regime: &Regime) -> fmt::Result {
    writeln!(f, "  {} – {}", regime.id, regime.name)?;
    grounds(f, regime.checked, regime.legal_basis.as_ref())?;
    match regime.step {
        Step::Week { starts } => write!(f, "    weeks from {starts:?}")?,
        Step::Days => write!(f, "    days that somebody asks for")?,
        Step::Months { months, opens } => {
            write!(f, "    {months} months from day {}, {} months before", opens.day, opens.months_before)?;
        }
    }
    writeln!(f, "; due on working day {} after", regime.due)
}

fn form_outline(f: &mut Formatter<'_>, form: &Form) -> fmt::Result {
    head(f, form, &form.name, form.checked, form.legal_basis.as_ref())?;
    writeln!(f, "    {}", form.title)?;
    write!(f, "    {} of a unit of level {:?}, regime {}", form.paper_kind, form.level, form.regime)?;
    writeln!(f, "{}", form.line.as_ref().map(|line| format!(", line {line}")).unwrap_or_default())?;
    for section in &form.sections {
        writeln!(f, "    {}", section.heading)?;
        for part in &section.body {
            match part {
                Part::Narrative { id, max_chars, required, .. } => {
                    let needed = if *required { "*" } else { " " };
                    writeln!(f, "     {needed}{id}: text to {max_chars} characters")?
                }
                Part::Areas { id, caption, columns } => {
                    writeln!(f, "      {id}: {caption}, one row for each area")?;
                    for column in columns {
                        writeln!(f, "        {} {}", column.indicator, column.slice)?;
                    }
                }
                Part::Figures { id, caption, rows, compare } => {
                    writeln!(f, "      {id}: {caption}, against {compare:?}")?;
                    for row in rows {
                        let label = row.label.as_ref().map(|label| format!(" – {label}")).unwrap_or_default();
                        let limits = limits(&row.limits);
                        writeln!(f, "        {} {}{label}{limits}", row.indicator, row.slice)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn limits(limits: &Limits) -> String {
    let mut words = Vec::new();
    words.extend(limits.least.map(|least| format!("least {least}")));
    words.extend(limits.most.map(|most| format!("most {most}")));
    words.extend(limits.jump.map(|jump| format!("jump {jump}")));
    words.extend(limits.within.as_ref().map(|row| format!("within {row}")));
    words.extend((!limits.sum_of.is_empty()).then(|| format!("sum of {}", list(&limits.sum_of))));
    if words.is_empty() { String::new() } else { format!(" [{}]", words.join("; ")) }
}

fn head(
    f: &mut Formatter<'_>,
    rule: &dyn Rule,
    name: &Text,
    checked: bool,
    legal_basis: Option<&String>,
) -> fmt::Result {
    let until = rule.valid_to().map(|last| format!(" to {last}")).unwrap_or_default();
    writeln!(f, "  {} v{} from {}{until} – {name}", rule.id(), rule.version(), rule.valid_from())?;
    grounds(f, checked, legal_basis)
}

fn grounds(f: &mut Formatter<'_>, checked: bool, legal_basis: Option<&String>) -> fmt::Result {
    match legal_basis {
        Some(basis) => writeln!(f, "    {basis} ({})", if checked { "checked" } else { "not checked" }),
        None => Ok(()),
    }
}

fn list(items: &[String]) -> String {
    if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
}

fn yes(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
