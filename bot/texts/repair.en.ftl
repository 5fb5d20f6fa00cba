### What needs repair: messages and mails that did not arrive, another e-mail, questions

## What was given up (/repair)

dead-title = <b>Given up</b>
# $n, $what, $bot, $at, $attempts, $error
dead-line = <b>{ $n }.</b> { $what } · bot { $bot } · { MOMENT($at) } · { $attempts } { $attempts ->
        [one] attempt
       *[other] attempts
    } · <code>{ $error }</code>
dead-how = “Try again” starts it from the beginning; “Drop” it if it is no longer needed. What nobody deals with is deleted after 30 days.
dead-none = Nothing has been given up. 🎉
dead-message = a message to us
dead-press = a press on a button
dead-event = a chore of the program
dead-update = another update
dead-say = a message from us
dead-card = a registration's card
dead-file = a file
# $n
button-dead-retry = 🔁 Try again { $n }
# $n
button-dead-drop = 🗑 Drop { $n }
dead-retry-notice = It will be tried again.
dead-drop-notice = Dropped.
dead-gone = Somebody has dealt with it, or it cannot be tried again. Type /repair for the list as it is now.
button-dead = 🛠 See what was given up

## A result that has not reached its facility: card and digest

# $line, $wrong
digest-repair-line = { $line } · { $wrong }
repair-mail = mail not delivered
repair-chat = chat not reachable
# $at
card-email-asked = 📨 The facility was asked for another e-mail at { MOMENT($at) }
# $name, $at
card-handled = ☑️ { $name } marked it as handled at { MOMENT($at) }
button-repair-resend = 📤 Send again
button-repair-email = 📨 Ask for another e-mail
button-repair-handled = ☑️ Handled
button-bounced = 📭 Mail came back
# $name, $reference, $email
bounced-ask = <b>{ $name }</b>, did the mail with the result of { $reference } to <code>{ $email }</code> come back?
# $due
bounced-means-refused = If so, the facility is asked in its chat for another e-mail; once it has confirmed one, the refusal is mailed again by itself. The due day stays { WEEKDAY($due) } { DAY($due) }.
# $due
bounced-means-issued = If so, the registration goes back to <b>approved</b>, with { WEEKDAY($due) } { DAY($due) } as its due day. The facility is asked in its chat for another e-mail. The account is no longer kept and has to be <b>entered again</b> once there is an e-mail; please set a new first password, since the mail that came back may hold the old one.
button-bounced-yes = 📭 Yes, it came back
bounced-cancelled = Stopped; the registration stays as it is.
# $reference
bounced-notice = It is noted that the mail of { $reference } came back. The facility is being asked for another e-mail.
# $reference
bounced-too-late = It is too late to say that the mail of { $reference } came back. If it is still needed, a lead presses “Reopen” on the card.
# $reference, $name, $at
repair-bounced = { $name } said at { MOMENT($at) } that the mail with the result of { $reference } came back; the facility has been asked for another e-mail.
# $at, $name
history-result-bounced = { MOMENT($at) }: { $name } said that the mail with the result came back
# $reference
repair-resent-notice = The mail with the result of { $reference } is on its way again.
# $reference
repair-account-gone = The account of { $reference } is no longer kept. Please press “Enter account” on the card and enter it again.
# $reference
repair-asked-notice = The facility of { $reference } was asked for another e-mail. Once it has answered and confirmed, the mail leaves by itself.
# $reference
repair-handled-notice = { $reference } is marked as handled; the morning digest leaves it out.
# $reference, $at
repair-mailed = The mail with the result of { $reference } left at { MOMENT($at) }.
# $reference, $by, $at
repair-resent = The mail with the result of { $reference } is being sent again: { $by } at { MOMENT($at) }. There is nothing left to do.
# $name
repair-by = { $name } pressed
repair-by-facility = the facility changed its e-mail
# $reference
repair-out-of-time = The term of { $reference } has passed; the mail cannot be sent again.
# $at
repair-asked = The facility was asked at { MOMENT($at) } and has not answered yet. It is asked once an hour at most.
# $name, $at
repair-handled = { $name } marked it as handled at { MOMENT($at) }.
repair-nothing = Nothing is left to repair here.
# $at, $name
history-result-resent = { MOMENT($at) }: { $name } sent the result again
# $at, $name
history-account-gone = { MOMENT($at) }: the account was no longer kept and has to be entered again
# $at, $name
history-email-asked = { MOMENT($at) }: { $name } asked the facility for another e-mail
# $at, $name
history-email-corrected = { MOMENT($at) }: the facility changed its e-mail, and the result is sent again
# $at, $name
history-handled = { MOMENT($at) }: { $name } marked it as handled

## A facility gives another e-mail

# $reference, $email
other-email-wanted = The result of registration <code>{ $reference }</code> could not be mailed to <code>{ $email }</code>.
# $due
other-email-due = The result is due by { WEEKDAY($due) } <b>{ DAY($due) }</b>.
other-email-how = When it suits you, press “Give another e-mail” to receive the result.
other-email-ask = Please send <b>another e-mail</b> of the director or the pharmacist in charge, to receive the result.
other-email-proof = It will be confirmed with a code of 6 digits.
# $email
other-email-code =
    A code of 6 digits is on its way to <code>{ $email }</code>.
    Please enter it within 15 minutes; if you do not see it, look in the spam folder.
other-email-no-more = No more codes can be sent. You can enter a code that you received, give another e-mail, or write to { -mail-support }.
# $email
other-email-failed = The code could not be sent to <code>{ $email }</code>, so the result would not arrive either. Please send another e-mail.
# $reference, $email
other-email-taken = ✅ The new e-mail is noted. The result of registration <code>{ $reference }</code> will be sent to <code>{ $email }</code>.
other-email-later = As you like. Send /status and press “Give another e-mail” at any time before the term ends.
# $reference
email-no-longer = Registration { $reference } no longer needs another e-mail. Send /status to see where it stands.
aside-waits = You are in the middle of something as an officer. This is asked as soon as that is done, or when you send /cancel.
# $reference
button-other-email = 📨 Give another e-mail ({ $reference })
button-later = Later

## Questions to a facility

button-ask = ❓ Ask the facility
# $name, $reference
inquiry-ask = <b>{ $name }</b>, what would you like to ask the facility about { $reference }?
inquiry-how = <b>Reply to this message</b> within 15 minutes, 10 to 500 characters. The facility reads exactly what you write.
inquiry-cancelled = Stopped; nothing was asked.
inquiry-length = A question takes 10 to 500 characters. Please reply to this message again.
# $reference
inquiry-sent = Your question is on its way to the facility ({ $reference }). Its answer will appear under the card.
# $name, $at
inquiry-open = { $name } asked the facility at { MOMENT($at) } and has had no answer yet. Another question can follow after a day.
inquiry-lost-race = Somebody has just asked this facility something. Please look at the card.
# $name, $at
card-asked = ❓ { $name } asked the facility at { MOMENT($at) }, no answer yet
# $at
card-answered = 💬 The facility answered at { MOMENT($at) } (see Details)
# $name, $at
card-inquiry-failed = ❓ The question of { $name } at { MOMENT($at) } did not reach the facility
# $reference, $name
inquiry-answer = 💬 The facility answers what { $name } asked about <b>{ $reference }</b>:
# $state
inquiry-state = (This registration now: { $state }.)
# $reference, $name
inquiry-failed = ⚠️ The question of { $name } about <b>{ $reference }</b> did not reach the facility. You can write to it by mail, or ask again later.
# $at, $name
history-inquiry-asked = { MOMENT($at) }: { $name } asked the facility
# $at, $name
history-inquiry-answered = { MOMENT($at) }: the facility answered
# $at, $name
history-inquiry-failed = { MOMENT($at) }: the question did not reach the facility
# $reference, $facility
inquiry-lead = 📩 { -mail-issuer } asks about registration <code>{ $reference }</code> ({ $facility }):
inquiry-next = Please send your answer as the next message. Please send no passwords and no pictures of papers.
inquiry-press = To answer, press “Answer” or reply to this message.
# $reference
button-answer = ✍️ Answer ({ $reference })
inquiry-answer-length = An answer needs words, and 1,000 characters at most. Please send it again.
# $reference
inquiry-thanks = Thank you. Your answer about registration <code>{ $reference }</code> was handed to the staff.
inquiry-later = As you like. Send /status and press “Answer” when you are ready.
inquiry-unknown = There is no such question.
# $reference
inquiry-closed = This question about registration { $reference } no longer waits for an answer.
