//! The worker against an outbox in memory and a carrier that does as it is told.

use std::collections::BTreeMap;
use std::sync::Mutex;

use domain::locate::Wait;

use super::*;
use crate::clock::SystemClock;

struct NoChance;

impl Chance for NoChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// An outbox in memory whose `done` fails as often as it is told to.
#[derive(Default)]
struct Memory {
    queued: Mutex<BTreeMap<i64, Queued>>,
    done: Mutex<Vec<(i64, Sent)>>,
    failures: Mutex<u32>,
}

impl Memory {
    fn queue(&self, id: i64, until: Timestamp) {
        let to = Msisdn::parse("+12025550101").expect("a reserved number");
        let words = format!("text {id}");
        self.queued.lock().expect("unpoisoned").insert(
            id,
            Queued {
                id,
                to,
                words,
                until,
                question: (id >= QUESTIONS).then(|| question(id)),
            },
        );
    }

    fn done(&self) -> Vec<(i64, Sent)> {
        self.done.lock().expect("unpoisoned").clone()
    }
}

impl Outbox for Memory {
    fn due(&self, limit: usize) -> Result<Vec<Queued>, OutboxError> {
        Ok(self
            .queued
            .lock()
            .expect("unpoisoned")
            .values()
            .take(limit)
            .cloned()
            .collect())
    }

    fn done(&self, id: i64, outcome: &Sent) -> Result<(), OutboxError> {
        let mut failures = self.failures.lock().expect("unpoisoned");
        if *failures > 0 {
            *failures -= 1;
            return Err(OutboxError("the disk is full".to_owned()));
        }
        self.queued.lock().expect("unpoisoned").remove(&id);
        self.done.lock().expect("unpoisoned").push((id, outcome.clone()));
        Ok(())
    }
}

/// A carrier that answers by a list of errors, then accepts everything; it counts how many it carries at a time.
#[derive(Default)]
struct Cart {
    errors: Mutex<Vec<SendError>>,
    carried: Mutex<Vec<String>>,
    now: Mutex<(usize, usize)>,
    slow: Duration,
}

impl Carrier for Cart {
    fn carry<'a>(
        &'a self,
        _to: Msisdn,
        words: &'a str,
        _until: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<Accepted, SendError>> + Send + 'a>> {
        Box::pin(async move {
            self.carried.lock().expect("unpoisoned").push(words.to_owned());
            {
                let mut now = self.now.lock().expect("unpoisoned");
                now.0 += 1;
                now.1 = now.1.max(now.0);
            }
            tokio::time::sleep(self.slow).await;
            self.now.lock().expect("unpoisoned").0 -= 1;
            self.errors
                .lock()
                .expect("unpoisoned")
                .pop()
                .map_or(Ok(Accepted::default()), Err)
        })
    }
}

/// From this id on, texts put a question.
const QUESTIONS: i64 = 100;

fn question(id: i64) -> ConsentId {
    ConsentId::from_bytes([u8::try_from(id).expect("a small id"); 16])
}

/// What followed from texts that cannot be sent; it fails as often as it is told to.
#[derive(Default)]
struct Desk {
    closed: Mutex<Vec<ConsentId>>,
    stopped: Mutex<u32>,
    failures: Mutex<u32>,
}

impl Desk {
    fn fails(&self) -> Result<(), StoreError> {
        let mut failures = self.failures.lock().expect("unpoisoned");
        if *failures > 0 {
            *failures -= 1;
            return Err(StoreError::Failed("the disk is full".to_owned()));
        }
        Ok(())
    }
}

impl Aftermath for Desk {
    fn undelivered(&self, question: ConsentId) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.fails()?;
            self.closed.lock().expect("unpoisoned").push(question);
            Ok(())
        })
    }

    fn opted_out(&self, _from: Msisdn) -> Wait<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.fails()?;
            *self.stopped.lock().expect("unpoisoned") += 1;
            Ok(())
        })
    }
}

struct Running {
    desk: Arc<Desk>,
    memory: Arc<Memory>,
    cart: Arc<Cart>,
    wake: Arc<Notify>,
    stop: watch::Sender<bool>,
    worker: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(memory: Memory, cart: Cart) -> Self {
        Self::start_at(Duration::from_millis(5), memory, cart)
    }

    /// With this wait after every failure.
    fn start_at(wait: Duration, memory: Memory, cart: Cart) -> Self {
        let (memory, cart, wake) = (Arc::new(memory), Arc::new(cart), Arc::new(Notify::new()));
        let stop = watch::Sender::new(false);
        let desk = Arc::new(Desk::default());
        let worker = Worker {
            outbox: memory.clone(),
            carrier: cart.clone(),
            clock: Arc::new(SystemClock),
            chance: Box::new(NoChance),
            pace: Pace {
                first: wait,
                most: wait,
            },
            wake: Arc::clone(&wake),
            concurrency: 4,
            aftermath: desk.clone(),
            opt_out_statuses: vec![0x41],
        };
        let worker = tokio::spawn(worker.run(stop.subscribe()));
        Self {
            desk,
            memory,
            cart,
            wake,
            stop,
            worker,
        }
    }

    /// Waits until so many texts are done.
    async fn until_done(&self, count: usize) -> Vec<(i64, Sent)> {
        for _ in 0..500 {
            let done = self.memory.done();
            if done.len() >= count {
                return done;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("only {} of {count} texts are done", self.memory.done().len());
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        assert!(finish(self.worker, Duration::from_secs(5)).await);
    }
}

fn in_an_hour() -> Timestamp {
    SystemClock.now().after(domain::time::Span::seconds(3600))
}

#[tokio::test]
async fn what_is_queued_is_sent_once_when_woken() {
    let running = Running::start(Memory::default(), Cart::default());
    tokio::time::sleep(Duration::from_millis(50)).await;
    for id in 1..=20 {
        running.memory.queue(id, in_an_hour());
    }
    running.wake.notify_one();
    let mut done = running.until_done(20).await;
    done.sort_by_key(|(id, _)| *id);
    assert!(
        done.iter()
            .zip(1..)
            .all(|(done, id)| *done == (id, Sent::Accepted(Accepted::default()))),
        "{done:?}"
    );
    assert_eq!(running.cart.carried.lock().expect("unpoisoned").len(), 20);
    running.stop().await;
}

#[tokio::test]
async fn no_more_than_agreed_are_under_way() {
    let memory = Memory::default();
    for id in 1..=30 {
        memory.queue(id, in_an_hour());
    }
    let cart = Cart {
        slow: Duration::from_millis(10),
        ..Cart::default()
    };
    let running = Running::start(memory, cart);
    running.until_done(30).await;
    assert_eq!(running.cart.now.lock().expect("unpoisoned").1, 4);
    running.stop().await;
}

#[tokio::test]
async fn passing_trouble_is_tried_again_and_lasting_trouble_is_marked() {
    let memory = Memory::default();
    memory.queue(1, in_an_hour());
    let refused = SendError::Refused { status: 0x0B };
    let cart = Cart {
        // Taken from the end.
        errors: Mutex::new(vec![
            refused,
            SendError::Throttled,
            SendError::Lost,
            SendError::NotBound,
        ]),
        ..Cart::default()
    };
    let running = Running::start(memory, cart);
    assert_eq!(running.until_done(1).await, [(1, Sent::Failed(refused))]);
    assert_eq!(running.cart.carried.lock().expect("unpoisoned").len(), 4);
    running.stop().await;
}

#[tokio::test]
async fn texts_whose_time_is_over_are_not_sent() {
    let memory = Memory::default();
    memory.queue(1, SystemClock.now());
    // This one's time ends while it is tried again and again.
    memory.queue(2, SystemClock.now().after(domain::time::Span::milliseconds(100)));
    let cart = Cart {
        errors: Mutex::new(vec![SendError::Late; 1_000]),
        ..Cart::default()
    };
    let running = Running::start(memory, cart);
    assert_eq!(running.until_done(2).await, [(1, Sent::Expired), (2, Sent::Expired)]);
    assert!(
        !running
            .cart
            .carried
            .lock()
            .expect("unpoisoned")
            .contains(&"text 1".to_owned())
    );
    running.stop().await;
}

#[tokio::test]
async fn a_text_that_cannot_be_marked_is_not_sent_again() {
    let memory = Memory {
        failures: Mutex::new(3),
        ..Memory::default()
    };
    memory.queue(1, in_an_hour());
    let running = Running::start(memory, Cart::default());
    assert_eq!(running.until_done(1).await, [(1, Sent::Accepted(Accepted::default()))]);
    assert_eq!(*running.cart.carried.lock().expect("unpoisoned"), ["text 1"]);
    running.stop().await;
}

#[tokio::test]
async fn texts_that_wait_do_not_stand_in_the_way_of_others() {
    let memory = Memory::default();
    for id in 1..=12 {
        memory.queue(id, in_an_hour());
    }
    // The first eight attempts fail and wait long; the others pass behind them.
    let cart = Cart {
        errors: Mutex::new(vec![SendError::NotNow { status: 8 }; 8]),
        ..Cart::default()
    };
    let running = Running::start_at(Duration::from_secs(60), memory, cart);
    assert_eq!(running.until_done(4).await.len(), 4);
    running.stop().await;
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way() {
    let memory = Memory::default();
    memory.queue(1, in_an_hour());
    let cart = Cart {
        slow: Duration::from_millis(100),
        ..Cart::default()
    };
    let running = Running::start(memory, cart);
    while running.cart.carried.lock().expect("unpoisoned").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let memory = Arc::clone(&running.memory);
    running.stop().await;
    assert_eq!(memory.done(), [(1, Sent::Accepted(Accepted::default()))]);
}

#[tokio::test]
async fn a_question_that_is_refused_for_good_is_closed() {
    let memory = Memory::default();
    memory.queue(7, in_an_hour());
    memory.queue(101, in_an_hour());
    let cart = Cart::default();
    cart.errors
        .lock()
        .expect("unpoisoned")
        .extend([SendError::Refused { status: 0x0B }; 3]);
    let running = Running::start(memory, cart);
    *running.desk.failures.lock().expect("unpoisoned") = 1;
    running.until_done(2).await;
    // Not settled the first time, it was tried again: refused once more, and then closed.
    assert_eq!(*running.desk.closed.lock().expect("unpoisoned"), [question(101)]);
    assert_eq!(*running.desk.stopped.lock().expect("unpoisoned"), 0);
}

#[tokio::test]
async fn only_a_status_that_says_so_is_a_stop() {
    let memory = Memory::default();
    memory.queue(101, in_an_hour());
    let cart = Cart::default();
    cart.errors
        .lock()
        .expect("unpoisoned")
        .push(SendError::Refused { status: 0x41 });
    let running = Running::start(memory, cart);
    running.until_done(1).await;
    assert_eq!(*running.desk.stopped.lock().expect("unpoisoned"), 1);
    assert!(running.desk.closed.lock().expect("unpoisoned").is_empty());
}
