# What a person reads in a text message. Every message stands on one line, since a text has no lines of its own.
# Words to send back (YES, NO, STOP, …) stay as the reader of replies knows them.

## Measures

distance-metres = { $metres } m
distance-kilometres = { $kilometres } km
duration-years = { $count ->
    [one] { $count } year
   *[other] { $count } years
}
duration-weeks = { $count ->
    [one] { $count } week
   *[other] { $count } weeks
}
duration-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
duration-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
duration-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
duration-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
frequency-once = once
frequency-count = at most { $count } times
frequency-any = any number of times
frequency-hourly = { $total }, at most { $count } an hour
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
moment = { $day } { $month } { $year }, { $time } { $zone }

## Purposes

purpose-requested-service-provision = for the help you requested
purpose-fraud-prevention-and-detection = to protect your account from fraud
purpose-delivery-of-goods = to deliver goods
purpose-personal-safety = for your safety
purpose-inmate-communication = for a call from a prison
purpose-legal-compliance = because the law demands it
purpose-emergency-response = for an emergency
purpose-direct-marketing = for advertising
purpose-targeted-advertising = for advertising that is chosen for you
purpose-sell-data-to-third-parties = to sell data about you
purpose-sell-insights-from-data = to sell what they learn about you

## The question

company-through = { $company } (through { $relays })
statement-area = { $company } asks where your phone is: { $purpose } ({ $case }), area of { $distance }, { $duration }, { $frequency }{ $by }.
statement-yes-no = { $company } asks if your phone is near a place: { $purpose } ({ $case }), yes or no only, no finer than { $distance }, { $duration }, { $frequency }{ $by }.
origin-handset = , from your browser while the page is open
question-agrees = { $statement } Read and answer: { $link } or reply YES { $code } or NO. STOP ends all. HELP for help. Msg&data rates may apply.
question-confirms = { $statement } Read and answer: { $link } and confirm by reply YES { $code }, or reply NO. STOP ends all. HELP for help. Msg&data rates may apply.
question-page = { $statement } To go on, enter { $page_code } on the page you opened; tell it to nobody, also not to the company. To refuse, reply NO. STOP ends all. HELP for help. Msg&data rates may apply.
question-page-confirms = { $statement } To go on, enter { $page_code } on the page you opened; tell it to nobody, also not to the company. Then confirm by reply YES { $code }, or reply NO. STOP ends all. HELP for help. Msg&data rates may apply.
page-code = { $company } sent you to a page. To go on there, enter { $page_code }; tell it to nobody, also not to the company. You agreed before, so nothing new is asked. STOP ends all. HELP for help.

## What came of an answer

agreed-area = You agreed: { $company } may ask where your phone is (area of { $distance }), { $duration }, { $frequency }. Reply STOP to end this at any time.
agreed-yes-no = You agreed: { $company } may ask if your phone is near a place (yes or no only, no finer than { $distance }), { $duration }, { $frequency }. Reply STOP to end this at any time.
agreed-unnamed = You agreed, and it is written down. Reply STOP at any time to end it. HELP for help.
refused = You said no. { $company } may not ask where your phone is.
refused-unnamed = You said no, and it is written down. Nothing is shared for that question.
withdrawn = Stopped. { $company } may no longer ask where your phone is.
stopped = Stopped. All your permissions have ended: nobody may ask here where your phone is.
paused = Paused. Nobody is told where your phone is, and nobody is told that you paused. What you agreed to stays agreed: reply RESUME to go on, or STOP to end it.
resumed = Resumed. Whoever you agreed to may ask again where your phone is. PAUSE or STOP at any time.
restored = Our records went back to an earlier day. All that you agreed to is paused: nobody is told where your phone is. What you stopped lately may stand in it again. Reply STOP to end all, or RESUME if it may go on. WHO shows who asked. If you lately said NEVER, say it again.
link-needed = Your yes by text is noted, and for this question it is not enough alone. Open the link in the question and agree there too, or reply NO. STOP ends all.

## What could not be understood

help = This service asks you before anyone may learn where your phone is. Open the link in the question, or reply YES with its code, or NO. PAUSE answers nobody until you RESUME. STOP ends all permissions. Msg&data rates may apply.
help-more = More help: { $help }
unclear = Not understood, so nothing has changed. To agree, reply YES and the four digits of the question. To refuse, reply NO. STOP ends all. HELP for help.
not-open = That question is not open any more, so nothing has changed. STOP ends all. HELP for help.
wrong-code = That code fits no open question, so nothing has changed. Reply YES and the four digits of the question, or NO. STOP ends all.
ambiguous-unnamed = You have more than one question, so nothing has changed. Answer each at its own link, or reply YES with its code. STOP ends all.
help-words = WHO tells who can see where you are. NEVER forbids all questions until you ALLOW them.
ambiguous = You have more than one question, so nothing has changed. { $questions } STOP ends all.
code-missing = Nothing has changed yet. { $questions } STOP ends all.
open-question = { $company }: reply YES { $code } or NO { $code }.
open-page-question = { $company }: answer on the page you opened, or reply NO { $code }.

## Who can see me

who-nobody = Nobody can see where your phone is.
who-paused = You paused: nobody is told where your phone is until you RESUME.
who-never = Nobody can see where your phone is, and nobody may ask you.
who-area = { $company } can ask where your phone is (area of { $distance }) until { $moment }.
who-yes-no = { $company } can ask if your phone is near a place until { $moment }.
who-more = { $count ->
    [one] One more company can ask.
   *[other] { $count } more companies can ask.
}
who-asked = Last: { $asks }.
who-never-asked = Nobody has asked yet.
who-ask = { $company }, { $moment }, { $outcome }
who-unnamed = a company
ending-answered = answered
ending-refused = refused
ending-withheld = withheld
ending-failed = no position
ending-open = under way

## Reminders

reminder-area = Reminder: { $company } can still ask where your phone is ({ $purpose }, area of { $distance }) until { $moment }. STOP ends all. WHO shows who asked.
reminder-yes-no = Reminder: { $company } can still ask if your phone is near a place ({ $purpose }) until { $moment }. STOP ends all. WHO shows who asked.

# Nobody may ask any more.
never = Everything is ended, and from now on nobody may ask where your phone is. Only this phone can lift it: reply ALLOW. Courts and emergency services are not bound by it.

# The person lifted it; it takes a while.
lifting = You can be asked again from { $moment } at the earliest. Until then nobody may ask. If this was not you, reply NEVER.

nothing-forbidden = Nobody is forbidden to ask, so nothing has changed. Reply NEVER to forbid it. STOP ends all.

sim-changed = { $operator }: your number has another SIM now. All that you agreed to about where your phone is has ended. If this was not you, call your carrier.
party-ends = { $operator }: { $company } may not ask where your phone is any more from { $day } on. What you agreed to with it ends by then. You need to do nothing.

## An audit

audit-month = { $month } { $year }
audit-question = { $company } was told something about where your phone was in { $month }. An auditor checks whether you had agreed. Did you? Answer the auditor: { $link }
