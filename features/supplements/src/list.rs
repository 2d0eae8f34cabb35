//! The list of publications that every machine has: true to the publications themselves, whoever wrote them.

use std::time::Duration;

use db::Db;
use kernel::Scope;

use crate::store;

/// How often a server looks. What is published holds from the next day at the earliest.
const LOOK: Duration = Duration::from_secs(60);

/// Enters publications that are missing from the list, now and every minute for as long as the server runs, in a thread of
/// its own: a server of the version before publishes without entering it, also while others are of this version already.
///
/// # Errors
/// When there is no thread to be had.
pub fn keep_list(db: Db) -> std::io::Result<()> {
    let work = move || {
        loop {
            if let Err(error) = enter_missing(&db) {
                tracing::warn!(%error, "publications are not compared with their list");
            }
            std::thread::sleep(LOOK);
        }
    };
    std::thread::Builder::new().name("publications".into()).spawn(work).map(drop)
}

/// Enters publications that are missing from the list; of how many units.
///
/// # Errors
/// Those of the store.
pub fn enter_missing(db: &Db) -> db::Result<usize> {
    let scope = Scope::system("rules");
    let (said, listed) = db.read_now(|read| {
        Ok::<_, db::Error>((store::published_numbers(read, &scope)?, store::last_numbers(read, &scope)?))
    })?;
    let missing = said.into_iter().filter(|(tenant, number)| listed.get(tenant) < Some(number));
    let mut entered = 0;
    for (tenant, number) in missing {
        let room = scope.own(&tenant);
        db.write_now(move |tx| store::set_last_number(tx, &room, number))?;
        entered += 1;
    }
    Ok(entered)
}
