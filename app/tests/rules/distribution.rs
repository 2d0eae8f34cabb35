//! The rules by which statements and tables survive distribution by tenant, read from the parsed text: a statement that one
//! server answers and a distributed engine refuses, answers from every machine, or answers otherwise, is refused here.
//! `docs/operations/scale-out.md` says which rule is held where.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, Assignment, AssignmentTarget, BinaryOperator, ColumnOption,
    Expr, FromTable, Function, GroupByExpr, Ident, InTarget, Insert, Join, JoinConstraint, JoinOperator,
    ObjectName, OnConflictAction, OnInsert, OrderByKind, Query, Select, SetExpr, Statement, TableConstraint,
    TableFactor, TableObject, TableWithJoins, UpdateTableFromKind, Visit, Visitor,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// What is known of the schema.
pub(crate) struct Schema {
    /// Tables of tenants' rows.
    pub(crate) of_tenants: BTreeSet<String>,
    /// Tables that every machine holds whole.
    pub(crate) everywhere: BTreeSet<String>,
    /// By table: the columns of each primary key and unique constraint.
    pub(crate) unique: BTreeMap<String, Vec<BTreeSet<String>>>,
}

/// Functions that answer otherwise each time: what they would say is a parameter.
const VOLATILE: [&str; 9] = [
    "now",
    "clock_timestamp",
    "statement_timestamp",
    "random",
    "gen_random_uuid",
    "nextval",
    "current_setting",
    "pg_advisory_lock",
    "pg_advisory_xact_lock",
];

/// What a statement of the program leaves open or asks in vain.
pub(crate) fn faults(schema: &Schema, text: &str) -> Vec<String> {
    let parsed = match Parser::parse_sql(&PostgreSqlDialect {}, text) {
        Ok(parsed) => parsed,
        Err(error) => return vec![format!("cannot be read: {error}")],
    };
    let mut lint = Lint { schema, held: Vec::new(), writes_everywhere: false, found: Vec::new() };
    for statement in &parsed {
        lint.statement(statement);
        let _ = statement.visit(&mut lint);
        lint.held.clear();
    }
    lint.found
}

struct Lint<'a> {
    schema: &'a Schema,
    /// The tables that are held to the tenant, by the blocks around the one that is looked at.
    held: Vec<BTreeSet<String>>,
    /// Whether the statement writes what every machine holds.
    writes_everywhere: bool,
    found: Vec<String>,
}

/// A table in a block of a statement, under the name its columns carry there.
struct Named {
    table: String,
    alias: String,
}

impl Visitor for Lint<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.held.push(BTreeSet::new());
        self.query(query);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.held.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Function(Function { name, .. }) if VOLATILE.contains(&last(name).as_str()) => {
                self.say(format!(
                    "`{}`: times, ids, chance and locks are no business of the engine",
                    last(name)
                ));
            }
            Expr::Identifier(Ident { value, .. }) if value == "ctid" => {
                self.say("`ctid` is a place on one machine".to_owned());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Lint<'_> {
    fn say(&mut self, fault: String) {
        self.found.push(fault);
    }

    /// What a statement writes, and to whose rows.
    fn statement(&mut self, statement: &Statement) {
        self.held.push(BTreeSet::new());
        self.writes_everywhere = match statement {
            Statement::Insert(Insert { table: TableObject::TableName(name), .. }) => {
                self.schema.everywhere.contains(&last(name))
            }
            Statement::Update(update) => self.is_everywhere(&update.table.relation),
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                from.iter().any(|table| self.is_everywhere(&table.relation))
            }
            _ => false,
        };
        match statement {
            Statement::Query(_) => {}
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => {
                self.assigned(&update.assignments);
                let from = match &update.from {
                    Some(UpdateTableFromKind::AfterSet(from) | UpdateTableFromKind::BeforeSet(from)) => {
                        &from[..]
                    }
                    None => &[],
                };
                let tables = std::iter::once(&update.table).chain(from);
                self.block(tables, update.selection.as_ref());
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                let tables = from.iter().chain(delete.using.iter().flatten());
                self.block(tables, delete.selection.as_ref());
            }
            other => self.say(format!("neither a question nor a plain write: {other}")),
        }
    }

    fn is_everywhere(&self, relation: &TableFactor) -> bool {
        name_of(relation).is_some_and(|named| self.schema.everywhere.contains(&named.table))
    }

    /// Whether a table's rows lie by tenant, each on one machine.
    fn is_spread(&self, relation: &TableFactor) -> bool {
        let spread = |table: &String| {
            self.schema.of_tenants.contains(table) && !self.schema.everywhere.contains(table)
        };
        name_of(relation).is_some_and(|named| spread(&named.table))
    }

    fn insert(&mut self, insert: &Insert) {
        let TableObject::TableName(name) = &insert.table else {
            return self.say("an insert names its table".to_owned());
        };
        if let Some(OnInsert::OnConflict(conflict)) = &insert.on
            && let OnConflictAction::DoUpdate(update) = &conflict.action
        {
            self.assigned(&update.assignments);
        }
        if !self.schema.of_tenants.contains(&last(name)) {
            return;
        }
        let first_column = insert.columns.first().map(last);
        let body = insert.source.as_ref().map(|source| source.body.as_ref());
        let given = match body {
            Some(SetExpr::Values(values)) => {
                values.rows.iter().all(|row| row.first().is_some_and(is_the_tenant))
            }
            _ => false,
        };
        if first_column.as_deref() != Some("tenant") || !given {
            self.say("an insert gives the tenant as $1, first".to_owned());
        }
    }

    /// A row stays with its tenant.
    fn assigned(&mut self, assignments: &[Assignment]) {
        for assignment in assignments {
            let names = match &assignment.target {
                AssignmentTarget::ColumnName(name) => vec![last(name)],
                AssignmentTarget::Tuple(names) => names.iter().map(last).collect(),
            };
            if names.iter().any(|name| name == "tenant") {
                self.say("the tenant of a row is never set anew".to_owned());
            }
        }
    }

    fn query(&mut self, query: &Query) {
        if query.with.as_ref().is_some_and(|with| with.recursive) {
            self.say("`with recursive`: walk the tree first and pass the ids".to_owned());
        }
        if !query.locks.is_empty() {
            self.say("`for update`: the head of the audit chain is the tenant's lock".to_owned());
        }
        self.selected(&query.body);
        if query.limit_clause.is_some() || query.fetch.is_some() {
            self.limited(query);
        }
    }

    fn selected(&mut self, body: &SetExpr) {
        match body {
            SetExpr::Select(select) => {
                self.grouped(select);
                self.block(select.from.iter(), select.selection.as_ref());
            }
            SetExpr::SetOperation { left, right, .. } => {
                self.selected(left);
                self.selected(right);
            }
            // A nested query is visited by itself.
            _ => {}
        }
    }

    fn grouped(&mut self, select: &Select) {
        let (GroupByExpr::All(more) | GroupByExpr::Expressions(_, more)) = &select.group_by;
        let sets = match &select.group_by {
            GroupByExpr::Expressions(by, _) => {
                by.iter().any(|by| matches!(by, Expr::GroupingSets(_) | Expr::Rollup(_) | Expr::Cube(_)))
            }
            GroupByExpr::All(_) => true,
        };
        if sets || !more.is_empty() {
            self.say("grouping sets, rollup and cube are added up by the program".to_owned());
        }
    }

    /// Every tenant's table of a block is held to the tenant in its condition or in that of a join.
    fn block<'b>(&mut self, tables: impl Iterator<Item = &'b TableWithJoins>, condition: Option<&Expr>) {
        let (mut named, mut conditions) = (Vec::new(), Vec::new());
        let (mut roots, mut spread, mut left_of_spread) = (0, false, false);
        for TableWithJoins { relation, joins } in tables {
            roots += 1;
            named.extend(name_of(relation));
            spread |= self.is_spread(relation);
            for Join { relation, join_operator, .. } in joins {
                named.extend(name_of(relation));
                let left = matches!(join_operator, JoinOperator::Left(_) | JoinOperator::LeftOuter(_));
                left_of_spread |= left && !spread && self.is_spread(relation);
                spread |= self.is_spread(relation);
                match on(join_operator) {
                    Some(expr) => conjuncts(expr, &mut conditions),
                    None => self.say("a join says `on`".to_owned()),
                }
            }
        }
        if roots > 1 {
            self.say("a join is written `join`".to_owned());
        }
        if let Some(condition) = condition {
            conjuncts(condition, &mut conditions);
        }
        if left_of_spread && conditions.iter().any(|condition| matches!(condition, Expr::In { .. })) {
            self.say(
                "of several tenants, nothing spread stands to the right of what every machine holds"
                    .to_owned(),
            );
        }
        if spread && self.writes_everywhere {
            self.say("what every machine holds is written without asking what is spread".to_owned());
        }
        let alone = named.len() == 1;
        named.retain(|named| self.schema.of_tenants.contains(&named.table));
        // One after the other: a table may be held by one that is.
        while let Some(at) = (0..named.len()).find(|at| {
            conditions.iter().any(|condition| holds(condition, &named[*at].alias, alone, &self.held))
        }) {
            let Named { alias, .. } = named.swap_remove(at);
            self.held.last_mut().unwrap().insert(alias);
        }
        for Named { alias, .. } in named {
            self.say(format!("`{alias}.tenant = $1` is wanted"));
        }
    }

    /// What is cut off after so many rows is put in an order that leaves nothing to chance.
    fn limited(&mut self, query: &Query) {
        let SetExpr::Select(select) = query.body.as_ref() else {
            return self.say("`limit` over several questions".to_owned());
        };
        let order = query.order_by.as_ref().map(|order| &order.kind);
        let Some(OrderByKind::Expressions(order)) = order else {
            return self.say("`limit` without `order by`: which rows?".to_owned());
        };
        let mut fixed: BTreeSet<String> =
            order.iter().filter_map(|by| column(&by.expr)).map(|(_, name)| name).collect();
        let mut conditions = Vec::new();
        if let Some(condition) = &select.selection {
            conjuncts(condition, &mut conditions);
        }
        for Join { join_operator, .. } in select.from.iter().flat_map(|table| &table.joins) {
            if let Some(expr) = on(join_operator) {
                conjuncts(expr, &mut conditions);
            }
        }
        for condition in conditions {
            if let Expr::BinaryOp { left, op: BinaryOperator::Eq, .. } = condition
                && let Some((_, name)) = column(left)
            {
                fixed.insert(name);
            }
        }
        let first = select.from.first().and_then(|table| name_of(&table.relation));
        let keys = first.and_then(|first| self.schema.unique.get(&first.table));
        if keys.is_some_and(|keys| !keys.iter().any(|key| key.is_subset(&fixed))) {
            self.say("`order by … limit` without a last column that tells equal rows apart".to_owned());
        }
    }
}

fn last(name: &ObjectName) -> String {
    name.0
        .last()
        .and_then(|part| part.as_ident())
        .map_or_else(String::new, |ident| ident.value.to_lowercase())
}

fn name_of(relation: &TableFactor) -> Option<Named> {
    let TableFactor::Table { name, alias, .. } = relation else { return None };
    let table = last(name);
    let alias = alias.as_ref().map_or_else(|| table.clone(), |alias| alias.name.value.clone());
    Some(Named { table, alias })
}

/// The condition of a join.
fn on(operator: &JoinOperator) -> Option<&Expr> {
    match operator {
        JoinOperator::Join(JoinConstraint::On(expr))
        | JoinOperator::Inner(JoinConstraint::On(expr))
        | JoinOperator::Left(JoinConstraint::On(expr))
        | JoinOperator::LeftOuter(JoinConstraint::On(expr)) => Some(expr),
        _ => None,
    }
}

/// The parts of a condition that all must hold.
fn conjuncts<'a>(expr: &'a Expr, into: &mut Vec<&'a Expr>) {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left, into);
            conjuncts(right, into);
        }
        Expr::Nested(inner) => conjuncts(inner, into),
        other => into.push(other),
    }
}

/// A column, with the table it is said to be of.
fn column(expr: &Expr) -> Option<(Option<&str>, String)> {
    match expr {
        Expr::Identifier(name) => Some((None, name.value.clone())),
        Expr::CompoundIdentifier(names) => match names.as_slice() {
            [table, name] => Some((Some(table.value.as_str()), name.value.clone())),
            _ => None,
        },
        Expr::Nested(inner) => column(inner),
        _ => None,
    }
}

/// Whether a condition holds the table of that name to the tenant, itself or as one that is held; alone, its columns may go
/// without its name.
fn holds(condition: &Expr, alias: &str, alone: bool, held: &[BTreeSet<String>]) -> bool {
    let is_its = |expr: &Expr| {
        column(expr).is_some_and(|(of, name)| name == "tenant" && of.map_or(alone, |of| of == alias))
    };
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
            let of_held = |expr: &Expr| match column(expr) {
                Some((Some(of), name)) => name == "tenant" && held.iter().any(|held| held.contains(of)),
                _ => false,
            };
            is_its(left) && (is_the_tenant(right) || of_held(right)) || is_its(right) && of_held(left)
        }
        Expr::In { expr, target: InTarget::List(list), negated: false, .. } => {
            is_its(expr) && list.first().is_some_and(is_the_tenant) && list.iter().all(is_parameter)
        }
        _ => false,
    }
}

fn is_the_tenant(expr: &Expr) -> bool {
    expr.to_string() == "$1"
}

fn is_parameter(expr: &Expr) -> bool {
    expr.to_string().starts_with('$')
}

/// What of a migration a distributed engine refuses, or would lay otherwise.
pub(crate) fn migration_faults(text: &str) -> Vec<String> {
    let parsed = match Parser::parse_sql(&PostgreSqlDialect {}, text) {
        Ok(parsed) => parsed,
        Err(error) => return vec![format!("cannot be read: {error}")],
    };
    let mut found = Vec::new();
    for statement in parsed {
        match &statement {
            Statement::CreateTable(table) => {
                if table.inherits.is_some() || table.like.is_some() || table.query.is_some() {
                    found.push(format!("{}: a table says its columns itself", table.name));
                }
                if table.constraints.iter().any(|of| matches!(of, TableConstraint::Exclude(_))) {
                    found.push(format!("{}: `exclude` looks at rows of other machines", table.name));
                }
                let tenant = table.columns.first().filter(|column| column.name.value == "tenant");
                for option in tenant.into_iter().flat_map(|column| &column.options) {
                    if !matches!(option.option, ColumnOption::NotNull | ColumnOption::ForeignKey(_)) {
                        found.push(format!("{}: the tenant is `text not null`", table.name));
                    }
                }
            }
            Statement::AlterTable(alter) => {
                for operation in &alter.operations {
                    if let AlterTableOperation::AlterColumn { column_name, op } = operation
                        && column_name.value == "tenant"
                        && !matches!(op, AlterColumnOperation::SetNotNull)
                    {
                        found.push(format!("{}: the tenant is never altered", alter.name));
                    }
                }
            }
            Statement::CreateIndex(_)
            | Statement::CreateView(_)
            | Statement::Drop { .. }
            | Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_) => {}
            other => found.push(format!("what a distributed engine may not take: {other}")),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let key = |columns: &[&str]| columns.iter().map(|column| (*column).to_owned()).collect();
        Schema {
            of_tenants: ["activity", "area", "area_name", "cell"].map(str::to_owned).into(),
            everywhere: ["area", "unit"].map(str::to_owned).into(),
            unique: [
                ("activity".to_owned(), vec![key(&["tenant", "id"])]),
                ("unit".to_owned(), vec![key(&["id"]), key(&["code", "born_on"])]),
            ]
            .into(),
        }
    }

    #[test]
    fn what_could_touch_another_tenant_or_every_machine_is_refused() {
        for bad in [
            "select id from activity where id = $1",
            "select id from activity where tenant = $12",
            "select id from activity where upper(tenant) = $1",
            "select id from activity where tenant like $1",
            "select id from activity where tenant = $1 or id = $2",
            "select id from activity where not tenant = $1",
            "select id from activity where tenant not in ($1, $2)",
            "delete from cell where day = $2",
            "update activity set state = $2 where id = $1",
            "insert into cell (day, tenant) values ($1, $2)",
            "insert into cell (tenant, day) values ($2, $1)",
            "insert into cell (tenant, day) select tenant, day from activity where tenant = $1",
            "select a.id from area a join area_name n on n.area = a.id where a.tenant = $1",
            "select a.id from area a join area_name n on n.tenant = a.tenant where a.id = $1",
            "select a.id from area a join area_name n on n.tenant = b.tenant where a.tenant = $1",
            "select a.id from area a left join area_name n on n.area = a.id where a.tenant = $1 and n.name = $2",
            "select id from area where tenant = $1 and id in (select area from area_name)",
            "select id from area a where a.tenant = $1 and exists (select 1 from area_name n where n.area = a.id)",
            "select (select count(*) from cell) from area where tenant = $1",
            "select a.id from area a cross join lateral (select 1 from cell c where c.area = a.id) x where a.tenant = $1",
            "select x.id from (select id from area) x",
            "select a.id from area a, area_name n where a.tenant = $1 and n.tenant = $1",
            "select id from area where tenant = $1 union select id from activity",
            "with x as (select id from activity) select id from x",
            "update area set until_on = $2 from area_name n where area.tenant = $1 and n.area = area.id",
            "update activity set tenant = $2 where tenant = $1",
            "insert into cell (tenant, day) values ($1, $2) on conflict (tenant, day) do update set tenant = $3",
            "insert into cell (tenant, day) values ($1, $2) on conflict (tenant, day) do update set at = now()",
            "update activity set at = clock_timestamp() where tenant = $1",
            "select id from activity where tenant = $1 for update",
            "select id from activity where tenant = $1 order by id limit 1 for update skip locked",
            "with recursive t as (select id from unit union select id from t) select id from t",
            "select kind, count(*) from activity where tenant = $1 group by rollup (kind)",
            "select id from activity where tenant = $1 order by day limit 20",
            "select id from activity where tenant = $1 limit 20",
            "select pg_advisory_lock(1)",
            "select id from activity where tenant = $1 and ctid = $2",
            "select a.id from area a left join area_name n on n.tenant = a.tenant and n.area = a.id where a.tenant in ($1, $2)",
            "select a.id from unit u join area a on a.tenant = u.id left join area_name n on n.tenant = a.tenant \
             where a.tenant in ($1, $2)",
            "delete from area where tenant = $1 and not exists (select 1 from area_name n where n.tenant = $1)",
            "update area set until_on = (select max(n.from_on) from area_name n where n.tenant = $1) where tenant = $1",
            "insert into unit (id) select name from area_name where tenant = $1",
            "merge into cell using area on cell.tenant = area.tenant when matched then delete",
            "prepare transaction 'x'",
            "set session characteristics as transaction isolation level serializable",
            "selekt id",
        ] {
            assert!(!faults(&schema(), bad).is_empty(), "{bad}");
        }
    }

    #[test]
    fn what_keeps_to_the_rules_passes() {
        for good in [
            "select id from activity where tenant = $1 and id = $2",
            "select id from activity where (tenant = $1 and day > $2) order by day desc, id limit 20",
            "select id from activity where tenant = $1 and id = $2 order by day limit 1",
            "select id from activity where tenant in ($1, $2, $3)",
            "select a.id from area a join area_name n on n.tenant = $1 and n.area = a.id where a.tenant = $1",
            "select a.id from area a left join area_name n on n.tenant = $1 and n.area = a.id where a.tenant = $1",
            "select a.id from area a join area_name n on n.tenant = a.tenant where a.tenant = $1",
            "select a.id from area a where a.tenant in ($1, $2) and a.id = \
             (select max(n.area) from area_name n where n.tenant = a.tenant)",
            "select id from area a where a.tenant = $1 and exists \
             (select 1 from area_name n where n.tenant = $1 and n.area = a.id)",
            "select c.day from cell c left join area a on a.tenant = c.tenant where c.tenant in ($1, $2)",
            "select n.name from area a join area_name n on n.tenant = a.tenant left join cell c on c.tenant = a.tenant \
             where a.tenant in ($1, $2)",
            "delete from area where tenant = $1 and id in (select id from area a where a.tenant = $1)",
            "delete from area_name where tenant = $1 and area in (select id from area a where a.tenant = $1)",
            "insert into cell (tenant, day) values ($1, $2) on conflict (tenant, day) do update set at = excluded.at",
            "update activity set state = $2 where tenant = $1 and id = $3",
            "delete from cell where tenant = $1",
            "select id from unit where code = $1 order by id limit 1",
        ] {
            assert_eq!(faults(&schema(), good), Vec::<String>::new(), "{good}");
        }
    }

    #[test]
    fn migrations_that_a_distributed_engine_refuses_are_seen() {
        for bad in [
            "create table x (tenant text primary key, id uuid)",
            "create table x (tenant text not null default 'a', id uuid)",
            "create table x () inherits (activity)",
            "create table x (tenant text not null, during text, exclude using gist (during with &&))",
            "alter table x alter column tenant type bigint",
            "create trigger t before insert on x for each row execute function f()",
            "create rule r as on insert to x do instead nothing",
            "create sequence s",
            "alter table x enable row level security; create policy p on x using (true)",
        ] {
            assert!(!migration_faults(bad).is_empty(), "{bad}");
        }
        let good = "create table x (tenant text not null references unit (id), id uuid not null, \
             constraint x_key primary key (tenant, id)); create index x_id on x (tenant, id); \
             alter table x add column y text";
        assert_eq!(migration_faults(good), Vec::<String>::new());
    }
}
