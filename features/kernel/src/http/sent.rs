//! What a form sends: fields and files, within bounds, with the text kept whatever happens.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Multipart, RawForm, Request};
use axum::http::header;

use crate::http::{App, Cx, Error, PHOTO_LIMIT};

/// A form of a signed-in person. When nobody is signed in, the fields go along with [`Error::SignIn`].
#[derive(Debug)]
pub struct Sent {
    /// Who sent it.
    pub cx: Cx,
    /// Its fields in order; a field may come more than once.
    pub fields: Vec<(String, String)>,
    /// Its files.
    pub files: Vec<Upload>,
}

/// A file of a form.
#[derive(Debug)]
pub struct Upload {
    /// Name of the field.
    pub field: String,
    /// Name the person's device gave it.
    pub name: String,
    /// What came.
    pub body: UploadBody,
}

/// The bytes of a file, if they fit.
#[derive(Debug)]
pub enum UploadBody {
    /// Whole.
    Bytes(Vec<u8>),
    /// Larger than [`PHOTO_LIMIT`]; not kept.
    TooLarge,
}

const MULTIPART: &str = "multipart/form-data";
/// Longest form that is kept beside its request, bytes: texts, and no photos.
const KEPT: u64 = 256 * 1024;

/// What a form brought that was not taken: when the store cannot be reached, the page that says so offers to send it again.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) files: bool,
}

fn is_short_form(request: &Request) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()).unwrap_or(u64::MAX);
    length <= KEPT && is_form(header(header::CONTENT_TYPE).unwrap_or_default())
}

/// A form's request, and a copy of it to be read if it is not taken; none of one that is long, or no form.
pub(crate) async fn copied(request: Request) -> Result<(Request, Option<Request>), Error> {
    if !is_short_form(&request) {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, KEPT as usize).await.map_err(|_| Error::TooLarge)?;
    let mut copy = Request::new(Body::from(bytes.clone()));
    (*copy.method_mut(), *copy.headers_mut()) = (parts.method.clone(), parts.headers.clone());
    Ok((Request::from_parts(parts, Body::from(bytes)), Some(copy)))
}

/// What stands in such a copy.
pub(crate) async fn typed(copy: Request) -> Option<Typed> {
    let (fields, files) = read(copy).await.ok()?;
    Some(Typed { fields, files: !files.is_empty() })
}

fn is_form(kind: &str) -> bool {
    kind.starts_with(MULTIPART) || kind.starts_with("application/x-www-form-urlencoded")
}

async fn read(request: Request) -> Result<(Vec<(String, String)>, Vec<Upload>), Error> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|value| value.starts_with(MULTIPART)) {
        return read_multipart(Multipart::from_request(request, &()).await.map_err(|_| Error::TooLarge)?)
            .await;
    }
    let RawForm(bytes) = RawForm::from_request(request, &()).await.map_err(|_| Error::TooLarge)?;
    Ok((decode(&bytes), Vec::new()))
}

impl Sent {
    /// The first value of a field, NFC, trimmed; empty when it was not sent.
    pub fn get(&self, field: &str) -> &str {
        first(&self.fields, field)
    }

    /// Every value of a field.
    pub fn all(&self, field: &str) -> Vec<String> {
        self.fields.iter().filter(|(name, _)| name == field).map(|(_, value)| value.clone()).collect()
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let cx = Cx::from_request_parts(&mut parts, app).await;
        let (fields, files) = read(Request::from_parts(parts, body)).await?;
        match cx {
            Ok(cx) => Ok(Sent { cx, fields, files }),
            Err(Error::SignIn { next, .. }) => Err(Error::SignIn { next, typed: fields }),
            Err(other) => Err(other),
        }
    }
}

/// A form of anybody (sign-in, language).
#[derive(Debug)]
pub struct Plain {
    fields: Vec<(String, String)>,
}

impl Plain {
    /// The first value of a field.
    pub fn get(&self, field: &str) -> &str {
        first(&self.fields, field)
    }

    /// All fields.
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }
}

impl FromRequest<App> for Plain {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let RawForm(bytes) = RawForm::from_request(request, app).await.map_err(|_| Error::TooLarge)?;
        Ok(Plain { fields: decode(&bytes) })
    }
}

async fn read_multipart(mut form: Multipart) -> Result<(Vec<(String, String)>, Vec<Upload>), Error> {
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(mut part) = form.next_field().await.map_err(|_| Error::TooLarge)? {
        let field = part.name().unwrap_or_default().to_owned();
        let Some(name) = part.file_name().map(vietnamese::text::nfc) else {
            let text = part.text().await.map_err(|_| Error::TooLarge)?;
            fields.push((field, clean(&text)));
            continue;
        };
        let mut bytes = Some(Vec::new());
        // A file that is too large is read to its end but not kept, so that the text fields after it still arrive.
        while let Some(chunk) = part.chunk().await.map_err(|_| Error::TooLarge)? {
            bytes = bytes.filter(|kept| kept.len() + chunk.len() <= PHOTO_LIMIT);
            if let Some(kept) = &mut bytes {
                kept.extend_from_slice(&chunk);
            }
        }
        match bytes {
            // An empty file input is sent as a nameless empty file.
            Some(bytes) if bytes.is_empty() && name.is_empty() => {}
            Some(bytes) => files.push(Upload { field, name, body: UploadBody::Bytes(bytes) }),
            None => files.push(Upload { field, name, body: UploadBody::TooLarge }),
        }
    }
    Ok((fields, files))
}

fn first<'a>(fields: &'a [(String, String)], field: &str) -> &'a str {
    fields.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
}

/// Text at the border: NFC, line ends as `\n`, nothing that controls or turns what stands beside it, trimmed.
fn clean(text: &str) -> String {
    let text = vietnamese::text::nfc(&text.replace("\r\n", "\n"));
    text.chars()
        .filter(|c| *c == '\n' || !(c.is_control() || is_invisible(*c)))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Zero-width characters and marks that turn the direction of a line: no Vietnamese text needs them, and they make two
/// texts look alike that are not.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn decode(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).map(|(name, value)| (clean(&name), clean(&value))).collect()
}

/// A text as part of an address.
pub fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Only addresses on this site are gone back to.
pub fn local(path: &str) -> String {
    if path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r']) {
        path.to_owned()
    } else {
        "/".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded_and_cleaned() {
        let fields = decode("ten=Nguye%CC%82%CC%83n+A&so=100%25&hong=%zz&dong=a%0D%0Ab".as_bytes());
        assert_eq!(first(&fields, "ten"), "Nguyễn A");
        assert_eq!(first(&fields, "so"), "100%");
        assert_eq!(first(&fields, "hong"), "%zz");
        assert_eq!(first(&fields, "dong"), "a\nb");
    }

    #[test]
    fn only_local_addresses_are_gone_back_to() {
        assert_eq!(local("/units/05089"), "/units/05089");
        for bad in ["https://elsewhere", "//elsewhere", "/\\elsewhere", ""] {
            assert_eq!(local(bad), "/");
        }
    }

    #[test]
    fn encoding_and_decoding_agree() {
        let text = "/units?q=Cao Phong & Ủy ban";
        assert_eq!(decode(format!("a={}", encode(text)).as_bytes()), [("a".to_owned(), text.to_owned())]);
    }
}
