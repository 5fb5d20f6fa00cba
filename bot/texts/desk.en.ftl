### The staff desk: search, queue, claims, calendar, figures

## Search

search-how = Type <code>/find</code> with one of these: a reference, a licence number, the facility's name, a person's name or an e-mail. Diacritics are not needed; the last word may be cut short.
# $count
search-title = <b>{ $count ->
        [one] 1 registration found
       *[other] { $count } registrations found
    }</b>
# $reference, $facility, $licence, $state, $day
search-line = <code>{ $reference }</code> { $facility } · { $licence } · { $state } · sent { DAY($day) }
search-more = There is more; please type more words.
# $typed
search-nothing = No registration matches “{ $typed }”.
# $typed
search-too-common = Too many registrations match “{ $typed }”; please be more precise: a reference, a licence number or an e-mail.

## Claims

button-claim = 🙋 I take it
button-release = Give it back
# $name, $until
card-held = 🙋 { $name } is working on it until { MOMENT($until) }
# $until
claimed-notice = It is yours until { MOMENT($until) }. Others can still decide if need be.
released-notice = The card is free for somebody else.
# $name, $until
claim-held = { $name } is working on it until { MOMENT($until) }. If it is urgent you can still decide.
# $at, $name
history-claimed = { MOMENT($at) }: { $name } took it on
# $at, $name
history-released = { MOMENT($at) }: { $name } gave it back

## Related registrations on the card

# $count, $list
card-related-licence = 📎 Same licence ({ $count }): { $list }
# $count, $list
card-related-email = 📎 Same e-mail ({ $count }): { $list }
# $count, $list
card-related-account = 📎 Same sender ({ $count }): { $list }
# $count, $list
card-related-name = 📎 Same facility name, another licence ({ $count }): { $list }
# $reference, $facility
card-typed-otherwise = ✏️ Same licence, { $reference } has another name: “{ $facility }”
# $reference, $state
related-one = { $reference } { $state }
# $first, $second
related-and = { $first }, { $second }
# $list
related-more = { $list } …

## The queue, one card at a time

# $n, $total, $view
pager-title = <b>{ $n }/{ $total }</b> · { $view }
pager-all = waiting for a decision
pager-soon = due soon
pager-mine = mine
pager-free = taken by nobody
pager-mismatch = not as in the list
pager-none = Nothing is left here. 🎉
button-pager-back = ◀ Back
button-pager-next = Next ▶
button-pager-all = All
button-pager-soon = Due soon
button-pager-mine = Mine
button-pager-free = Unclaimed
button-pager-mismatch = Not as listed
# $count
queue-card-title = 🗂 <b>{ $count } registrations have no card yet</b>, due next:
queue-card-how = Many registrations came at once. Their cards are opened one by one, the nearest due day first; /queue shows them one at a time, too.
button-queue-card = ▶️ Open the next card
# $reference
queue-card-opened = Opening the card of { $reference } in the staff group.
queue-card-none = Every registration that waits has a card in the group.

## The working calendar

calendar-title = <b>Closed and worked days to come</b>
# $day, $note
calendar-closed = 🔴 closed { WEEKDAY($day) } { DAY($day) } { $note }
# $day, $note
calendar-worked = 🟢 worked { WEEKDAY($day) } { DAY($day) } { $note }
# $day
calendar-known = Published until { DAY($day) }; due dates after that are provisional.
calendar-how =
    Leads change the calendar, for example:
    <code>/calendar close 26/04/2027 day in lieu</code>
    <code>/calendar work 24/04/2027 make-up day</code>
    <code>/calendar drop 26/04/2027</code> (as its weekday says)
# $day, $note
calendar-close = closed { WEEKDAY($day) } { DAY($day) } { $note }
# $day, $note
calendar-work = worked { WEEKDAY($day) } { DAY($day) } { $note }
# $day, $note
calendar-drop = nothing special { WEEKDAY($day) } { DAY($day) } { $note }
# $change
calendar-preview = <b>Change the calendar:</b> { $change }
# $count, $total, $days
calendar-later = { $count ->
        [0] None of the open registrations ({ $total }) gets a later date.
       *[other] { $count } of { $total } open registrations have fewer working days left if their date stays; moved, it is at most { $days } days later.
    }
# $count
calendar-sooner = { $count } could be answered earlier; what was promised stays.
button-calendar-keep = ✅ Save, keep promised dates
button-calendar-extend = ✅ Save, move dates, tell facilities
calendar-cancelled = Stopped, the calendar stays.
# $change, $name, $count
calendar-changed = 📅 { $name } changed the calendar: { $change }. { $count ->
        [0] Promised dates stay.
       *[other] The dates of { $count } registrations were moved and their facilities told.
    }
calendar-past = Only days from tomorrow on can be changed.
# $day
calendar-no-change = { WEEKDAY($day) } { DAY($day) } is like that already; there is nothing to change.
# $reference, $due, $was
due-moved = The office's working days have changed: the result of { $reference } comes by the end of { WEEKDAY($due) } <b>{ DAY($due) }</b>, instead of { DAY($was) }. We apologise.
# $at, $name, $due
history-due-moved = { MOMENT($at) }: { $name } moved the date to { DAY($due) }

## Figures

# $at
figures-title = <b>Figures at { MOMENT($at) }</b>
# $since
figures-week =
    { "" }
    <b>This week, from { DAY($since) }</b>
# $since
figures-month =
    { "" }
    <b>This month, from { DAY($since) }</b>
# $count
figures-received = Received: { $count }
# $count, $approved, $refused
figures-decided = Decided: { $count } ({ $approved } approved, { $refused } refused)
# $count, $on_time, $percent
figures-given = Results sent: { $count }, on time { $on_time } ({ $percent }%)
# $days
figures-days = Half of the results were sent within { $days } working days
# $count
figures-expired = Expired: { $count }
figures-reasons = Reasons of refusals:
figures-places = By where the code was scanned:
# $what, $count
figures-count = • { $what }: { $count }
figures-no-place = without a poster
figures-channels = By channel:
# $channel (the name of the bot that took the registration)
figures-channel = { $channel ->
        [public] Telegram
        [zalo] Zalo
       *[other] { $channel }
    }
figures-no-chart =
    { "" }
    Nothing to draw a chart of yet.
# $count
figures-waiting-title =
    { "" }
    <b>Open: { $count }</b>, by working days waited
# $low, $high
figures-age = { $low } to { $high } days
# $low
figures-age-over = { $low }+ days
figures-reason-R01 = licence number not found
figures-reason-R02 = facility name differs
figures-reason-R03 = e-mail of somebody else
figures-reason-R04 = has an account already
figures-reason-R05 = registered twice
figures-reason-R06 = licence revoked or facility closed
figures-reason-R07 = there is a newer licence
figures-reason-R08 = licence issued elsewhere
figures-reason-R09 = incomplete
figures-reason-R10 = responsible person differs
figures-reason-R11 = not a kind of facility served here
figures-reason-R12 = e-mail takes no mail
figures-reason-other = in an officer's own words

## The chart; words in it must be short

# $since
chart-title = Figures since { DAY($since) }
chart-days = By working day
chart-received = Received
chart-decided = Decided
# $count
chart-waiting = Open: { $count }, by working days waited
# $count
chart-reasons = Refused: { $count }, by reason
# $n
chart-number = { $n }
chart-reasons-rest = other reasons
chart-nothing = Nothing yet
# $since, $received, $decided
chart-alt = Chart since { DAY($since) }: { $received } received, { $decided } decided.
# $count, $old, $days
chart-alt-waiting = Open: { $count }, of which { $old } have waited { $days } working days or more.
# $what, $count
chart-alt-reason = Most frequent reason of refusals: { $what } ({ $count }).
