//! Photos on their way in the store: one function per statement. No change of anybody's work, so not in the audit log;
//! the form that names them is.

use db::{Read, Tx, sql};
use jiff::Timestamp;
use kernel::Room;
use uuid::Uuid;

/// How many bytes of a photo came here.
pub(crate) fn have(read: &mut Read<'_>, room: &Room, account: Uuid, photo: Uuid) -> db::Result<i64> {
    let text = sql!(
        "select cast(coalesce(sum(size), 0) as bigint) from sync_piece \
         where tenant = $1 and account_id = $2 and photo_id = $3"
    );
    read.one(room, &text, &[account.into(), photo.into()])
}

/// How many bytes of an account lie here.
pub(crate) fn waiting(read: &mut Read<'_>, room: &Room, account: Uuid) -> db::Result<i64> {
    let text = sql!(
        "select cast(coalesce(sum(length(bytes)), 0) as bigint) from sync_piece where tenant = $1 and account_id = $2"
    );
    read.one(room, &text, &[account.into()])
}

/// Adds a piece that begins at `from`; a repeated one is left as it is.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    room: &Room,
    (account, photo, from): (Uuid, Uuid, i64),
    bytes: &[u8],
    at: Timestamp,
) -> db::Result<()> {
    let text = sql!(
        "insert into sync_piece (tenant, account_id, photo_id, from_byte, size, bytes, received_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant, account_id, photo_id, from_byte) do nothing"
    );
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let values = [account.into(), photo.into(), from.into(), size.into(), bytes.into(), at.into()];
    tx.execute(room, &text, &values)?;
    Ok(())
}

/// A photo as far as it is here; empty when its form was taken.
pub(crate) fn photo(read: &mut Read<'_>, room: &Room, account: Uuid, photo: Uuid) -> db::Result<Vec<u8>> {
    let text = sql!(
        "select bytes from sync_piece where tenant = $1 and account_id = $2 and photo_id = $3 order by from_byte"
    );
    let pieces: Vec<Vec<u8>> = read.all(room, &text, &[account.into(), photo.into()])?;
    Ok(pieces.concat())
}

/// Lets the bytes of a photo go: its form was taken. That they came is remembered, so that a form whose answer was lost is
/// not asked for them again.
pub(crate) fn drop_photo(tx: &mut Tx<'_>, room: &Room, account: Uuid, photo: Uuid) -> db::Result<()> {
    let text =
        sql!("update sync_piece set bytes = $4 where tenant = $1 and account_id = $2 and photo_id = $3");
    tx.execute(room, &text, &[account.into(), photo.into(), [0_u8; 0].as_slice().into()])?;
    Ok(())
}

/// Lets go what came before an instant and was never asked for.
pub(crate) fn drop_old(tx: &mut Tx<'_>, room: &Room, account: Uuid, before: Timestamp) -> db::Result<()> {
    let text = sql!("delete from sync_piece where tenant = $1 and account_id = $2 and received_at < $3");
    tx.execute(room, &text, &[account.into(), before.into()])?;
    Ok(())
}
