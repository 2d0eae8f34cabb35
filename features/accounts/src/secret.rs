//! Passwords and session tokens.

use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use sha2::{Digest, Sha256};
use vietnamese::text::{fold, nfc};

use crate::Refusal;

/// Fewest characters of a password.
const SHORTEST: usize = 10;
/// Most characters of a password.
const LONGEST: usize = 200;
/// How many letters a password must have beside what everybody would try.
const OWN_LETTERS: usize = 4;
/// Memory of a hash in KiB, passes, lanes: OWASP's second choice for argon2id, about 60 ms on a small machine.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Hash that no password fits, so that an unknown name costs as much time as a known one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What people in Vietnam choose first, folded and without spaces, longest first.
const COMMON: &str = "toandanbaoveanninhtoquoc anninhtoquoc khongcopass yeumotnguoi matkhaumoi qwertyuiop khongbiet \
     motconvit nguoidung anhyeuem chungsuc emyeuanh hanhphuc iloveyou password dangnhap quantri giadinh matkhau tinhyeu \
     vietnam welcome xinchao asdfgh congan qwerty zxcvbn admin baove abcd pass abc";

/// Why a password is easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Fewer than 10 characters.
    #[error("a password has at least {SHORTEST} characters")]
    Short,
    /// More than 200 characters.
    #[error("a password has at most {LONGEST} characters")]
    Long,
    /// Digits only, or what everybody would try, with digits around it.
    #[error("this password is among the first that somebody would try")]
    Common,
    /// The name of the person, the unit or the sign-in name, with digits around it.
    #[error("a password does not consist of the name of the person, the unit or the account")]
    Name,
}

impl Weak {
    /// The key of the text that says what to do.
    pub fn key(self) -> &'static str {
        match self {
            Weak::Short => "accounts-problem-password-short",
            Weak::Long => "accounts-problem-password-long",
            Weak::Common => "accounts-problem-password-common",
            Weak::Name => "accounts-problem-password-name",
        }
    }
}

/// A password good enough to be set. Its text does not show in debug output.
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

impl Password {
    /// Checks a chosen password; `names` are the person's, the unit's and the sign-in name.
    pub fn new(typed: &str, names: &[&str]) -> Result<Password, Weak> {
        let text = one_spelling(typed);
        match text.chars().count() {
            count if count < SHORTEST => return Err(Weak::Short),
            count if count > LONGEST => return Err(Weak::Long),
            _ => {}
        }
        let letters = letters(&text);
        if too_few(&without(&letters, COMMON.split_whitespace().map(str::to_owned))) {
            return Err(Weak::Common);
        }
        if too_few(&without(&letters, names.iter().flat_map(|name| parts(name)))) {
            return Err(Weak::Name);
        }
        Ok(Password(text))
    }

    /// A password to hand over once: three groups of four signs that nobody mistakes for each other, about 59 bits.
    pub fn generate() -> Result<Password, Refusal> {
        const SIGNS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let mut text = String::new();
        while text.len() < 14 {
            let [byte] = random::<1>()?;
            // 248 = 8 × 31: above that some signs would come more often.
            if let Some(sign) = (byte < 248).then(|| SIGNS.get(usize::from(byte) % SIGNS.len())).flatten() {
                text.push(char::from(*sign));
                if text.len() == 4 || text.len() == 9 {
                    text.push('-');
                }
            }
        }
        Ok(Password(text))
    }

    /// The text, for showing a generated password once.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Hashes here and now, about 60 ms (command line, tests). From asynchronous code use
    /// [`hash_aside`](Password::hash_aside).
    pub fn hash(&self) -> Result<Hash, Refusal> {
        let broken = |error: &dyn std::fmt::Display| {
            Refusal::Broken(format!("a password could not be hashed: {error}"))
        };
        let (memory, passes, lanes) = COST;
        let params = Params::new(memory, passes, lanes, None).map_err(|error| broken(&error))?;
        let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_with_salt(self.0.as_bytes(), &random::<16>()?)
            .map_err(|error| broken(&error))?;
        Ok(Hash(hash.to_string()))
    }

    /// Hashes on a thread of its own, at most two at once.
    pub async fn hash_aside(self) -> Result<Hash, Refusal> {
        aside(move || self.hash()).await?
    }
}

/// What is kept of a password: an argon2id PHC string.
#[derive(Clone)]
pub struct Hash(String);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash")
    }
}

impl Hash {
    /// What the store keeps.
    pub(crate) fn stored(&self) -> &str {
        &self.0
    }
}

/// Whether a typed password fits a stored hash; the same work when there is none.
pub(crate) fn fits(typed: &str, stored: Option<&str>) -> bool {
    let typed = one_spelling(typed);
    let Ok(hash) = PasswordHash::new(stored.unwrap_or(NOBODY)) else { return false };
    Argon2::default().verify_password(typed.as_bytes(), &hash).is_ok() && stored.is_some()
}

/// [`fits`] on a thread of its own, at most two at once.
pub(crate) async fn fits_aside(typed: String, stored: Option<String>) -> Result<bool, Refusal> {
    aside(move || fits(&typed, stored.as_deref())).await
}

/// Runs work on one of two threads that last: at most two passwords are hashed at once, and the 19 MiB each takes are
/// kept by those two threads alone, not by every thread that ever hashed one.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    type Work = Box<dyn FnOnce() + Send>;
    static HASHERS: OnceLock<mpsc::Sender<Work>> = OnceLock::new();
    let hashers = HASHERS.get_or_init(|| {
        let (send, receive) = mpsc::channel::<Work>();
        let receive = Arc::new(Mutex::new(receive));
        for _ in 0..2 {
            let receive = Arc::clone(&receive);
            std::thread::spawn(move || {
                loop {
                    let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(work) = next else { return };
                    // Who asked sees that no answer comes; the thread goes on.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
                }
            });
        }
        send
    });
    let broken =
        |error: &dyn std::fmt::Display| Refusal::Broken(format!("a password could not be hashed: {error}"));
    let (tell, told) = tokio::sync::oneshot::channel();
    let work = move || {
        // Nobody waits any more: nothing to tell.
        let _ = tell.send(work());
    };
    hashers.send(Box::new(work)).map_err(|error| broken(&error))?;
    told.await.map_err(|error| broken(&error))
}

/// Keyboards differ in how they compose `ệ`; the same password must be the same bytes.
fn one_spelling(typed: &str) -> String {
    nfc(typed).trim().to_owned()
}

/// The letters, folded, without anything between them.
fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphabetic()).collect()
}

/// A name as somebody would put it into a password: whole, and without its first word (`xã Cao Phong`, `Cao Phong`).
fn parts(name: &str) -> Vec<String> {
    let rest = name.split_once(' ').map(|(_, rest)| letters(rest));
    let mut parts: Vec<String> =
        std::iter::once(letters(name)).chain(rest).filter(|part| part.chars().count() > 2).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

fn without(letters: &str, parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().fold(letters.to_owned(), |rest, part| rest.replace(&part, ""))
}

fn too_few(letters: &str) -> bool {
    let mut different: Vec<char> = letters.chars().collect();
    different.sort_unstable();
    different.dedup();
    letters.chars().count() < OWN_LETTERS || different.len() < 3
}

/// What a browser shows to be let in: the tenant that keeps the account, a dot, 32 random bytes.
pub(crate) struct Token(String);

impl Token {
    pub(crate) fn new(tenant: &str) -> Result<Token, Refusal> {
        Ok(Token(format!("{tenant}.{}", hex(&random::<32>()?))))
    }

    /// The value of the cookie.
    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// What the store keeps.
    pub(crate) fn hash(&self) -> String {
        digest(&self.0)
    }

    /// A token as it came back, and its tenant; `None` when it has another shape.
    pub(crate) fn parse(text: &str) -> Option<(&str, Token)> {
        let (tenant, secret) = text.rsplit_once('.')?;
        let whole = secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit());
        (whole && !tenant.is_empty() && tenant.len() <= 64).then(|| (tenant, Token(text.to_owned())))
    }
}

/// SHA-256 as text.
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Broken(format!("no random numbers: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_somebody_would_try_are_refused() {
        let names = ["Nguyễn Văn Đức", "xã Cao Phong", "duc.nv"];
        for (typed, weak) in [
            ("ngắnquá12", Weak::Short),
            ("1234567890", Weak::Common),
            ("0912345678", Weak::Common),
            ("matkhau123456", Weak::Common),
            ("Mật Khẩu 2026!", Weak::Common),
            ("anhyeuem123", Weak::Common),
            ("aaaaaaaaaaaa", Weak::Common),
            ("caophong2026", Weak::Name),
            ("Xã Cao Phong 1", Weak::Name),
            ("nguyenvanduc1", Weak::Name),
            ("duc.nv.2026.", Weak::Name),
        ] {
            assert_eq!(Password::new(typed, &names).err(), Some(weak), "{typed}");
        }
        for typed in ["suối trong đầu bản", "k7mp-2xwd-9hfr", "nhà sàn 3 gian"] {
            assert!(Password::new(typed, &names).is_ok(), "{typed}");
        }
    }

    #[test]
    fn a_password_fits_its_hash_in_either_composition_and_nothing_else_does() {
        let hash = Password::new("suối trong đầu bản", &[]).unwrap().hash().unwrap();
        assert!(hash.stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits("suo\u{302}\u{301}i trong đầu bản ", Some(hash.stored())));
        assert!(!fits("suối trong đầu bản!", Some(hash.stored())));
        assert!(!fits("suối trong đầu bản", None));
    }

    #[test]
    fn the_hash_of_nobody_costs_the_same() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&hash).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), COST);
        assert_eq!(hash.hash.unwrap().len(), 32);
    }

    #[test]
    fn generated_passwords_differ_and_are_good_enough_to_type() {
        let (one, two) = (Password::generate().unwrap(), Password::generate().unwrap());
        assert_ne!(one.text(), two.text());
        assert_eq!(one.text().split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
    }

    #[test]
    fn a_token_names_its_tenant_and_foreign_texts_are_none() {
        let token = Token::new("c05089-20250701").unwrap();
        let hash = token.hash();
        let text = token.into_text();
        let (tenant, back) = Token::parse(&text).unwrap();
        assert_eq!((tenant, back.hash()), ("c05089-20250701", hash));
        for bad in
            ["", "abc", ".ab", "c.zz", &format!("c.{}", "x".repeat(64)), &format!(".{}", "a".repeat(64))]
        {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
