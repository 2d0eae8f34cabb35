//! The disk is full: the server says so, keeps what it has acknowledged, and goes on when there is room again.
//!
//! The store lies on a file system of its own of a few megabytes (tmpfs), mounted in the server's own mount namespace
//! (`unshare`, so no rights beyond those of a user are needed where user namespaces are allowed; as root always).

use std::path::{Path, PathBuf};
use std::process::Command;

use chungsuc::demo;
use db::Db;
use jiff::civil::Date;
use kernel::{Action, Clock, Ids, Line, Role};
use uuid::Uuid;

use crate::house::{House, patrol, system, urlencoded};
use crate::program::{PROGRAM, Reply, Server, get, post, run, store, text};

/// Room on the small disk beyond what is put there first, KiB.
const ROOM: u64 = 3 * 1024;

/// A server whose data folder is a copy of `folder` on a disk with little room left.
fn on_a_small_disk(folder: &Path) -> Server {
    let size = ROOM + std::fs::metadata(store(folder)).unwrap().len() / 1024;
    let script = format!(
        "set -e; mount -t tmpfs -o size={size}k tmpfs /mnt; cp '{}' /mnt/; exec '{PROGRAM}' serve --data /mnt \"$@\"",
        text(&store(folder))
    );
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "--", "sh", "-c", &script, "sh"]);
    Server::run(command)
}

/// The small disk seen from outside.
fn disk(server: &Server) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root/mnt", server.id()))
}

struct Writer<'a> {
    server: &'a Server,
    token: &'a str,
    area: &'a str,
    today: Date,
}

impl Writer<'_> {
    fn write(&self, id: Uuid) -> Reply {
        let (id, day) = (id.to_string(), self.today.to_string());
        let long = "Đi hết các ngõ, nhắc nhở người dân khóa cổng. ".repeat(40);
        let mut form = patrol(&id, self.area, &day);
        form.iter_mut().filter(|(name, _)| *name == "note").for_each(|(_, value)| *value = &long);
        post(self.server.address, self.token, &list(), &urlencoded(&form)).unwrap()
    }
}

fn list() -> String {
    format!("/units/{}/activities", demo::COMMUNE)
}

#[test]
fn a_full_disk_loses_nothing_and_ends() {
    let folder = crate::program::demo();
    let url = format!("sqlite:{}", store(folder.path()).display());
    let today = Clock::system().today();
    let (token, area) = {
        let house = House::on(&Db::open(&url).unwrap(), today);
        let here = house.place(demo::COMMUNE);
        let areas = house.db.read_now(|read| units::areas_of(read, &system(), &here, today)).unwrap();
        let writer = house.person("nguoighi", &here, Role::Officer, None, Some(Line::Police));
        (writer.token, areas[0].id.to_string())
    };
    // One whole file, without a write-ahead log beside it.
    let single = tempfile::tempdir().unwrap();
    assert!(
        run(&["backup", "--data", text(folder.path()), "--to", text(&store(single.path()))]).status.success()
    );
    let server = on_a_small_disk(single.path());
    let writer = Writer { server: &server, token: &token, area: &area, today };
    let ids = Ids::counting(0xF011);

    // While there is room, records are taken; somebody else's file takes the rest.
    let mut taken: Vec<Uuid> = (0..20).map(|_| ids.new_id()).collect();
    for id in &taken {
        assert_eq!(writer.write(*id).status, 303);
    }
    let filler = disk(&server).join("ảnh của người khác");
    let filled = std::fs::write(&filler, vec![0_u8; (ROOM * 1024) as usize]);
    assert!(filled.is_err(), "the disk is not small");
    let mut refused = Vec::new();
    while refused.len() < 10 {
        let id = ids.new_id();
        let reply = writer.write(id);
        match reply.status {
            303 => taken.push(id),
            507 => {
                assert!(reply.text.contains("Máy chủ hết chỗ"), "{}", reply.text);
                refused.push(id);
            }
            other => panic!("{other} on a full disk: {}", reply.text),
        }
        assert!(taken.len() < 5000, "the disk does not fill");
    }
    // Reading goes on.
    let page = get(server.address, &token, &list()).unwrap();
    assert_eq!(page.status, 200);

    // Room again: the server goes on, and what was refused is taken when it is sent again.
    std::fs::remove_file(&filler).unwrap();
    let refused_then = refused.len();
    for id in refused {
        assert_eq!(writer.write(id).status, 303, "there is room again");
        taken.push(id);
    }
    // Everything acknowledged is there, once, also after a power cut.
    let copy = tempfile::tempdir().unwrap();
    let saved = copy.path().join("saved");
    std::fs::create_dir(&saved).unwrap();
    for file in ["chungsuc.db", "chungsuc.db-wal"] {
        std::fs::copy(disk(&server).join(file), saved.join(file)).unwrap();
    }
    drop(server);
    let house = House::on(&Db::open(&format!("sqlite:{}", store(&saved).display())).unwrap(), today);
    let here = house.place(demo::COMMUNE);
    let room = system().enter(&here, Action::SeeActivities).unwrap();
    for id in &taken {
        let versions = house.db.read_now(|read| activities::versions(read, &room, *id)).unwrap();
        assert_eq!(versions.len(), 1, "{id}");
    }
    house.verified();
    assert!(taken.len() >= 20 + refused_then);
}
