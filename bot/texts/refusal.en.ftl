### Refusing and reopening: the question for the reason, the list of reasons

## The question for the reason of a refusal

# $reference, $name
reason-ask = <b>{ $name }</b>, why is { $reference } refused?
# $n, $reason
reason-numbered = <b>{ $n }.</b> { $reason }
# $n, $reason
reason-chosen = ✅ <b>{ $n }. { $reason }</b>
# $words
reason-own = ✍️ <b>{ $words }</b>
reason-how = Press the number of one or more reasons, then “Next”. For your own words, <b>reply to this message</b> within 15 minutes with 10 to 500 characters.
reason-length = A reason needs 10 to 500 characters. Please reply to this message again.
reason-missing = A refusal needs a reason. Please choose one or write your own.
reason-none = No reason is chosen yet. Press a number, or reply to the message with your own words.
# $limit
reason-whole-length = The reasons together are longer than { $limit } characters; please leave some out or shorten them.
# $slot
reason-open-slot = Something in the reason is still to be filled in: { $slot }. Please complete it and reply to this message again.
reasons-changed = The list of reasons has just changed; please look again.
# $n
button-chosen = ✅ { $n }
button-own-words-drop = Leave out my own words
button-reasons-next = Next ▶

## Filling the slots of a reason

# $reason
reason-value = <blockquote>{ $reason }</blockquote>
# $name
reason-ask-muc = <b>{ $name }</b>, which item? <b>Reply to this message</b> with 2 to 100 characters. Example: the GCN number.
# $name
reason-ask-ma-khac = <b>{ $name }</b>, which registration? Press its reference below, if it is there, or <b>reply to this message</b> with it.
reason-item-length = This needs 2 to 100 characters, without braces.
reason-other-unknown = There is no other registration with this reference.
button-values-anew = Fill in again

## Reopening

button-reopen = 🔓 Reopen
# $name, $reference
reopen-ask = <b>{ $name }</b>, why is { $reference } reopened?
# $due
reopen-means-pending = It waits for a decision again, still due on { WEEKDAY($due) } { DAY($due) }. The facility has had no result yet and need not be told.
# $due
reopen-means-pending-unmailed = It waits for a decision again, still due on { WEEKDAY($due) } { DAY($due) }. The facility knows that the mail with the result could not be sent, so it is told in its chat.
# $due
reopen-means-pending-anew = It waits for a decision again, now due on { WEEKDAY($due) } { DAY($due) }. The facility is told in its chat; the new result goes out by e-mail.
# $due
reopen-means-approved-anew = The account that was sent is taken back; please enter and send the right one, now due on { WEEKDAY($due) } { DAY($due) }. The facility is told in its chat. The approval stands.
reopen-how = <b>Reply to this message</b> within 15 minutes with the reason, 10 to 500 characters. It is kept in the history and not shown to the facility.
reopen-cancelled = Stopped; nothing was changed.
reopen-mail-leaving = The mail with the result is being sent at this very moment. Please try again in a few minutes.
# $reference, $state
reopened-notice = 🔓 { $reference } was reopened: { $state }.
question-not-yours = This question has expired or belongs to someone else. Please press the button on the card again, or type /reasons.
# $at, $name
history-reopened = { MOMENT($at) }: reopened by { $name }
# $words
history-words = <blockquote>{ $words }</blockquote>
# $reference, $email, $due
reopened-pending = Registration <code>{ $reference }</code> was reopened and is looked at again. The new result will be sent to <code>{ $email }</code> by { WEEKDAY($due) }, <b>{ DAY($due) }</b> at the latest. There is no need to register again.
# $reference, $email, $due
reopened-pending-unmailed = Registration <code>{ $reference }</code> was reopened and is looked at again. There is no need to give another e-mail or to register again. The new result will be sent to <code>{ $email }</code> by { WEEKDAY($due) }, <b>{ DAY($due) }</b> at the latest; if that mail cannot be sent either, you will be told.
# $reference, $email, $due
reopened-approved = The account sent for registration <code>{ $reference }</code> has to be corrected. Please do not use it; the right one will be sent to <code>{ $email }</code> by { WEEKDAY($due) }, <b>{ DAY($due) }</b> at the latest. We apologise.

## /reasons: the list of reasons

reasons-title = <b>Reasons for a refusal</b>
reasons-how = Press a number to word, move or retire a reason.
# $n, $reason
reason-off = <i>{ $n }. { $reason } (retired)</i>
# $wording
reason-english = English: { $wording }
reason-is-off = This reason is retired. What was refused with it keeps its words.
button-reason-add = ➕ Add a reason
button-reason-word = ✏️ Change the wording
button-reason-up = ⬆️ Up
button-reason-down = ⬇️ Down
button-reason-retire = Retire
button-reason-restore = Use again
button-reasons-list = ◀ The list
# $name
reason-add-ask = <b>{ $name }</b>, what is the new reason?
# $name
reason-word-ask = <b>{ $name }</b>, what should this reason say?
reason-word-how =
    <b>Reply to this message</b> within 15 minutes with the new wording, 10 to 200 characters, in Vietnamese; mails in English use it, too. It may leave slots:
    <code>{"{so_gcn}"}</code> GCN number · <code>{"{ma_khac}"}</code> reference of another registration · <code>{"{muc}"}</code> what is wrong or missing
wording-length = A wording needs 10 to 200 characters. Please reply to this message again.
# $given
wording-unknown-slot = “{ $given }” is not known. The only slots are {"{so_gcn}"}, {"{ma_khac}"} and {"{muc}"}.
reason-known = The list has this reason already.
# $most
reasons-full = The list holds { $most } reasons; please retire one first.
reason-last = At least one reason must stay in the list.
# $name
reason-added = 📝 { $name } added a reason.
# $name
reason-reworded = 📝 { $name } changed the wording of a reason.
reason-retired = Retired. What was refused with it keeps its words.
reason-restored = In use again, at the end of the list.
reasons-unchanged = Stopped; the list is as it was.

## /refresh

# $total, $missing, $outdated, $minutes
cards-refreshed = 🔄 Redrawing { $total } open cards (not hanging: { $missing }, out of date: { $outdated }), done in about { $minutes } min.
