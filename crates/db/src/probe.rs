//! Which tenants a transaction touched beyond those it named. Only tests have tables laid so that this can be seen: each
//! tenants' table in four parts by tenant, so that a statement which forgot the tenant locks more parts than there are
//! tenants. A distributed engine would ask every machine for it, or refuse it.

use std::collections::{BTreeMap, BTreeSet};

/// Which parts of which tables this transaction has locked.
pub(crate) const LOCKED: &str = "select cast(p.relname as text), cast(c.relname as text) \
     from pg_locks l join pg_inherits i on i.inhrelid = l.relation join pg_class c on c.oid = i.inhrelid and c.relkind = 'r' \
     join pg_class p on p.oid = i.inhparent where l.pid = pg_backend_pid() and l.locktype = 'relation' group by 1, 2";

/// What a transaction has said so far.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    tenants: BTreeSet<String>,
    /// Names a list of tenants, or goes over all of them.
    several: bool,
    texts: Vec<String>,
}

impl Probe {
    pub(crate) fn note(&mut self, tenant: Option<&str>, text: &str) {
        match tenant {
            Some(tenant) => {
                self.tenants.insert(tenant.to_owned());
            }
            None => self.several |= text.contains("tenant"),
        }
        self.texts.push(text.to_owned());
    }

    /// Says what is wrong when more parts of a table were touched than tenants were named.
    pub(crate) fn fault(&self, locked: &[(String, String)]) -> Option<String> {
        let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
        for (table, _) in locked {
            *parts.entry(table).or_default() += 1;
        }
        let (table, touched) = parts.into_iter().find(|(_, touched)| *touched > self.tenants.len())?;
        let said = self.texts.iter().filter(|text| text.contains(table)).cloned().collect::<Vec<_>>();
        (!self.several).then(|| {
            let named = self.tenants.len();
            format!("{touched} parts of {table} touched, {named} tenants named:\n  {}", said.join("\n  "))
        })
    }
}
