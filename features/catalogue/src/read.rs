//! Answers read from a form or from JSON, checked against the kind; and shown again.

use crate::{Field, FieldError, FieldProblem, Fields, Input, Kind, Value, households};
use std::collections::BTreeSet;
use vietnamese::number::{self, CountProblem};
use vietnamese::{Lang, scan, text};

impl Kind {
    /// Reads a form: `raw` gives the values sent under a field's id, none if it was not sent. Counts may be grouped
    /// (`1.234`), households are a list (`1-20, 25`), yes and no are `yes` and `no`. Blank answers are absent.
    ///
    /// # Errors
    /// Every wrong answer, in the order of the fields.
    pub fn read(&self, raw: &dyn Fn(&str) -> Vec<String>) -> Result<Fields, Vec<FieldProblem>> {
        self.collect(|field| field.read(&raw(&field.id)))
    }

    /// Reads an object whose keys are field ids. Numbers are JSON numbers or strings as in a form, households an array
    /// of numbers or a string, choices an array of strings; `null` is no answer.
    ///
    /// # Errors
    /// Every wrong answer, in the order of the fields, then keys that are no fields.
    pub fn from_json(&self, json: &serde_json::Value) -> Result<Fields, Vec<FieldProblem>> {
        let Some(answers) = json.as_object() else {
            let shape =
                |field: &Field| FieldProblem { field: field.id.clone(), what: FieldError::WrongShape };
            return Err(self.fields.iter().map(shape).collect());
        };
        let known = self.collect(|field| match answers.get(&field.id) {
            Some(answer) => field.read_json(answer),
            None => field.read(&[]),
        });
        let unknown = answers.keys().filter(|id| self.field(id).is_none());
        let mut problems: Vec<FieldProblem> =
            unknown.map(|id| FieldProblem { field: id.clone(), what: FieldError::UnknownField }).collect();
        match known {
            Ok(fields) if problems.is_empty() => Ok(fields),
            Ok(_) => Err(problems),
            Err(mut wrong) => {
                wrong.append(&mut problems);
                Err(wrong)
            }
        }
    }

    /// Household numbers past the last one of the residential area, given how many households it has.
    pub fn households_beyond(&self, fields: &Fields, last: u16) -> Vec<FieldProblem> {
        let beyond = fields.iter().filter_map(|(id, value)| match value {
            Value::Households(numbers) => {
                numbers.last().filter(|number| **number > last).map(|number| (id, *number))
            }
            _ => None,
        });
        let problem = |(id, number): (&String, u16)| FieldProblem {
            field: id.clone(),
            what: FieldError::HouseholdBeyond { number: number.into(), max: last },
        };
        beyond.map(problem).collect()
    }

    /// An answer as people read it, with its unit: `11.368 lượt người`, `Lưu động`, `21 hộ: 1-20, 25`.
    pub fn show(&self, field: &str, value: &Value, lang: Lang) -> String {
        let field = self.field(field);
        let label = |id: &String| {
            let option = field.and_then(|field| field.input.options().iter().find(|option| option.id == *id));
            option.map_or(id.clone(), |option| option.label.get(lang).to_owned())
        };
        match value {
            Value::Count(number) => {
                let unit = match field {
                    Some(Field { input: Input::Money { .. }, .. }) => Some("đồng"),
                    Some(Field { unit: Some(unit), .. }) => Some(unit.get(lang)),
                    _ => None,
                };
                let number = number::count(*number, lang);
                unit.map_or(number.clone(), |unit| format!("{number} {unit}"))
            }
            Value::Text(text) => text.clone(),
            Value::YesNo(yes) => match (yes, lang) {
                (true, Lang::Vi) => "Có".to_owned(),
                (false, Lang::Vi) => "Không".to_owned(),
                (true, Lang::En) => "Yes".to_owned(),
                (false, Lang::En) => "No".to_owned(),
            },
            Value::Choice(id) => label(id),
            Value::Choices(ids) => {
                // In the order the kind offers them, not in the order of their ids.
                let offered = field.map_or(&[][..], |field| field.input.options());
                let known = offered.iter().filter(|option| ids.contains(&option.id)).map(|option| &option.id);
                let other = ids.iter().filter(|id| !offered.iter().any(|option| option.id == **id));
                known.chain(other).map(label).collect::<Vec<_>>().join("; ")
            }
            Value::Households(numbers) => {
                let unit = match (lang, numbers.len()) {
                    (Lang::Vi, _) => "hộ",
                    (Lang::En, 1) => "household",
                    (Lang::En, _) => "households",
                };
                format!("{} {unit}: {}", numbers.len(), households::show(numbers))
            }
        }
    }

    fn collect(
        &self,
        read: impl Fn(&Field) -> Result<Option<Value>, FieldError>,
    ) -> Result<Fields, Vec<FieldProblem>> {
        let mut fields = Fields::new();
        let mut problems = Vec::new();
        for field in &self.fields {
            match read(field) {
                Ok(Some(value)) => {
                    fields.insert(field.id.clone(), value);
                }
                Ok(None) if field.required => {
                    problems.push(FieldProblem { field: field.id.clone(), what: FieldError::Missing });
                }
                Ok(None) => {}
                Err(what) => problems.push(FieldProblem { field: field.id.clone(), what }),
            }
        }
        if let (Some(first), true) = (self.needs_one_of.first(), problems.is_empty()) {
            let holds = |id: &String| fields.get(id).is_some_and(|value| !value.is_nothing());
            if !self.needs_one_of.iter().any(holds) {
                let what = FieldError::OneNeeded { fields: self.needs_one_of.clone() };
                problems.push(FieldProblem { field: first.clone(), what });
            }
        }
        if problems.is_empty() { Ok(fields) } else { Err(problems) }
    }
}

impl Field {
    fn read(&self, raw: &[String]) -> Result<Option<Value>, FieldError> {
        let filled: Vec<&str> =
            raw.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        // A browser sends a hidden `no` before a ticked `yes`: the last value is the answer.
        let Some(last) = filled.last().copied() else { return Ok(None) };
        match &self.input {
            Input::Count { min, max } => count(last, *min, *max).map(Some),
            Input::Money { max } => {
                let amount = ["đồng", "đ"].iter().find_map(|unit| last.strip_suffix(unit)).unwrap_or(last);
                count(amount.trim_end(), 0, *max).map(Some)
            }
            Input::Text { max_chars } => {
                let text = text::nfc(&last.split_whitespace().collect::<Vec<_>>().join(" "));
                if text.chars().count() > *max_chars {
                    return Err(FieldError::TooLong { max: *max_chars });
                }
                match scan::personal_numbers(&text).into_iter().next() {
                    Some(found) => Err(FieldError::PersonalNumber { found: found.text }),
                    None => Ok(Some(Value::Text(text))),
                }
            }
            Input::YesNo => match last {
                "yes" => Ok(Some(Value::YesNo(true))),
                "no" => Ok(Some(Value::YesNo(false))),
                _ => Err(FieldError::UnknownOption { typed: last.to_owned() }),
            },
            Input::Choice { .. } => Ok(Some(Value::Choice(self.option(last)?))),
            Input::Choices { .. } => {
                let ids =
                    filled.iter().map(|typed| self.option(typed)).collect::<Result<BTreeSet<_>, _>>()?;
                Ok(Some(Value::Choices(ids)))
            }
            Input::Households => {
                let numbers = households::parse(&filled.join(", "))?;
                Ok((!numbers.is_empty()).then_some(Value::Households(numbers)))
            }
        }
    }

    fn read_json(&self, answer: &serde_json::Value) -> Result<Option<Value>, FieldError> {
        use serde_json::Value as Json;
        match (&self.input, answer) {
            (_, Json::Null) => Ok(None),
            (_, Json::String(typed)) => self.read(std::slice::from_ref(typed)),
            (Input::Count { .. } | Input::Money { .. }, Json::Number(number)) => {
                let whole = number.is_i64() || number.is_u64();
                let typed = number.to_string();
                if whole { self.read(&[typed]) } else { Err(FieldError::NotANumber { typed }) }
            }
            (Input::YesNo, Json::Bool(yes)) => Ok(Some(Value::YesNo(*yes))),
            (Input::Choices { .. }, Json::Array(items)) => {
                let ids =
                    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or(FieldError::WrongShape));
                self.read(&ids.collect::<Result<Vec<_>, _>>()?)
            }
            (Input::Households, Json::Array(items)) => {
                let numbers = items.iter().map(|item| item.as_u64().ok_or(FieldError::WrongShape));
                let typed = numbers.map(|number| number.map(|number| number.to_string()));
                self.read(&typed.collect::<Result<Vec<_>, _>>()?)
            }
            _ => Err(FieldError::WrongShape),
        }
    }

    fn option(&self, typed: &str) -> Result<String, FieldError> {
        let known = self.input.options().iter().any(|option| option.id == typed);
        if known { Ok(typed.to_owned()) } else { Err(FieldError::UnknownOption { typed: typed.to_owned() }) }
    }
}

/// A whole number within limits, both included.
fn count(typed: &str, min: i64, max: i64) -> Result<Value, FieldError> {
    match number::parse_count(typed) {
        Ok(number) if number < min => Err(FieldError::TooSmall { min }),
        Ok(number) if number > max => Err(FieldError::TooLarge { max }),
        Ok(number) => Ok(Value::Count(number)),
        Err(CountProblem::Negative) => Err(FieldError::TooSmall { min }),
        Err(CountProblem::TooLarge) => Err(FieldError::TooLarge { max }),
        Err(CountProblem::Empty | CountProblem::NotANumber | CountProblem::Ambiguous) => {
            Err(FieldError::NotANumber { typed: typed.to_owned() })
        }
    }
}
