//! What every request may use: the one clock, the one source of chance, the journal's queue, the sources, the keys.

use std::sync::Arc;

use domain::geo::grid::GridKey;
use domain::id::AskId;
use domain::journal::canaries::Canaries;
use domain::journal::keys::Keys;
use domain::number::Msisdn;
use domain::policy::{Policy, World};
use domain::subject::Subject;
use domain::time::Timestamp;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;

use crate::chance::SystemChance;
use crate::checker::job::Findings;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::world_file::StageWorld;
use crate::data::Reader;
use crate::feeds::Feeds;
use crate::http::authenticate::misused::Misuses;
use crate::http::board::Board;
use crate::http::board::doors::Doors;
use crate::http::endings::Endings;
use crate::http::lanes::Lanes;
use crate::http::oauth::poll::Polls;
use crate::http::operations::Readiness;
use crate::http::pace::Paces;
use crate::http::timing::Timing;
use crate::http::tokens::KnownTokens;
use crate::journal::proofs::Proofs;
use crate::journal::public::PublicLog;
use crate::journal::sequencer::Sequencer;
use crate::journal::witnesses::watch::Watch;
use crate::keys::SubjectIndex;
use crate::keys::sealing::SealingKeys;
use crate::keys::tokens::TokenKeys;
use crate::messages::smpp::Bind;
use crate::pages::policy::PolicyFor;
use crate::seal::Sealer;
use crate::sources::breaker::{BreakerState, Guarded};
use crate::sources::handset::Handsets;
use crate::sources::route::Routes;

/// The context of every request.
pub struct Context {
    /// The configuration.
    pub config: Config,
    /// The simulated parties of the journeys, where there are any.
    pub stage_world: Option<StageWorld>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: SystemChance,
    /// The policy.
    pub policy: Policy,
    /// The journal's queue.
    pub docket: Sequencer,
    /// All sources.
    pub source: Arc<Routes>,
    /// The network's sources behind their breakers, for those who ask how they are.
    pub health: Vec<Arc<Guarded>>,
    /// The pages that can give their browser's position.
    pub handsets: Arc<Handsets>,
    /// Who tells what happens to numbers.
    pub feeds: Feeds,
    /// Chooses corners of the grid.
    pub grid: GridKey,
    /// The numbers that nobody may ask about.
    pub canaries: Canaries,
    /// Names people by their numbers.
    pub index: Arc<SubjectIndex>,
    /// Derives the codes and links of questions.
    pub questions: Arc<Keys>,
    /// Sign access tokens.
    pub tokens: Arc<TokenKeys>,
    /// Opens what others seal to this gateway.
    pub sealing: Arc<SealingKeys>,
    /// How many requests are served at one time.
    pub lanes: Lanes,
    /// How many requests each party sends.
    pub paces: Paces,
    /// Tokens that were verified lately.
    pub known: Arc<KnownTokens>,
    /// Whose agreement has ended.
    pub endings: Endings,
    /// Whose tokens were seen in other hands lately.
    pub misuses: Misuses,
    /// When the absence of an answer is seen.
    pub timing: Timing,
    /// Who came back for an answer, and when.
    pub polls: Polls,
    /// Who may have codes texted to a number, and how often.
    pub errands: Doors,
    /// Whether the journal commits, by the last look.
    pub readiness: Readiness,
    /// The journal as strangers read it.
    pub public: Arc<PublicLog>,
    /// What the second opinion on the journal found last.
    pub checked: Findings,
    /// Reads beside the journal.
    pub reader: Arc<Reader>,
    /// Opens sealed columns.
    pub sealer: Arc<Sealer>,
    /// Links, keys and proofs of the subscribers' board.
    pub board: Arc<Board>,
    /// The journal's proofs and tiles.
    pub proofs: Arc<Proofs>,
    /// How fresh the latest cosigned checkpoint is.
    pub witnessed: Arc<Watch>,
    /// The bind to the message centre.
    pub bind: Option<Arc<Bind>>,
    /// The metrics.
    pub metrics: PrometheusHandle,
    /// Whether the gateway is told to stop: whoever only waits is let go.
    pub stopping: watch::Receiver<bool>,
}

impl Context {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether this is a sandbox.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.policy.world == World::Sandbox
    }

    /// What a page may do here: a sandbox's may be shown inside a drawn phone.
    #[must_use]
    pub fn page_policy(&self) -> PolicyFor<'_> {
        if self.is_sandbox() {
            PolicyFor::Sandbox(self.stage_origin())
        } else {
            PolicyFor::Live
        }
    }

    /// The stage elsewhere that shows this gateway's pages and journal, in a sandbox that has one.
    #[must_use]
    pub fn stage_origin(&self) -> Option<&str> {
        self.config.sandbox.as_ref()?.stage_origin.as_deref()
    }

    /// A subscriber by number.
    #[must_use]
    pub fn subject(&self, number: Msisdn) -> Subject {
        Subject {
            key: self.index.key(number),
            number,
        }
    }

    /// Whether the breaker of the source with this name lets no ask through.
    #[must_use]
    pub fn is_left_alone(&self, source: &str) -> bool {
        let named = self.health.iter().find(|guarded| guarded.name() == source);
        named.is_some_and(|guarded| guarded.state() != BreakerState::Closed)
    }

    /// A new ask's name.
    #[must_use]
    pub fn ask_id(&self, now: Timestamp) -> AskId {
        AskId::new(now, self.chance.bytes())
    }
}
