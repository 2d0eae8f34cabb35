//! Where connections come in. Told to shut, the door lets nobody in any more, and whoever came in before is heard first:
//! the web server itself closes what it has not read from yet, so that a request on its way would meet a closed door.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How long somebody who came in may take to begin to speak: browsers also come in without wanting anything yet.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct State {
    /// Whether the door was told to shut.
    told: bool,
    /// Whether it is: somebody may be coming in while it is told.
    shut: bool,
    unheard: usize,
}

/// Takes connections until it is shut.
#[derive(Debug)]
pub(super) struct Door {
    listener: Option<TcpListener>,
    state: watch::Sender<State>,
}

/// Shuts a door.
#[derive(Debug)]
pub(super) struct Keeper(watch::Sender<State>);

impl Door {
    pub(super) fn new(listener: TcpListener) -> (Door, Keeper) {
        let state = watch::Sender::new(State { told: false, shut: false, unheard: 0 });
        (Door { listener: Some(listener), state: state.clone() }, Keeper(state))
    }
}

impl Keeper {
    /// Shuts the door; ends once everybody inside was heard, or had time enough to speak.
    pub(super) async fn shut(self) {
        self.0.send_modify(|state| state.told = true);
        let mut state = self.0.subscribe();
        let all_heard = state.wait_for(|state| state.shut && state.unheard == 0);
        let _ = tokio::time::timeout(PATIENCE, all_heard).await;
    }
}

impl Listener for Door {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        let mut state = self.state.subscribe();
        if let Some(listener) = &mut self.listener {
            tokio::select! {
                biased;
                _ = state.wait_for(|state| state.told) => {}
                (stream, from) = Listener::accept(listener) => {
                    return (Guest { stream, unheard: Some(Unheard::one(&self.state)) }, from);
                }
            }
        }
        self.listener = None;
        self.state.send_modify(|state| state.shut = true);
        std::future::pending().await
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.as_ref().ok_or(io::ErrorKind::NotConnected)?.local_addr()
    }
}

/// One who came in and has not been heard yet.
#[derive(Debug)]
struct Unheard(watch::Sender<State>);

impl Unheard {
    fn one(state: &watch::Sender<State>) -> Unheard {
        state.send_modify(|state| state.unheard += 1);
        Unheard(state.clone())
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        self.0.send_modify(|state| state.unheard -= 1);
    }
}

/// A connection.
#[derive(Debug)]
pub(super) struct Guest {
    stream: TcpStream,
    unheard: Option<Unheard>,
}

impl AsyncRead for Guest {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, into));
        self.unheard = None;
        Poll::Ready(read)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, from)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
