//! How a distributed engine, PostgreSQL with Citus, spreads a store: rows of tenants by tenant, everything else on every
//! machine, but for what is asked before it is known who comes.

use crate::{Result, dump};

/// What is looked up before anybody's tenant is known, all of it rows of one tenant that is nobody's: they stay on the
/// coordinator, so that people come in whichever other machine is away. Nothing refers to them and they are asked alone.
const AT_THE_DOOR: [&str; 2] = ["sign_in_name", "sign_in_failure"];

/// Tables by how they are spread, each in the order in which they were made: a table refers to earlier ones only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Small and rarely written: every machine holds all of each.
    pub everywhere: Vec<String>,
    /// Rows of a tenant lie together, on one machine.
    pub of_tenants: Vec<String>,
    /// On the coordinator only.
    pub at_the_door: Vec<String>,
}

/// The tables of the store.
///
/// # Errors
/// [`crate::Error::Broken`] for a migration that is not text.
pub fn tables() -> Result<Tables> {
    let (everywhere, of_tenants): (Vec<_>, Vec<_>) =
        dump::all()?.into_iter().partition(|table| table.everywhere);
    let (at_the_door, of_tenants): (Vec<_>, Vec<_>) =
        of_tenants.into_iter().partition(|table| AT_THE_DOOR.contains(&table.name.as_str()));
    let names = |tables: Vec<dump::Table>| tables.into_iter().map(|table| table.name).collect();
    Ok(Tables {
        everywhere: names(everywhere),
        of_tenants: names(of_tenants),
        at_the_door: names(at_the_door),
    })
}

/// The statements that spread what is not spread yet: run on the coordinator after the first start of the program, and
/// after each update of it.
///
/// # Errors
/// Those of [`tables`].
pub fn statements() -> Result<Vec<String>> {
    let tables = tables()?;
    // A table that refers to one on every machine becomes known to Citus with it, and stays where it is ('n', 's').
    let new = |name: &str| {
        format!(
            "where exists (select from pg_class where oid = to_regclass('{name}')) \
             and not exists (select from pg_dist_partition where logicalrelid = to_regclass('{name}') \
             and (partmethod, repmodel) <> ('n', 's'))"
        )
    };
    let everywhere = tables.everywhere.iter();
    let everywhere =
        everywhere.map(|name| format!("select create_reference_table(to_regclass('{name}')) {};", new(name)));
    let of_tenants = tables.of_tenants.iter();
    let of_tenants = of_tenants.map(|name| {
        format!("select create_distributed_table(to_regclass('{name}'), 'tenant') {};", new(name))
    });
    // Stores of before 26 have spread them too.
    let at_the_door = tables.at_the_door.iter().map(|name| {
        format!(
            "select undistribute_table(to_regclass('{name}')) where exists (select from pg_dist_partition \
             where logicalrelid = to_regclass('{name}') and partmethod = 'h');"
        )
    });
    Ok(everywhere.chain(of_tenants).chain(at_the_door).collect())
}
