use super::*;
use crate::carrier_mlp::xml;

const HDR: &str = "<hdr><client><id>hub</id><pwd>secret</pwd><serviceid>S</serviceid></client><subclient><id>a</id>\
                   </subclient><subclient last_client=\"YES\"><id>b</id></subclient><requestor><id>ask_1</id>\
                   </requestor></hdr>";

fn slir(inside: &str) -> Element {
    let text = format!("<slir res_type=\"SYNC\"><msids><msid>12025550140</msid></msids>{inside}</slir>");
    xml::read(text.as_bytes()).unwrap()
}

fn resid(inside: &str, dialect: Dialect) -> u16 {
    Question::read(&slir(inside), dialect).map_or_else(|refusal| refusal.resid.0, |_| 0)
}

#[test]
fn the_whole_chain_is_read() {
    let document = xml::read(format!("<svc_init>{HDR}</svc_init>").as_bytes()).unwrap();
    let chain = Chain::read(&document, Dialect::V3_0).unwrap();
    assert_eq!((&*chain.login.id, &*chain.login.password), ("hub", "secret"));
    let last: Vec<_> = chain.subclients.iter().map(|one| (&*one.id, one.last)).collect();
    assert_eq!(last, [("a", false), ("b", true)]);
    assert_eq!(chain.requestor, Some(("ask_1".into(), None)));
}

#[test]
fn what_a_dialect_does_not_have_is_refused() {
    let typed = HDR.replace("<requestor>", "<requestor type=\"NAME\">");
    let document = xml::read(format!("<svc_init>{typed}</svc_init>").as_bytes()).unwrap();
    let refused = Chain::read(&document, Dialect::V3_2).unwrap_err();
    assert_eq!(refused.resid, Resid::ATTRIBUTE_NOT_SUPPORTED);
    assert!(Chain::read(&document, Dialect::V3_5).is_ok());
    let classed = "<eqop><hor_acc qos_class=\"ASSURED\">500</hor_acc></eqop>";
    assert_eq!((resid(classed, Dialect::V3_2), resid(classed, Dialect::V3_5)), (109, 0));
}

#[test]
fn order_values_and_forms_are_checked() {
    for (inside, expected) in [
        ("", 0),
        ("<eqop><max_loc_age>60</max_loc_age></eqop><loc_type type=\"LAST\"/>", 0),
        ("<loc_type type=\"LAST\"/><eqop/>", 106),
        (
            "<eqop><max_loc_age>60</max_loc_age><resp_timer>1</resp_timer></eqop>",
            106,
        ),
        ("<loc_type type=\"WHENEVER\"/>", 113),
        ("<eqop><resp_timer>soon</resp_timer></eqop>", 105),
        ("<spare/>", 107),
        (
            "<geo_info><CoordinateReferenceSystem><Identifier><code>1</code></Identifier></CoordinateReferenceSystem></geo_info>",
            112,
        ),
    ] {
        assert_eq!(resid(inside, Dialect::V3_0), expected, "{inside}");
    }
    for (msids, expected) in [
        ("<msid>+12025550140</msid>", 105),
        ("<msid type=\"IMSI\">999000000000001</msid>", 113),
        ("<msid>12025550140</msid><msid>12025550141</msid>", 104),
        ("<msid_range/>", 107),
        ("", 106),
    ] {
        let text = format!("<slir><msids>{msids}</msids></slir>");
        let read = Question::read(&xml::read(text.as_bytes()).unwrap(), Dialect::V3_5);
        assert_eq!(read.unwrap_err().resid.0, expected, "{msids}");
    }
}

#[test]
fn an_asynchronous_request_says_where_to() {
    let text = "<slir res_type=\"ASYNC\"><msids><msid>12025550140</msid></msids><pushaddr>\
                <url>http://127.0.0.1:1/x</url><id>i</id><pwd>p</pwd></pushaddr></slir>";
    let read = Question::read(&xml::read(text.as_bytes()).unwrap(), Dialect::V3_0).unwrap();
    let push = read.push.unwrap();
    assert_eq!(
        (&*push.url, push.login),
        ("http://127.0.0.1:1/x", Some(("i".into(), "p".into())))
    );
    let without = xml::read(b"<slir res_type=\"ASYNC\"><msids><msid>12025550140</msid></msids></slir>").unwrap();
    assert_eq!(
        Question::read(&without, Dialect::V3_0).unwrap_err().resid,
        Resid::SYNTAX_ERROR
    );
}
