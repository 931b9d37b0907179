//! Notices of misuse, as their entries tell of them: one that nobody closed must have its row, as it was written. Whoever
//! takes the row away would have dismissed the notice without a word.

use domain::id::NoticeId;
use domain::journal::store::StoreError;

use super::statement::Statement;
use super::walk::Walk;

impl Walk<'_> {
    /// A notice came, or was closed.
    pub(super) fn notice(&mut self, statement: &Statement) {
        let name = statement.text("notice");
        if statement.kind == "notice-received" {
            self.notices.insert(name.to_owned());
        } else {
            self.notices.remove(name);
        }
    }

    /// In the end each notice that stands must have its row.
    pub(super) fn compare_notices(&mut self) -> Result<(), StoreError> {
        let standing: Vec<String> = self.notices.iter().cloned().collect();
        for name in standing {
            let has_row = match name.parse::<NoticeId>() {
                Ok(id) => self.rows.notice_stands(id)?,
                Err(_) => false,
            };
            if !has_row {
                let words = format!("{name} came and nobody closed it, and its row is not there as it was written");
                self.differ(self.next, "notice-row", words);
            }
        }
        Ok(())
    }
}
