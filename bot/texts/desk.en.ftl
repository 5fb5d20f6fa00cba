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
pager-none = Nothing is left here. 🎉
button-pager-back = ◀ Back
button-pager-next = Next ▶
button-pager-all = All
button-pager-soon = Due soon
button-pager-mine = Mine
button-pager-free = Unclaimed
