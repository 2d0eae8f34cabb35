//! Bars and tile maps as SVG: classes only, the colours are those of `app.css`; each with title, description and, on the
//! page, a table that says the same.

use askama::Template;
use figures::Value;
use kernel::Lang;
use vietnamese::number;

use crate::province::Part;
use crate::viewer::SUM_WITHHELD;

/// Twelve months of one area as bars of one scale.
#[derive(Debug, Template)]
#[template(path = "dashboards_bars.svg")]
pub(crate) struct Bars {
    /// Ends the HTML ids of title and description.
    pub(crate) id: usize,
    pub(crate) title: String,
    pub(crate) desc: String,
    pub(crate) bars: Vec<Bar>,
}

/// One bar, in units of the drawing (120 × 32).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) x: usize,
    pub(crate) y: i64,
    pub(crate) height: i64,
}

/// The tallest bar.
const TALL: i64 = 28;

impl Bars {
    /// Bars of `values`; `most` is the tallest value of all areas drawn together.
    pub(crate) fn new(id: usize, title: String, desc: String, values: &[i64], most: i64) -> Bars {
        let bar = |(place, value): (usize, &i64)| {
            let height = if *value <= 0 { 0 } else { (value * TALL / most.max(1)).max(1) };
            Bar { x: place * 10 + 1, y: TALL + 2 - height, height }
        };
        Bars { id, title, desc, bars: values.iter().enumerate().map(bar).collect() }
    }
}

/// Twelve months as bars within a row of a table that says the same.
#[derive(Debug, Template)]
#[template(path = "dashboards_spark.svg")]
pub(crate) struct Spark {
    path: String,
}

impl Spark {
    /// Bars of one scale, in units of the drawing (72 × 20); what is not shown has none.
    pub(crate) fn new(values: &[i64]) -> Spark {
        let most = values.iter().copied().max().unwrap_or_default().max(1);
        let bar = |(place, value): (usize, &i64)| {
            let height = (value * 19 / most).max(1);
            (*value > 0).then(|| format!("M{} 20v-{height}h5v{height}z", place * 6))
        };
        Spark { path: values.iter().enumerate().filter_map(bar).collect() }
    }
}

/// The communes of a province, or the provinces of the country, as tiles, each with the number of its step.
#[derive(Debug, Template)]
#[template(path = "dashboards_map.svg")]
pub(crate) struct Map {
    pub(crate) title: String,
    pub(crate) desc: String,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// One tile, in units of the drawing (40 a tile).
#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) x: u32,
    pub(crate) y: u32,
    /// Class of its colour: `step-0` to `step-4`, `step-hidden`, `step-none`.
    pub(crate) class: &'static str,
    /// What stands on it: `0` to `4`, `<`, `–`.
    pub(crate) mark: &'static str,
    /// Name and value.
    pub(crate) title: String,
}

/// Where the communes of a province and the provinces of the country stand on its map: our own layouts, made from the
/// neighbourhood of the units; code, name, kind, column, row. The archipelagos stand where they lie, each with the figure
/// of its province. A province without a layout has its table only.
const LAYOUTS: [(&str, &str); 2] = [
    ("25", include_str!("../data/tilegrid_phu_tho.csv")),
    ("vn", include_str!("../data/tilegrid_country.csv")),
];
/// The side of a tile.
const SIDE: u32 = 40;

/// Where a unit stands.
struct Spot {
    code: &'static str,
    /// The archipelago that the tile stands for; "" for the unit itself.
    island: &'static str,
    column: u32,
    row: u32,
}

/// The tiles of a unit's map.
fn layout(of: &str) -> Vec<Spot> {
    let text = LAYOUTS.iter().find(|(code, _)| *code == of).map_or("", |(_, text)| text);
    let spot = |line: &'static str| {
        let mut columns = line.split(',');
        let (code, name, kind) = (columns.next()?, columns.next()?, columns.next()?);
        let (column, row) = (columns.next()?.parse().ok()?, columns.next()?.parse().ok()?);
        let island = if of == "vn" && kind == "đặc khu" { name } else { "" };
        Some(Spot { code, island, column, row })
    };
    text.lines().skip(1).filter_map(spot).collect()
}

impl Map {
    /// The map of a unit over its parts; none when it has no layout. `words` gives a part's name and value.
    pub(crate) fn new(
        of: &str,
        (title, desc): (String, String),
        parts: &[Part],
        words: impl Fn(&Part) -> String,
    ) -> Option<Map> {
        let (steps, layout) = (Steps::of(parts), layout(of));
        let tiles: Vec<Tile> = layout
            .iter()
            .filter_map(|Spot { code, island, column, row }| {
                let part = parts.iter().find(|part| part.unit.code == *code)?;
                let (class, mark) = steps.step(part).look();
                let title = match *island {
                    "" => words(part),
                    island => format!("{island} – {}", words(part)),
                };
                Some(Tile { x: column * SIDE, y: row * SIDE, class, mark, title })
            })
            .collect();
        let far = |side: fn(&Tile) -> u32| tiles.iter().map(side).max().map(|far| far + SIDE);
        let (width, height) = (far(|tile| tile.x)?, far(|tile| tile.y)?);
        Some(Map { title, desc, tiles, width, height })
    }
}

/// How a part stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Too small to be shown.
    Hidden,
    /// It would give what is too small away.
    Withheld,
    /// There is no value.
    None,
    /// Nought, or a quarter of the largest value shown: 0 to 4.
    At(i64),
}

impl Step {
    /// The class of its colour, and the mark on its tile.
    pub(crate) fn look(self) -> (&'static str, &'static str) {
        match self {
            Step::Hidden => ("step-hidden", "<"),
            Step::Withheld => ("step-hidden", "·"),
            Step::None => ("step-none", "–"),
            Step::At(0) => ("step-0", "0"),
            Step::At(1) => ("step-1", "1"),
            Step::At(2) => ("step-2", "2"),
            Step::At(3) => ("step-3", "3"),
            Step::At(_) => ("step-4", "4"),
        }
    }
}

/// Steps of equal width from nought to the largest value shown.
#[derive(Debug)]
pub(crate) struct Steps {
    most: i64,
    scale: u32,
    percent: bool,
}

impl Steps {
    /// The steps of the values shown.
    pub(crate) fn of(parts: &[Part]) -> Steps {
        let mut steps = Steps { most: 0, scale: 0, percent: false };
        for part in parts.iter().filter(|part| part.hidden.is_empty()) {
            match part.figure.value {
                Value::Number(number) => steps.most = steps.most.max(number),
                Value::Ratio { scaled, scale, percent, .. } => {
                    steps = Steps { most: steps.most.max(scaled), scale, percent };
                }
                Value::None => {}
            }
        }
        steps
    }

    /// The step of a part.
    pub(crate) fn step(&self, part: &Part) -> Step {
        let value = match part.figure.value {
            _ if part.hidden == SUM_WITHHELD => return Step::Withheld,
            _ if !part.hidden.is_empty() => return Step::Hidden,
            Value::None => return Step::None,
            Value::Number(number) => number,
            Value::Ratio { scaled, .. } => scaled,
        };
        if value <= 0 { Step::At(0) } else { Step::At(((value * 4 - 1) / self.most.max(1) + 1).clamp(1, 4)) }
    }

    /// The steps that can occur, with their values in words: `13–25`.
    pub(crate) fn legend(&self, lang: Lang) -> Vec<(Step, String)> {
        let words = |value: i64| {
            let text = number::decimal(value, self.scale, lang);
            if self.percent { format!("{text}%") } else { text }
        };
        let mut legend = vec![(Step::At(0), words(0))];
        for step in 1..=4 {
            let (from, to) = ((step - 1) * self.most / 4 + 1, step * self.most / 4);
            match from.cmp(&to) {
                std::cmp::Ordering::Less => {
                    legend.push((Step::At(step), format!("{}–{}", words(from), words(to))));
                }
                std::cmp::Ordering::Equal => legend.push((Step::At(step), words(from))),
                std::cmp::Ordering::Greater => {}
            }
        }
        legend
    }
}
