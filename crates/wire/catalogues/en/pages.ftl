# What a person reads on a page. STOP, YES and the like stay as the reader of replies knows them.

## Around every page

frame-skip = Skip to the page
frame-leave = Leave this page
frame-run-by = Wayleave asks first. This gateway is run by { $operator }.
frame-sandbox = This is a sandbox: an invented city, invented companies, reserved numbers.
frame-languages = Language
always-stop = Text { $stop } to the number that texted you to end every permission you gave. That always works.
moment-unknown = at an unknown time

## The door of the board

door-tab = Wayleave
door-title = Who can see where your phone is?
door-lead = Your board shows who may ask, who did, and what they were told. You can stop it there.
door-number = Your phone number
door-number-hint = With the country’s code, as in +1 202 555 0101. We text a link to it.
door-send = Text me a link
door-with-key = Sign in with a key on this device
door-key-failed = That did not work. Have a link texted to you instead.
door-malformed = That is not a whole phone number. Begin with + and the country’s code.
door-busy = Many people want a link just now. Try again in a minute.
door-not-from-here = That did not come from our page. Nothing was done.
door-sent-title = Look at your phone
door-sent-lead = If the number can get one, a text with a link is on its way. The link works once, for ten minutes. A number gets three links an hour and five a day at most.
door-link-title = Open your board
door-link-lead = This link was texted to your number. It works once.
door-enter = Open my board
door-shut-title = This link does not open any more
door-shut-lead = It was used, or it is older than ten minutes.
door-again = Have a link texted to me
door-out-title = You are signed out
door-out-lead = This browser no longer shows your board.

## The board

board-first-nobody = Nobody can see where you are
board-first-paused = Nobody can see where you are: you paused everything
board-first-one = { $one } can ask where you are
board-first-two = { $one } and { $two } can ask where you are
board-first-many = { $count } companies can ask where you are
board-lead = This is the board of the number that ends in { $number }.
board-words = { $words }
board-fact-through = Through
board-through-nobody = Nobody else. They get the answer directly.
board-fact-why = Why
board-why = { $purpose }. Their reference: { $reference }
board-fact-exact = How exact
board-exact-area = An area. Never finer than { $distance } around.
board-exact-yes-no = Yes or no, within { $distance } of a place or wider. Never where you are.
board-fact-often = How often
board-fact-from = From where
board-from-network = Your mobile network
board-from-browser = Your browser, only while its page is open
board-fact-until = How long
board-until = Until { $until }
board-fact-used = Asked so far
board-used = { $count ->
    [0] Not at all
    [one] Once
   *[other] { $count } times
}
board-fact-last = Last answer
board-last-never = None so far
board-last = { $answer } ({ $at })
board-badge-from = Takes effect on { $at }
board-badge-paused = Paused with everything else
board-badge-company-paused = Paused by you
board-stop-company = Stop { $company }
board-pause-company = Pause { $company }
board-resume-company = Let { $company } ask again
board-open-title = Questions for you
board-open = { $company } waits for your answer until { $until }. No answer counts as no.
board-open-answer = Read and answer
board-open-by-text = To say yes, use the text that we sent to your phone.
board-open-no = Say no
board-all-title = Everything at once
board-stop-all = Stop all
board-pause = Pause everything
board-pause-hint = What you agreed to stays agreed, and nobody gets an answer until you resume.
board-paused-title = Everything is paused
board-paused-lead = Whoever asks gets no answer, as if your phone were off.
board-resume = Resume
board-never = Nobody may ask me
board-never-hint = Ends everything and refuses every new question. Lifting it takes a day.
board-never-stands = Nobody may ask you.
board-never-lifting = Nobody may ask you until { $at }. From then on questions reach you again.
board-allow = Let questions reach me again
board-past-title = What happened
board-past-shut = The past is closed to whoever has only your number for a moment. Add a key below; after { $wait }, and two texts to your phone, it opens.
board-past-from = The past opens on { $from }, after a second text to your phone.
board-past-all = Everything that happened
board-export = Download everything
past-lead = Everyone who asked, and what they were told. Never a position: none is kept.
past-empty = Nobody has asked so far.
past-more = Earlier
past-back = Back to your board
board-keys-title = Your keys
board-keys-now = A key opens your board without a text, and shows the past.
board-keys-wait = A key opens your board without a text, and shows the past. A new one waits { $wait } first; we text you twice meanwhile, so that nobody can add one behind your back.
board-no-passkeys = This gateway has no name of its own, only an address, and passkeys need a name.
board-key-passkey = Passkey
board-key-browser = Key of a browser
board-key-waiting = Without a key
board-key-live = { $kind }, added on { $at }
board-key-pending = { $kind }, begun on { $at }. It takes effect on { $from }.
board-key-remove = Remove
board-key-add-passkey = Add a passkey
board-key-add-browser = Add a key of this browser
board-key-wait = Wait without a key
board-key-failed = No key was added.
board-key-made = The key was added.
board-check-title = Check a receipt
board-check-label = A receipt, as a company showed it to you
board-check-do = Check it
board-check-good = This receipt holds. It is entry { $leaf } of this journal, of { $at }.
board-check-bad = This receipt does not hold.
board-check-noscript = Checking here needs JavaScript. The download says how to check without it.
board-head-good = The journal goes on from what this browser saw last.
board-head-older = The journal has fewer entries than this browser saw before. What was written may have been taken away. Ask the operator, and keep this page.
board-head-forked = The journal is not the one that this browser saw before: its past was changed. Ask the operator, and keep this page.
board-sign-out = Sign out

## Texts of the board

board-text-link = { $operator }: open your board with { $link } The link works once, for 10 minutes. If you did not ask for it, ignore this text.
board-text-key = { $operator }: a key was added to your board. It takes effect on { $from }. If that was not you, open { $address } and remove it.
board-text-waiting = { $operator }: somebody with your number asked to see your board's past without a key. It opens on { $from }. If that was not you, open { $address } and remove it.

## What happened

happened-at = { $at }
happened-somebody = Somebody
happened-asked-where = { $company } asked where your phone is, { $purpose }
happened-asked-near = { $company } asked whether your phone is near a place, { $purpose }
happened-consent-asked = { $company } asked for your permission, { $purpose }
happened-consent-not-asked = { $company } wanted to ask for your permission, { $purpose }
happened-consent-given = You said yes to { $company }, { $purpose }
happened-consent-refused = You said no to { $company }, { $purpose }
happened-consent-lapsed = A question of { $company } ran out, { $purpose }
happened-consent-withdrawn = You stopped { $company }, { $purpose }
happened-consent-void = A permission of { $company } ended with the SIM or the number, { $purpose }
happened-person-paused = You paused everything
happened-person-resumed = You resumed everything
happened-person-never = You said that nobody may ask you
happened-person-allowed = You let questions reach you again
happened-sim-changed = Your number got another SIM
happened-tenure-ended = The number changed hands
happened-line-attested = Your network said what sort of line this is
happened-other = Something about your permissions changed
result-none = Nothing was told
result-under-way = Not answered yet
result-area = They were told an area of { $distance }
result-true = They were told yes
result-false = They were told no
result-partial = They were told: partly
result-withheld = They were told nothing: you had ended it by then
result-abandoned = They were told nothing: the gateway was interrupted
result-failed = They were told nothing: { $reason }
result-refused = Refused: { $reason }
reason-other = a rule of this gateway
reason-replayed = the request had been sent before
reason-not-the-recipient = they asked in another company’s name
reason-party-unknown = the company is not enrolled
reason-party-suspended = the company is suspended
reason-purpose-not-approved = the company is not approved for this purpose
reason-purpose-forbidden = this purpose is never allowed
reason-purpose-unavailable = this purpose needs something that nobody could verify
reason-number-not-reserved = this is a sandbox
reason-no-permission = you never agreed to that
reason-not-answered = you had not answered yet
reason-said-no = you said no
reason-lapsed = the question ran out
reason-withdrawn = you had stopped it
reason-expired = your permission had ended
reason-yes-no-only = you agreed to yes or no, and they asked for a place
reason-evidence-too-weak = your yes was not proved well enough
reason-count-spent = they had used every ask that you allowed
reason-too-often = they asked too often
reason-surface-too-fine = they wanted it finer than you allowed
reason-circle-too-small = they wanted it finer than you allowed
reason-probing = they tried to narrow down where you are
reason-paused = you had paused it
reason-too-many-questions = you had been asked enough
reason-terms-too-wide = they wanted more than this gateway allows
reason-never = you said that nobody may ask
reason-cooling-off = you said no to them a short time before
reason-questions-spent = you had been asked enough that day
reason-sim-changed = your SIM was new
reason-void = your permission ended with the SIM or the number
reason-outside-schedule = it was outside the times that you allowed
reason-not-yet = your permission was not in force yet
reason-ceiling-reached = you had been asked about too often that day
reason-tenure-ended = the number had changed hands
reason-withdrawn-unseen = you had stopped it
reason-no-source = nobody could say where your phone was
reason-source-busy = your network was busy
reason-unknown-to-source = your network did not know the number
reason-denied-by-source = your network refused
reason-vetoed = you told your network no
reason-unlocatable = your phone was off or out of reach
reason-too-old = only an old position was known
reason-surface-not-met = only a wider area was known
reason-source-timeout = your network did not answer in time
reason-source-unavailable = your network did not answer
reason-source-untrustworthy = your network’s answer made no sense
reason-beyond-grid = your phone was where no area can be drawn

## The download

export-about = Everything that this gateway keeps about your number: who asked, what they were told, what you agreed to, and your keys. It holds no position, since none is kept.
export-check = Each entry stands under the signed head of the journal: the tag and the keyed digests of its two parts make a leaf, and the proof leads from the leaf to the head. Each consent is a receipt that "wayleave consent verify" and the programs of docs/auditing check without asking anybody.

## The question

question-tab = A question for you · Wayleave
question-asks-where = { $company } asks where your phone is
question-asks-near = { $company } asks whether your phone is near a place
question-asks-lead = Nobody has looked. It is your choice, and no is as good an answer as yes.
question-step-title = One step left
question-step-lead = Reply { $reply } to the text message, so that everybody can see that the number itself agreed. Until then { $company } learns nothing.
question-link-step-lead = Your reply has come. This lasts long enough to want your signature, too: press the button below.
question-given-title = You said yes
question-given-where = { $company } may ask where your phone is until { $until }. You can stop it now or later.
question-given-near = { $company } may ask whether your phone is near a place until { $until }. You can stop it now or later.
question-later-where = { $company } may ask where your phone is from { $from } until { $until }. You can stop it now or later.
question-refused-title = You said no
question-refused-lead = { $company } learns nothing about your phone. You need not do anything more.
question-lapsed-title = This question has run out
question-lapsed-lead = It was not answered in time, which counts as no. { $company } learns nothing about your phone.
question-withdrawn-title = You stopped it
question-withdrawn-lead = { $company } can no longer ask about your phone. This took effect before you saw this page.
question-expired-title = This permission has ended
question-expired-lead = { $company } can no longer ask about your phone. To ask again it needs a new yes from you.
question-void-title = This permission is void
question-void-lead = The number got another SIM, or changed hands. { $company } can no longer ask about your phone.
question-stop = Stop
question-live-title = Keep this page open
question-live-lead = Your position leaves this browser only when { $company } asks, and only while this page is open.
question-live-start = Starting.
question-live-noscript = This permission uses your browser’s position, which needs JavaScript. It is switched off here, so nothing is sent.
live-none = This browser cannot tell a position, so nothing is sent.
live-prompt = Your browser now asks whether this page may know your position.
live-waiting = Waiting. Nothing was sent so far.
live-denied = They asked. Your browser is set not to tell your position, so nothing was sent.
live-nothing = They asked. Your browser found no position, so nothing was sent.
live-sent = They asked at { $at }. Your position went to the gateway, which passes on only the agreed area.
live-unsent = They asked at { $at }. Your position could not be sent.
question-used = Asked so far: { $times }
question-used-last = Asked so far: { $times }, last on { $at }
question-used-never = Not asked so far.
question-map-area = They would see a circle this large or larger, never the exact spot.
question-map-near = They name a place and hear only yes or no: is your phone within { $distance } of it. They never see where you are.
question-map-invented = The map is an invented city; nobody’s place is on it.
question-terms-asked = What you would agree to
question-terms-given = What you agreed to
question-terms-over = What was asked
question-fact-starts = Takes effect
question-from-yes = { $duration } from your yes
question-from-yes-until = { $duration }, until { $until }
question-safety-wait = 24 hours after your yes. We text you twice in that time, so that nobody can agree in your place.
question-window = Only from { $from } until { $until }
question-weekly = { $slots } ({ $zone })
question-slot = { $days }, { $from } to { $to }
question-fact-agreed = You agreed
question-fact-answered = You answered
question-fact-stopped = You stopped it
question-fact-ended = Ended
question-yes = Yes, I agree
question-yes-passkey = Yes, with my passkey
question-no = No, I refuse
question-by-text-both = You can also answer by text: { $yes } or { $no }.
question-by-text-no = You can also refuse by text: { $no }.
question-by-text-noscript = To agree, reply { $yes } to the text message. To refuse, press the button or reply { $no }.
question-needs-script = Agreeing to this needs a browser with JavaScript. To refuse, press the button or reply { $no } to the text message.
question-waits = The question waits until { $until }; no answer counts as no.
question-also-reply = After this page we also ask for a reply to the text message, since this repeats or lasts longer than a day.
question-stop-here = If you agree, you can stop it here at any time.
question-word-for-word = The text message, word for word
question-checked = The name and the words are ours, not theirs: this gateway, run by { $operator }, checked who { $company } is and wrote this page.
question-back = Back to { $company }
question-receipt = Download what was asked and answered, to keep and to check
question-board = Your board: who can ask where you are
question-no-sign = This browser cannot sign your answer here. You can still refuse, or answer the text message.
question-signing = Signing your answer.
question-sign-failed = Your browser could not sign the answer. Nothing was agreed.
question-busy = Too many answers came at once. Wait a moment and press again.
question-lost = Your answer did not arrive. Nothing was agreed as far as we know. Try again, or answer the text message.
times-once = once
times-twice = twice
times-many = { $count } times
day-monday = Monday
day-tuesday = Tuesday
day-wednesday = Wednesday
day-thursday = Thursday
day-friday = Friday
day-saturday = Saturday
day-sunday = Sunday
map-circle = A circle of { $distance } around its middle, drawn on a map
spoken-metres = { $count } metres
spoken-kilometres = { $count } kilometres

## Small pages

message-link-title = We do not know this link
message-link-lead = It may be cut short, or it is too old. Open the text message again and tap the whole link.
message-nothing-title = There is nothing here
message-nothing-lead = Check the address.
message-wait-title = Please wait a moment
message-wait-lead = Too many requests came at once. Try again in { $wait }.
message-foreign-title = That did not come from our page
message-foreign-lead = Nothing was changed. Open the link in the text message and answer there.
message-unavailable-title = We cannot answer just now
message-unavailable-lead = Nothing was changed. Try again in a minute, or answer the text message.
message-failed-title = Something went wrong
message-failed-lead = We do not know whether your answer arrived. Open the link again to see.
message-reference = If you call us, name this reference: { $reference }

## The pages of somebody whom a company sent here

errand-tab = A question for you · Wayleave
errand-skip = Skip to the page
errand-from = Sent here by
errand-start-title = First, show that it is your phone
errand-start-lead = We text six digits to your number. Nobody has looked where your phone is, and nothing is agreed yet.
errand-start-lead-known = We text six digits to the number { $number }. Nobody has looked where your phone is, and nothing is agreed yet.
errand-number = Your mobile number
errand-number-hint = With + and the country code, for example +1 202 555 0101.
errand-number-malformed = That is no number that we can read. Write it with + and the country code.
errand-busy = Too many texts are asked for just now. Nothing was sent. Try again in a few minutes.
errand-send = Text me six digits
errand-code-title = Enter the six digits
errand-code-lead = If the number { $number } can be asked, a text is on its way. Enter its six digits only here, and only if you opened this page yourself.
errand-code = The six digits
errand-code-hint = Tell them to nobody, also not to the company. No text? A number gets at most five a day.
errand-enter = Go on
errand-code-wrong = Those are not the digits that we texted. Nothing has changed.
errand-code-too-many = Too many wrong digits. Nothing has changed. Go back to the company and begin again.
errand-through-title = Thank you
errand-through-lead = You agreed before, so there is no new question. You are on your way back to the company.
errand-waiting-title = One step is left
errand-waiting-lead = You agreed here. Now reply to our text with YES and its code: this consent also needs a reply from your number. This page looks again by itself.
errand-go-on = Go on
errand-leave = No, go back to the company
errand-done-title = That is all
errand-done-lead = You may close this page. What you answered is in force, and the link to stop it is in our text.
errand-astray-title = This page cannot go on
errand-astray-lead = It is too old, was used before, or was opened in a way that we do not know. Nothing has changed. Go back to the company and begin again.
errand-always = Text STOP to the number that texted you, and every permission that you gave ends. That always works.
errand-run-by = Wayleave asks first. This gateway is run by { $operator }.
errand-sandbox = This is a sandbox: an invented city, invented companies, reserved numbers such as +1 202 555 0101.

## The try page

try-tab = Try it · Wayleave
try-title = Try it on your own phone
try-lead = Your phone is asked, you agree, and this screen sees an area around it. Then you stop it. Nobody else is asked anything: no network, no account, no number of yours.
try-insecure = This page is not reached over a secure address, so that no browser would tell it a position. Open it over https, or on this machine as http://localhost.
try-noscript = The try page needs JavaScript, since this screen makes a key that only it can use.
try-begin = Show the picture
try-point-title = Point your phone at this
try-picture = A QR code with the link of your question
try-open-here = Or open the question in another tab here
try-only-here = This gateway runs on this machine only, so a phone cannot reach it. The other tab stands for the phone.
try-waiting = Waiting for your answer on the phone.
try-asking = Asking the phone. Keep its page open.
try-given = The phone answered. The position was made coarse and sealed for this screen; whatever stood in between could not read it.
try-refused = You said no. This screen learns nothing.
try-over = It has ended. This screen can ask no more, and forgot what it saw.
try-none = No answer came. Keep the page on the phone open, and let its browser tell the position.
try-busy = Many people are trying it just now. Come back in a while.
try-place-title = What this screen learned
try-area = An area of { $radius } m around { $latitude }, { $longitude }
try-again = Ask again
try-stop = Now press Stop on the phone, and ask again.
try-kept = The number of this visit is made up. The gateway writes down that somebody asked and was answered, and never where.

## The page of an account that holds machine lines

lines-statement-area = { $company } asks to see where these devices are: { $purpose } ({ $case }), area of { $distance }, { $duration }, { $frequency }, for each device.
lines-statement-yes-no = { $company } asks if these devices are near a place: { $purpose } ({ $case }), yes or no only, no finer than { $distance }, { $duration }, { $frequency }, for each device.
account-tab = Machine lines · Wayleave
account-title = Machine lines of { $account }
account-lead = These companies ask to locate devices of yours. Agree once with your passkey over a whole list, and stop one device or all of them at any time. A line that your carrier does not call a machine of yours is never given: a person is asked on their own phone.
account-invited-title = { $account }: make your passkey
account-invited-lead = This invitation makes one passkey, once. From then on only that passkey opens this page, agrees and stops. Keep the address of this page.
account-door-title = { $account }
account-door-lead = Sign in with the passkey of this account.
account-unknown-title = This link leads nowhere
account-unknown-lead = Ask whoever runs this gateway for a new invitation.
account-enrol = Make the passkey
account-sign-in = Sign in with the passkey
account-no-passkeys = This gateway is reached by an IP address. Browsers make and use passkeys only for a name, so nobody can agree here until it has one.
account-noscript = A passkey needs JavaScript.
account-empty = Nobody asks for anything.
account-failed = That did not work. Nothing was agreed to. Load the page again to see how things stand.
account-count = { $count ->
    [one] One device
   *[other] { $count } devices
}
account-until = Can be answered until { $until }. No answer is a no.
account-lines = The devices, one by one
account-agree = Agree for the whole list
account-stop-all = Stop all of these
account-stop-one = Stop { $number }
account-line-waiting = waits for your answer
account-line-given = can be located
account-line-not-given = not given: your carrier does not call it a machine of this account
account-line-ended = ended
