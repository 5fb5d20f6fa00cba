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
