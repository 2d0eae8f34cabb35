//! What the movement does in a year and on its busiest evenings: `data/workload_model.csv`, whose rows say what was published,
//! what follows from it and what is assumed.

use serde::Deserialize;

const TABLE: &str = include_str!("../../data/workload_model.csv");
/// Communes of a province where there is no other figure: those of Phú Thọ.
const COMMUNES_OF_A_PROVINCE: f64 = 148.0;
/// Hours of an evening in which heads of residential areas write down what was done.
const EVENING: f64 = 3.0;

/// One line of the table.
#[derive(Debug, Deserialize)]
struct Line {
    parameter: String,
    plan: String,
}

/// How much of the country takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// One commune.
    Commune,
    /// Province 25, Phú Thọ.
    Province,
    /// All communes.
    Nation,
}

/// The planned values that the load follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Model {
    communes: f64,
    areas: f64,
    records_of_a_year: f64,
    evaluations_a_second: f64,
    requests_of_a_festival: f64,
}

impl Model {
    /// The plan column.
    ///
    /// # Panics
    /// Never: a test reads the same table.
    #[must_use]
    pub fn plan() -> Model {
        let lines: Vec<Line> = csv::Reader::from_reader(TABLE.as_bytes()).deserialize().flatten().collect();
        let plan = |name: &str| {
            let line = lines.iter().find(|line| line.parameter == name);
            line.and_then(|line| line.plan.parse().ok()).unwrap_or(f64::NAN)
        };
        Model {
            communes: plan("commune_units"),
            areas: plan("residential_areas"),
            records_of_a_year: plan("activity_records_per_year_national"),
            evaluations_a_second: plan("evaluation_peak_burst_rate"),
            requests_of_a_festival: plan("citizen_requests_burst"),
        }
    }

    /// Residential areas of a commune.
    #[must_use]
    pub fn areas_of_a_commune(&self) -> usize {
        (self.areas / self.communes).round() as usize
    }

    /// Records a second when all of a day's are written in its evening.
    #[must_use]
    pub fn records_a_second(&self, size: Size) -> f64 {
        self.records_of_a_year / 365.0 / (EVENING * 3600.0) * self.share(size)
    }

    /// Evaluations a second in the burst before 20 November.
    #[must_use]
    pub fn evaluations_a_second(&self, size: Size) -> f64 {
        self.evaluations_a_second * self.share(size)
    }

    /// Requests of residents a second in the burst of the busiest festival evening.
    #[must_use]
    pub fn requests_of_a_festival(&self, size: Size) -> f64 {
        self.requests_of_a_festival * self.share(size)
    }

    fn share(&self, size: Size) -> f64 {
        match size {
            Size::Commune => 1.0 / self.communes,
            Size::Province => COMMUNES_OF_A_PROVINCE / self.communes,
            Size::Nation => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_is_in_the_table() {
        let model = Model::plan();
        assert_eq!(model.areas_of_a_commune(), 25);
        let tenths = |number: f64| (number * 10.0).round() as u32;
        let nation = [
            model.records_a_second(Size::Nation),
            model.evaluations_a_second(Size::Nation),
            model.requests_of_a_festival(Size::Nation),
        ];
        assert_eq!(nation.map(tenths), [5, 37, 10_529]);
        assert!(model.records_a_second(Size::Commune) > 0.0);
    }
}
