//! Spellings that mean the same, as any XML tool may choose them.

use super::samples::*;

/// A message that the others are compared with.
fn plain() -> String {
    creating("task:LDTaskObject", &disclosure(""))
}

#[test]
fn prefixes_are_free() {
    let other = plain()
        .replace("task:", "t:")
        .replace("xmlns:task", "xmlns:t")
        .replace("xsi:", "i:")
        .replace("xmlns:xsi", "xmlns:i");
    assert!(other.contains("i:type=\"t:LDTaskObject\""));
    assert_eq!(read(&other), read(&plain()));
}

#[test]
fn a_default_namespace_holds_for_the_value_of_a_type_too() {
    let object = format!(
        "<c:HI1Object xmlns:c=\"http://uri.etsi.org/03120/common/2019/10/Core\" \
         xmlns=\"http://uri.etsi.org/03120/common/2020/09/Task\" xsi:type=\"LDTaskObject\">\
         <c:ObjectIdentifier>{TASK}</c:ObjectIdentifier><Reference>XX-AGENCY1-1234</Reference></c:HI1Object>"
    );
    let same = creating("task:LDTaskObject", "<task:Reference>XX-AGENCY1-1234</task:Reference>");
    assert_eq!(read(&request(&[&format!("<CREATE>{object}</CREATE>")])), read(&same));
}

#[test]
fn comments_sections_references_and_a_byte_order_mark_say_nothing() {
    let value = "<task:Value>12025550123</task:Value>";
    for same in [
        "<task:Value>1202<!-- a comment -->5550123</task:Value>",
        "<task:Value><![CDATA[12025550123]]></task:Value>",
        "<task:Value>&#49;20255501&#x32;3</task:Value>",
        "<task:Value  >12025550123</task:Value\n>",
    ] {
        assert_eq!(read(&plain().replace(value, same)), read(&plain()), "{same}");
    }
    assert_eq!(read(&format!("\u{feff}{}", plain())), read(&plain()));
    let bare = plain();
    let bare = bare.split_once("?>\n").expect("a declaration").1;
    assert_eq!(read(bare), read(&plain()));
}

#[test]
fn where_a_schema_is_to_be_found_is_not_looked_at() {
    let located = plain().replacen(
        "xmlns:w=",
        "xsi:schemaLocation=\"a http://example.com/a.xsd\" xmlns:w=",
        1,
    );
    assert_eq!(read(&located), read(&plain()));
}

#[test]
fn identifiers_may_be_in_capitals_and_actions_numbered_from_elsewhere() {
    let capitals = plain().replace(TASK, &TASK.to_uppercase());
    assert_eq!(read(&capitals), read(&plain()));
    let list = "<ActionIdentifier>1</ActionIdentifier><LIST/>";
    let from_one = request(&["<LIST/>"]).replace("<ActionIdentifier>0</ActionIdentifier><LIST/>", list);
    assert!(from_one.contains(list));
    read(&from_one);
}
