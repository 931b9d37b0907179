//! A file whose every byte is the court's, read as a PDF: the embedded order, and that there is nothing beside it that
//! another reader could take for it.

use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::super::cms::Checked;
use super::super::order::BYTES_MAX;
use super::super::{FILE_NAME, PDF_BYTES_MAX, Refused};
use super::not_plain;
use super::range::Ranges;

/// How the message in the signature is made (ISO 32000-1 §12.8.3.3.1; ETSI EN 319 142-1 §6.3).
const SUB_FILTERS: [&[u8]; 2] = [b"adbe.pkcs7.detached", b"ETSI.CAdES.detached"];

/// The bytes of the order that the file embeds.
pub(super) fn order(file: &[u8], ranges: &Ranges<'_>, checked: &Checked) -> Result<Vec<u8>, Refused> {
    let options = LoadOptions {
        strict: true,
        max_decompressed_size: Some(PDF_BYTES_MAX),
        ..LoadOptions::default()
    };
    let document =
        Document::load_mem_with_options(file, options).map_err(|_| not_plain("a structure that can be read"))?;
    check_plain(&document)?;
    check_signature(&document, ranges, checked)?;
    embedded(&document)
}

/// Refuses what could hide a second document in the first.
fn check_plain(document: &Document) -> Result<(), Refused> {
    if document.trailer.has(b"Encrypt") || document.was_encrypted() {
        return Err(not_plain("no encryption"));
    }
    for (want, most, found) in [
        (
            "one catalog",
            1,
            count(document, |dictionary| dictionary.has_type(b"Catalog")),
        ),
        (
            "no object streams",
            0,
            count(document, |dictionary| dictionary.has_type(b"ObjStm")),
        ),
        (
            "one embedded file",
            1,
            count(document, |dictionary| dictionary.has_type(b"EmbeddedFile")),
        ),
        (
            "one description of an embedded file",
            1,
            count(document, |dictionary| dictionary.has(b"EF")),
        ),
        (
            "one signature",
            1,
            count(document, |dictionary| dictionary.has(b"ByteRange")),
        ),
    ] {
        if found != most {
            let found = Some(found);
            return Err(Refused::Pdf { want, found });
        }
    }
    Ok(())
}

/// How many of the document's objects are such a dictionary, or a stream with one.
fn count(document: &Document, is: impl Fn(&Dictionary) -> bool) -> usize {
    let dictionaries = document.objects.values().filter_map(dictionary_of);
    dictionaries.filter(|dictionary| is(dictionary)).count()
}

fn dictionary_of(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// Whether the signature that was checked is that of the form's one signed field.
fn check_signature(document: &Document, ranges: &Ranges<'_>, checked: &Checked) -> Result<(), Refused> {
    let want = "its signature in a field of its form";
    let wrong = |_| not_plain(want);
    let form = entry(document, document.catalog().map_err(wrong)?, b"AcroForm").and_then(Object::as_dict);
    let fields = form
        .and_then(|form| entry(document, form, b"Fields"))
        .and_then(Object::as_array)
        .map_err(wrong)?;
    let mut signed = fields.iter().filter_map(|field| {
        let field = document.dereference(field).ok()?.1.as_dict().ok()?;
        let is_signature = field
            .get(b"FT")
            .and_then(Object::as_name)
            .is_ok_and(|name| name == b"Sig");
        is_signature.then(|| entry(document, field, b"V").and_then(Object::as_dict).ok())?
    });
    let (Some(signature), None) = (signed.next(), signed.next()) else {
        return Err(not_plain(want));
    };
    let numbers: Vec<i64> = entry(document, signature, b"ByteRange")
        .and_then(Object::as_array)
        .map(|list| list.iter().filter_map(|number| number.as_i64().ok()).collect())
        .map_err(wrong)?;
    let same_numbers = numbers
        .iter()
        .map(|number| usize::try_from(*number).ok())
        .eq(ranges.numbers.map(Some));
    let contents = entry(document, signature, b"Contents")
        .and_then(Object::as_str)
        .map_err(wrong)?;
    if !same_numbers || contents != ranges.contents {
        return Err(not_plain(want));
    }
    let sub_filter = entry(document, signature, b"SubFilter").and_then(Object::as_name);
    let sub_filter = sub_filter.unwrap_or_default();
    if !SUB_FILTERS.contains(&sub_filter) {
        return Err(not_plain(
            "a signature by `adbe.pkcs7.detached` or `ETSI.CAdES.detached`",
        ));
    }
    if sub_filter == b"ETSI.CAdES.detached" && !checked.names_certificate {
        return Err(not_plain(
            "the signer's certificate named in a signature by `ETSI.CAdES.detached`",
        ));
    }
    Ok(())
}

/// The one file in the catalog's tree of embedded files (ISO 32000-1 §7.7.4, §7.11.4).
fn embedded(document: &Document) -> Result<Vec<u8>, Refused> {
    let want = "one embedded file `order.json` in its catalog";
    let wrong = |_| not_plain(want);
    let names = document
        .catalog()
        .and_then(|catalog| entry(document, catalog, b"Names"))
        .and_then(Object::as_dict)
        .and_then(|names| entry(document, names, b"EmbeddedFiles"))
        .and_then(Object::as_dict)
        .and_then(|tree| leaves(document, tree))
        .map_err(wrong)?;
    let [_, description] = names else {
        return Err(not_plain(want));
    };
    let description = document
        .dereference(description)
        .map_err(wrong)?
        .1
        .as_dict()
        .map_err(wrong)?;
    let mut given = [&b"F"[..], b"UF"]
        .into_iter()
        .filter(|key| description.has(key))
        .peekable();
    let is_order = |key| {
        let text = entry(document, description, key).and_then(Object::as_str);
        text.is_ok_and(is_order_name)
    };
    if given.peek().is_none() || !given.all(is_order) {
        return Err(not_plain(want));
    }
    let files = entry(document, description, b"EF")
        .and_then(Object::as_dict)
        .map_err(wrong)?;
    // The entries for other platforms must lead to the same stream.
    let first = files.get(b"F").and_then(Object::as_reference).map_err(wrong)?;
    if !files
        .iter()
        .all(|(_, file)| file.as_reference().is_ok_and(|id| id == first))
    {
        return Err(not_plain(want));
    }
    let stream = entry(document, files, b"F")
        .and_then(Object::as_stream)
        .map_err(wrong)?;
    if !stream.dict.has_type(b"EmbeddedFile") {
        return Err(not_plain(want));
    }
    stream
        .get_plain_content_with_limit(BYTES_MAX)
        .map_err(|_| not_plain("an embedded order of at most 65536 bytes"))
}

/// The names of a tree that has one node, or one below its root.
fn leaves<'a>(document: &'a Document, tree: &'a Dictionary) -> lopdf::Result<&'a [Object]> {
    let node = match entry(document, tree, b"Kids")
        .and_then(Object::as_array)
        .map(Vec::as_slice)
    {
        Ok([kid]) => document.dereference(kid)?.1.as_dict()?,
        Ok(_) => return Err(lopdf::Error::DictKey("Kids".to_owned())),
        Err(_) => tree,
    };
    Ok(entry(document, node, b"Names")?.as_array()?.as_slice())
}

/// An entry of a dictionary, with references followed.
fn entry<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &[u8]) -> lopdf::Result<&'a Object> {
    Ok(document.dereference(dictionary.get(key)?)?.1)
}

/// Whether a text is the order's file name, in one byte for each character or in UTF-16 (ISO 32000-1 §7.9.2.2).
fn is_order_name(text: &[u8]) -> bool {
    let wide: Vec<u8> = FILE_NAME.bytes().flat_map(|byte| [0, byte]).collect();
    text == FILE_NAME.as_bytes() || text.strip_prefix(&[0xFE, 0xFF]).is_some_and(|rest| rest == wide)
}
