//! The journeys of a sandbox: what a person, a company, an operator or an auditor lives through, played step by step with
//! the running systems, and who could read what at every hop.

use super::assets;
use super::map;
use super::shown::Shown;
use crate::config::world_file::StageWorld;

/// What is played.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Journey {
    /// A stranded person and the desk that sends help.
    Roadside,
    /// A card that is used in a shop.
    Bank,
    /// A call from a prison.
    Prison,
    /// The person's own page, at two gateways.
    Board,
    /// The operator's hand.
    Operator,
    /// A developer's first answer.
    Developer,
    /// Somebody who checks without asking anyone.
    Auditor,
}

impl Journey {
    /// Every journey, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::Roadside,
        Self::Bank,
        Self::Prison,
        Self::Board,
        Self::Operator,
        Self::Developer,
        Self::Auditor,
    ];

    /// The journey of this name, as addresses have it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|journey| journey.name() == name)
    }

    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Roadside => "roadside",
            Self::Bank => "bank",
            Self::Prison => "prison",
            Self::Board => "board",
            Self::Operator => "operator",
            Self::Developer => "developer",
            Self::Auditor => "auditor",
        }
    }

    /// Whose it is.
    const fn role(self) -> &'static str {
        match self {
            Self::Roadside | Self::Bank | Self::Prison | Self::Board => "The person",
            Self::Operator => "The operator",
            Self::Developer => "The partner’s developer",
            Self::Auditor => "The auditor",
        }
    }

    /// Its heading.
    const fn title(self) -> &'static str {
        match self {
            Self::Roadside => "Stranded, and found",
            Self::Bank => "Yes or no, never where",
            Self::Prison => "One call, and only that call",
            Self::Board => "One person, two gateways",
            Self::Operator => "Suspended in one action",
            Self::Developer => "A first answer",
            Self::Auditor => "Trust nobody’s word",
        }
    }

    /// What happens in it.
    const fn about(self) -> &'static str {
        match self {
            Self::Roadside => {
                "A reseller carries the question, a hub passes it on, the person’s own carrier asks them. Only the desk can \
                 read the answer, and it ends with the ticket."
            }
            Self::Bank => {
                "A card is used in a shop. The bank learns whether its customer is near, for a yes that was given once, and \
                 nothing more."
            }
            Self::Prison => {
                "A prison’s telephone company may learn where the called person is, if they agree, during a call that the \
                 carrier confirms. An invented call opens nothing."
            }
            Self::Board => "Who can ask, who asked and what they were told, at the home of the number and at the hub.",
            Self::Operator => "A company, a programme or a person is stopped, at one gateway, and it shows at once.",
            Self::Developer => "The first request with nothing but a key, and what the policy says about each purpose.",
            Self::Auditor => "The log is checked over the network, and held against what the carriers wrote down.",
        }
    }

    /// Whether asks travel in it, so that the hops and a phone are shown.
    const fn travels(self) -> bool {
        matches!(self, Self::Roadside | Self::Bank | Self::Prison)
    }

    /// Whether a phone is shown.
    const fn has_phone(self) -> bool {
        self.travels() || matches!(self, Self::Board)
    }
}

/// One line of the list.
struct Listed {
    name: &'static str,
    role: &'static str,
    title: &'static str,
    about: &'static str,
}

impl Listed {
    const fn of(journey: Journey) -> Self {
        Self {
            name: journey.name(),
            role: journey.role(),
            title: journey.title(),
            about: journey.about(),
        }
    }
}

#[derive(askama::Template)]
#[template(path = "journeys.html")]
struct IndexPage {
    journeys: [Listed; 7],
    hub: Shown,
    homes: Vec<Shown>,
    reseller: Shown,
    style: String,
    styles: [String; 2],
}

/// The list of journeys as HTML.
#[must_use]
pub fn index(world: &StageWorld) -> String {
    super::written(&IndexPage {
        journeys: Journey::ALL.map(Listed::of),
        hub: Shown::name(&world.hub.name),
        homes: world.homes.values().map(|home| Shown::name(&home.name)).collect(),
        reseller: Shown::name(&world.reseller.name),
        style: assets::address("style.css"),
        styles: ["stage.css", "journey.css"].map(assets::address),
    })
}

#[derive(askama::Template)]
#[template(path = "journey.html")]
struct JourneyPage {
    issuer: String,
    journey: Listed,
    others: Vec<Listed>,
    travels: bool,
    has_phone: bool,
    world: String,
    city: String,
    style: String,
    styles: [String; 6],
    script: String,
}

/// The world with names that are harmless to look at, since the page's script writes them.
fn presentable(world: &StageWorld) -> StageWorld {
    let mut world = world.clone();
    let parties = [
        &mut world.hub.name,
        &mut world.reseller.name,
        &mut world.roadside.name,
        &mut world.bank.name,
        &mut world.prison.name,
    ];
    let homes = world
        .homes
        .values_mut()
        .flat_map(|home| [&mut home.name, &mut home.carrier.name]);
    for name in parties.into_iter().chain(homes) {
        *name = Shown::name(name).to_string();
    }
    world
}

/// A journey's page as HTML. `issuer` is the gateway's own address.
#[must_use]
pub fn show(journey: Journey, world: &StageWorld, issuer: &str) -> String {
    super::written(&JourneyPage {
        issuer: issuer.to_owned(),
        journey: Listed::of(journey),
        others: Journey::ALL
            .into_iter()
            .filter(|other| *other != journey)
            .map(Listed::of)
            .collect(),
        travels: journey.travels(),
        has_phone: journey.has_phone(),
        // A value that was read from JSON can be written as JSON.
        world: serde_json::to_string(&presentable(world)).unwrap_or_default(),
        city: map::city(),
        style: assets::address("style.css"),
        styles: [
            "map.css",
            "stage.css",
            "stage-phone.css",
            "stage-scene.css",
            "journey-hops.css",
            "journey.css",
        ]
        .map(assets::address),
        script: assets::address("journey.js"),
    })
}
