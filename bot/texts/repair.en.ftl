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
