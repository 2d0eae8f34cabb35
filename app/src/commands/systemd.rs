//! What systemd hands a service and wants to hear from it. Without systemd nothing of this happens.

use std::io::{Error, Result};
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use listenfd::ListenFd;

/// The socket that systemd listens on for us. It stays open while the program is replaced: whoever knocks meanwhile
/// waits for a moment and is not refused.
pub(super) fn socket() -> Result<Option<TcpListener>> {
    let listener = ListenFd::from_env().take_tcp_listener(0)?;
    if let Some(listener) = &listener {
        listener.set_nonblocking(true)?;
    }
    Ok(listener)
}

/// Tells systemd how the service is; a failure to do so is logged and no more.
pub(super) fn say(state: &str) {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else { return };
    let told = || {
        let name = socket.as_encoded_bytes();
        let address = match name.strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None => SocketAddr::from_pathname(&socket)?,
        };
        UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address)
    };
    if let Err::<_, Error>(error) = told() {
        tracing::warn!(%error, "systemd does not hear");
    }
}

/// Tells systemd for as long as requests are served that they are, twice as often as it wants to hear: a program that hangs is
/// started anew.
pub(super) async fn stay_awake() {
    let asked = std::env::var("WATCHDOG_USEC").ok().and_then(|micros| micros.parse().ok());
    let of_another = std::env::var("WATCHDOG_PID").is_ok_and(|pid| pid != std::process::id().to_string());
    let Some(micros) = asked.filter(|micros| *micros > 0 && !of_another) else { return };
    let mut beat = tokio::time::interval(Duration::from_micros(micros) / 2);
    loop {
        beat.tick().await;
        say("WATCHDOG=1");
    }
}
