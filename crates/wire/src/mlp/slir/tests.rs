//! Requests as they go out, in each dialect.

use super::*;

fn login() -> Login {
    Login {
        id: "hub-7".to_owned(),
        password: Secret::new("a&b<c>'\"".to_owned()),
        service: Some("ROADSIDE".to_owned()),
    }
}

fn chain() -> [Subclient; 2] {
    [("reseller-a", None), ("towing-co", Some("ROADSIDE"))].map(|(id, service)| Subclient {
        id: id.to_owned(),
        service: service.map(str::to_owned),
    })
}

fn slir<'a>(dialect: Dialect, login: &'a Login, chain: &'a [Subclient], mode: Mode<'a>) -> Slir<'a> {
    Slir {
        dialect,
        login,
        chain,
        requestor: "ask_01J0000000000000000000000A",
        number: Msisdn::parse("+12025550140").expect("reserved"),
        loc_type: LocType::Current,
        max_age_s: Some(60),
        accuracy_m: Some(500),
        response: Some(8),
        priority: Priority::Normal,
        mode,
    }
}

fn printed(slir: &Slir) -> String {
    String::from_utf8(slir.print()).expect("UTF-8").replace("><", ">\n<")
}

#[test]
fn a_synchronous_request_in_3_0() {
    let (login, chain) = (login(), chain());
    let slir = slir(Dialect::V3_0, &login, &chain, Mode::Sync);
    assert_eq!(
        printed(&slir),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<svc_init ver="3.0.0">
<hdr ver="3.0.0">
<client>
<id>hub-7</id>
<pwd>a&amp;b&lt;c&gt;&apos;&quot;</pwd>
<serviceid>ROADSIDE</serviceid>
<requestmode type="PASSIVE"/>
</client>
<subclient last_client="NO">
<id>reseller-a</id>
</subclient>
<subclient last_client="YES">
<id>towing-co</id>
<serviceid>ROADSIDE</serviceid>
</subclient>
<requestor>
<id>ask_01J0000000000000000000000A</id>
</requestor>
</hdr>
<slir ver="3.0.0" res_type="SYNC">
<msids>
<msid type="MSISDN">12025550140</msid>
</msids>
<eqop>
<resp_timer>8</resp_timer>
<hor_acc>500</hor_acc>
<max_loc_age>60</max_loc_age>
</eqop>
<geo_info>
<CoordinateReferenceSystem>
<Identifier>
<code>4326</code>
<codeSpace>EPSG</codeSpace>
<edition>6.1</edition>
</Identifier>
</CoordinateReferenceSystem>
</geo_info>
<loc_type type="CURRENT"/>
<prio type="NORMAL"/>
</slir>
</svc_init>"#
    );
}

#[test]
fn an_asynchronous_request_in_3_5() {
    let (login, chain) = (login(), chain());
    let push = PushAddress {
        url: "https://push.example.com/mlp/abc?d=1&e=2".to_owned(),
        id: "castor".to_owned(),
        password: Secret::new("in\nside".to_owned()),
    };
    let slir = Slir {
        loc_type: LocType::LastOrCurrent,
        priority: Priority::High,
        response: None,
        max_age_s: None,
        ..slir(Dialect::V3_5, &login, &chain, Mode::Async { push: &push })
    };
    let page = printed(&slir);
    for wanted in [
        "<svc_init ver=\"3.5.0\">",
        "<hdr ver=\"3.5.0\">",
        "<slir ver=\"3.5.0\" res_type=\"ASYNC\">",
        "<requestor type=\"NAME\">",
        "<eqop>\n<hor_acc qos_class=\"BEST_EFFORT\">500</hor_acc>\n</eqop>",
        "<loc_type type=\"LAST_OR_CURRENT\"/>",
        "<prio type=\"HIGH\"/>",
        "<pushaddr>\n<url>https://push.example.com/mlp/abc?d=1&amp;e=2</url>\n<id>castor</id>\n<pwd>in&#10;side</pwd>\n</pushaddr>",
    ] {
        assert!(page.contains(wanted), "{wanted} is missing");
    }
}

#[test]
fn each_dialect_has_only_what_it_has() {
    let (login, chain) = (login(), chain());
    for dialect in Dialect::ALL {
        let page = printed(&slir(dialect, &login, &chain, Mode::Sync));
        let young = dialect >= Dialect::V3_4;
        assert_eq!(page.contains("qos_class="), young, "{dialect}");
        assert_eq!(page.contains("<requestor type="), young, "{dialect}");
        assert_eq!(page.matches(&format!("ver=\"{dialect}\"")).count(), 3, "{dialect}");
        assert_eq!(page.matches("last_client=\"YES\"").count(), 1, "{dialect}");
    }
}

#[test]
fn what_xml_cannot_hold_does_not_break_the_document() {
    let login = Login {
        id: "a\u{0}b\u{ffff}".to_owned(),
        password: Secret::new(String::new()),
        service: None,
    };
    let slir = Slir {
        response: None,
        accuracy_m: None,
        max_age_s: None,
        ..slir(Dialect::V3_2, &login, &[], Mode::Sync)
    };
    let page = printed(&slir);
    assert!(page.contains("<id>a\u{fffd}b\u{fffd}</id>\n<pwd>\n</pwd>\n<requestmode"));
    assert!(!page.contains("eqop") && !page.contains("subclient") && !page.contains("serviceid"));
}
