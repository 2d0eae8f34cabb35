//! Photos: decoded within bounds, turned upright, re-encoded, so that nothing but the picture is kept.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Longest side kept, pixels.
const LARGE: u32 = 1600;
/// Longest side in lists, pixels.
const SMALL: u32 = 320;
/// Longest side accepted, pixels.
const SIDE: u32 = 12_000;
/// Memory a decoder may take, bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// JPEG quality kept.
const QUALITY: u8 = 80;

/// A photo fit to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// JPEG of at most 1,600 pixels a side.
    pub jpeg: Vec<u8>,
    /// JPEG of at most 320 pixels a side.
    pub small: Vec<u8>,
    /// Width of `jpeg`, pixels.
    pub width: u32,
    /// Height of `jpeg`, pixels.
    pub height: u32,
}

/// Why a file is not kept as a photo; each has a text `activities-photo-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoProblem {
    /// More bytes than a photo may have.
    #[error("too-large")]
    TooLarge,
    /// Not a JPEG, PNG or WebP picture.
    #[error("not-a-photo")]
    NotAPhoto,
    /// A picture, but damaged or with more pixels than any phone makes.
    #[error("broken")]
    Broken,
}

/// Makes a photo fit to keep. Takes a fraction of a second of CPU: call it on a blocking thread.
pub(crate) fn clean(bytes: &[u8]) -> Result<Photo, PhotoProblem> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| PhotoProblem::NotAPhoto)?;
    if reader.format().is_none_or(|format| !format.reading_enabled()) {
        return Err(PhotoProblem::NotAPhoto);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PhotoProblem::Broken)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PhotoProblem::Broken)?;
    picture.apply_orientation(orientation);
    let large = fit(&picture, LARGE);
    let small = fit(&large, SMALL);
    Ok(Photo { jpeg: encode(&large)?, small: encode(&small)?, width: large.width(), height: large.height() })
}

/// The id of a photo of a record: made of both, so that a form that comes twice adds it once.
pub(crate) fn id(record: Uuid, photo: &Photo) -> Uuid {
    let digest = Sha256::new().chain_update(record.as_bytes()).chain_update(&photo.jpeg).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn fit(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side {
        picture.clone()
    } else {
        picture.thumbnail(side, side)
    }
}

fn encode(picture: &DynamicImage) -> Result<Vec<u8>, PhotoProblem> {
    let mut bytes = Vec::new();
    picture
        .to_rgb8()
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))
        .map_err(|_| PhotoProblem::Broken)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbImage};

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A JPEG with an EXIF segment that says "turn right" and holds a GPS-like text.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let tiff =
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS 20.7017,105.362";
        let length = (tiff.len() as u16 + 2).to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, tiff, &jpeg[2..]].concat()
    }

    #[test]
    fn a_large_photo_is_shrunk_and_its_metadata_is_gone() {
        let bytes = with_exif(&picture(2000, 1000, ImageFormat::Jpeg));
        let photo = clean(&bytes).unwrap();
        // Turned upright by the EXIF orientation, then shrunk.
        assert_eq!((photo.width, photo.height), (800, 1600));
        for kept in [&photo.jpeg, &photo.small] {
            assert!(!kept.windows(4).any(|window| window == b"Exif" || window == b"GPS "));
        }
    }

    #[test]
    fn png_and_webp_become_jpeg() {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let photo = clean(&picture(40, 30, format)).unwrap();
            assert_eq!(&photo.jpeg[..3], &[0xff, 0xd8, 0xff]);
            assert_eq!((photo.width, photo.height), (40, 30));
        }
    }

    #[test]
    fn what_is_no_photo_says_so() {
        assert_eq!(clean(b"<html></html>"), Err(PhotoProblem::NotAPhoto));
        assert_eq!(clean(b""), Err(PhotoProblem::NotAPhoto));
        let half = picture(200, 200, ImageFormat::Png);
        assert_eq!(clean(&half[..half.len() / 2]), Err(PhotoProblem::Broken));
    }
}
