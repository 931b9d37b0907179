//! What auditors and phones are given: receipts, checkpoints, keys that check them, and the signed terms.

use std::sync::OnceLock;

use domain::journal::checkpoint::VerifierKey;
use domain::journal::keys::Keys;
use domain::journal::receipt::Receipt;
use domain::permission::terms::Terms;
use wire::consent_receipt::{ConsentReceipt, Evidence, check};

/// The journal's key here. Its seed signs nothing that is kept, so nothing in any corpus can be rightly signed.
fn key() -> &'static VerifierKey {
    static KEY: OnceLock<VerifierKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        VerifierKey::of(&keys)
    })
}

pub(crate) fn run(data: &[u8]) {
    if let Some(terms) = Terms::from_canonical(data) {
        assert_eq!(terms.canonical(), data, "signed terms with two spellings");
    }
    if let Ok(receipt) = ConsentReceipt::read(data) {
        let printed = receipt.print().to_string();
        let again = ConsentReceipt::read(printed.as_bytes()).expect("what was printed is read");
        assert_eq!(
            again, receipt,
            "a receipt of a consent that reads otherwise the second time"
        );
        let words = receipt.evidence == Evidence::Nothing || receipt.evidence == Evidence::Reply;
        let proves = check(&receipt, None).is_ok_and(|checked| checked.proved.len() > 2);
        assert!(!(words && proves), "words alone were taken for a signature");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(receipt) = Receipt::from_json(text) {
        assert_eq!(receipt.to_json(), text.trim_end(), "a receipt with two spellings");
        assert!(
            receipt.verify(key()).is_err(),
            "a receipt that nobody signed was accepted"
        );
        assert!(!receipt.is_for("") || receipt.answer_key.is_some());
    }
    assert!(
        key().open(text).is_err(),
        "a checkpoint that nobody signed was accepted"
    );
    if let Ok(foreign) = VerifierKey::parse(text) {
        assert_eq!(foreign.to_string(), text.trim(), "a key with two spellings");
    }
}
