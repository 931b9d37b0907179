//! The page in both languages, with and without days.

use super::*;

fn view(locale: Locale, days: Vec<DayView>) -> CountsView {
    CountsView {
        locale,
        operator: "Port Aster <Gateway>".to_owned(),
        journal: "gateway.example.com/journal".to_owned(),
        days,
        least: 10,
        sandbox: true,
    }
}

fn day(so_far: bool) -> DayView {
    let number = |asks, small| Some(Number { asks, small });
    DayView {
        day: "2026-11-22".to_owned(),
        so_far,
        rows: vec![
            PartyView {
                company: "Aster <b>Roadside</b> Help".to_owned(),
                purpose: "A service that the person asked for".to_owned(),
                numbers: [number(1_234, false), number(411, false), None],
            },
            PartyView {
                company: "Harbour Bank".to_owned(),
                purpose: "Protection from fraud".to_owned(),
                numbers: [number(3, true), None, None],
            },
        ],
    }
}

#[test]
fn each_plot_has_its_table_and_says_what_was_left_out() {
    for locale in Locale::ALL {
        let page = render(&view(locale, vec![day(false), day(true)]));
        assert_eq!(
            (
                page.matches("<svg class=\"plot\"").count(),
                page.matches("<table>").count()
            ),
            (3, 3)
        );
        assert!(page.contains(&plain(locale, "counts-left-out")), "{locale:?}");
        assert!(page.contains("3*") && page.contains("2026-11-22*"), "{locale:?}");
        assert!(
            !page.contains("<b>Roadside") && !page.contains("<Gateway>"),
            "{locale:?}"
        );
        assert!(page.contains("/journal/counts/2026-11-22/note"), "{locale:?}");
    }
}

#[test]
fn a_share_is_told_only_where_both_numbers_are() {
    let page = render(&view(Locale::English, vec![day(false)]));
    assert!(page.contains("24 %"), "411 of 1,645");
    assert!(page.contains("not known"));
    assert!(page.contains("1,234") && render(&view(Locale::Spanish, vec![day(false)])).contains("1\u{202f}234"));
}

#[test]
fn no_name_stands_twice_and_every_pattern_is_there() {
    let page = render(&view(Locale::English, vec![day(false)]));
    let names: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    for name in &names {
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
    }
    for used in page.split("url(#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(used.starts_with("hatch-") && names.contains(&used), "{used}");
    }
}

#[test]
fn before_anything_is_published_the_page_says_so() {
    let page = render(&view(Locale::English, Vec::new()));
    assert!(page.contains("Nothing is published so far") && !page.contains("<svg class=\"plot\""));
}
