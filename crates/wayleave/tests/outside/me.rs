//! A person at their board, as a browser without JavaScript sees it: forms, links, cookies.

use crate::http::{self, Answer, Request};
use crate::phone::Phone;
use crate::world::World;

/// A browser at the board of one world.
pub struct Me<'a> {
    world: &'a World,
    cookies: Vec<(String, String)>,
}

impl<'a> Me<'a> {
    /// A browser that nobody signed in with.
    pub fn nobody(world: &'a World) -> Self {
        let cookies = Vec::new();
        Self { world, cookies }
    }

    /// Asks for a link, waits for the text, and presses the button behind the link.
    pub fn signed_in(world: &'a World, phone: &Phone<'_>) -> Self {
        let mut me = Self::nobody(world);
        let link = me.link(phone);
        let entered = me.post(http::split(&link).1, "");
        assert_eq!(entered.status, 303, "{}", entered.text());
        assert_eq!(entered.header("location"), Some("/me"));
        me
    }

    /// Asks for a link and reads it from the text.
    pub fn link(&mut self, phone: &Phone<'_>) -> String {
        let before = phone.texts().iter().filter(|text| text.contains("/me/l/")).count();
        let asked = self.post(
            "/me/link",
            &format!("number=%2B{}", phone.number.trim_start_matches('+')),
        );
        assert_eq!(asked.status, 200, "{}", asked.text());
        let text = phone.text("/me/l/", before);
        let link = text.split_whitespace().find(|word| word.contains("/me/l/"));
        link.expect("a link").to_owned()
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Answer {
        let request = Request::new("GET", path);
        self.send(request)
    }

    /// Sends a form, as the board's own page would.
    pub fn post(&mut self, path: &str, form: &str) -> Answer {
        let request = Request::new("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.world.issuer)
            .body(form);
        self.send(request)
    }

    /// Sends a request with this browser's cookies, and keeps those of the answer.
    pub fn send(&mut self, request: Request) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = if cookies.is_empty() {
            request
        } else {
            request.header("cookie", &cookies.join("; "))
        };
        let answer = request.send(self.world.host());
        for (name, value) in &answer.headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                let pair = value.split(';').next().unwrap_or_default();
                let (name, value) = pair.split_once('=').expect("a cookie");
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// The board's page.
    pub fn board(&mut self) -> String {
        let page = self.get("/me");
        assert_eq!(page.status, 200, "{}", page.text());
        page.text()
    }

    /// What the page's first line says, without its marks.
    pub fn first_line(&mut self) -> String {
        let page = self.board();
        let heading = page
            .split("<h1")
            .nth(1)
            .and_then(|rest| rest.split_once('>'))
            .expect("a heading")
            .1;
        let heading = heading.split("</h1>").next().expect("its end");
        plain(heading)
    }
}

/// Words without marks.
pub fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = after.split_once('>').map_or("", |(_, behind)| behind);
    }
    text + rest
}
