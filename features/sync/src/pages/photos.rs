//! Photos in pieces: what a slow link has carried is not carried again.

use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use kernel::http::{BODY_LIMIT, PHOTO_LIMIT};
use kernel::{Cx, Error};
use serde::Deserialize;
use uuid::Uuid;

use crate::store;

/// How long a photo waits for its form.
const KEPT: SignedDuration = SignedDuration::from_hours(60 * 24);

#[derive(Deserialize)]
pub(super) struct Piece {
    from: i64,
}

/// `POST /sync/photos/{photo}?from=N`: the bytes from N on. Answers with how many are here, which is where the next piece
/// begins; a piece that begins elsewhere changes nothing.
pub(super) async fn add(
    cx: Cx,
    Path(photo): Path<String>,
    Query(Piece { from }): Query<Piece>,
    bytes: Bytes,
) -> Result<Response, Error> {
    let photo = Uuid::parse_str(&photo).map_err(|_| Error::NotFound)?;
    let (room, account, now) = (cx.caller.scope.own(&cx.caller.tenant), cx.caller.account, cx.now);
    let more = |have: i64, limit: usize| {
        usize::try_from(have).is_ok_and(|have| have.saturating_add(bytes.len()) <= limit)
    };
    let (within, at) = (room.clone(), photo);
    let (have, all) = cx
        .read(move |read, _| {
            Ok((store::have(read, &within, account, at)?, store::waiting(read, &within, account)?))
        })
        .await?;
    let have = if from != have || bytes.is_empty() {
        have
    } else if !more(have, PHOTO_LIMIT) || !more(all, BODY_LIMIT) {
        return Err(Error::TooLarge);
    } else {
        cx.write(move |tx| {
            store::drop_old(tx, &room, account, now - KEPT)?;
            // Asked again within: another piece may have come meanwhile.
            if store::have(tx, &room, account, photo)? == from {
                store::add(tx, &room, (account, photo, from), &bytes, now)?;
            }
            store::have(tx, &room, account, photo)
        })
        .await?
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], format!("{{\"have\":{have}}}")).into_response())
}
