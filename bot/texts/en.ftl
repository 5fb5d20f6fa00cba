### The conversation with a facility and with staff. <b>, <i>, <code>, <blockquote> may be used.
### Names of the office, the system and the support address stand at the top of mail.en.ftl.

blank = { "" }

## Beginning, and consent

greeting = Welcome! This is the automatic desk of the { -mail-issuer } for <b>data connection accounts (KNLT accounts)</b> of the { -mail-system }.
# $days (working days)
rules =
    { "" }
    Before you register, please note:
    1. Register only after you have received the certificate of eligibility for pharmacy business (GCN) from the { -mail-issuer }.
    2. You may register only once.
    3. Use only the e-mail of the director or the pharmacist in charge (DS PTCM).
    The result is sent to this e-mail within { $days } working days.
consent =
    { "" }
    To handle your registration, the { -mail-issuer } needs some personal data: full name, role, e-mail and what the GCN says. Do you agree?
consent-full =
    <b>HOW YOUR PERSONAL DATA ARE USED</b>
    <b>Who decides on their use:</b> { -mail-issuer }.
    <b>Data:</b> full name, role and e-mail of the person who registers; GCN number and name of the facility; your user number on this chat channel and the times of what you do here.
    <b>Only purpose:</b> to handle the registration for a KNLT account of the { -mail-system } and to tell you the result.
    <b>Who sees them:</b> assigned officers of the { -mail-department }; the technical operator under contract.
    <b>How long:</b> an unfinished registration is deleted after 24 hours; records are kept as the archive rules of the { -mail-issuer } say.
    <b>Your rights:</b> to know, see, correct, withdraw consent, ask for deletion, restrict, object and complain. Write to { -mail-support }; the { -mail-issuer } answers within 2 working days.
    If you do not agree, you cannot register here. If you withdraw your consent before there is a result, the registration is stopped.
    { "" }
    Do you agree that the { -mail-issuer } uses the data above for this purpose?
consent-no = You chose not to agree, so you cannot register here for now. Nothing was sent to anyone. If you need help, please write to { -mail-support }.
link-bad = The link in this QR code is no longer valid. You can still register right here.

## The steps

# $n, $of (which step out of how many)
ask-licence =
    <b>Step { $n }/{ $of }.</b> Please enter the <b>GCN number</b> as it is printed on the certificate.
    Example: <code>03-1234/ĐKKDD-HNO</code>
# $licence
licence-check = Is the facility's GCN number <b>{ $licence }</b>?
licence-bad = I could not read this as a GCN number. Please look at the line “Số:” on the certificate and try again.
# $paper (kind of paper)
licence-wrong-document = This looks like { $paper }, not the number of the certificate of eligibility for pharmacy business (GCN).
licence-out-of-scope = This GCN was not issued by the { -mail-issuer }. Only facilities with a GCN from the { -mail-issuer } can register here; please contact the authority that issued yours.
# $licence, $due
licence-used = GCN <b>{ $licence }</b> already has a registration waiting for its result, due by the end of { WEEKDAY($due) } { DAY($due) }. There is no need to register again.
# $licence
licence-done = The facility with GCN <b>{ $licence }</b> already has an account. If you cannot find the mail, please look in your spam folder or write to { -mail-support }.
paper-gpp = the number of a GPP certificate
paper-gdp = the number of a GDP certificate
paper-cchn = the number of a pharmacist's practice certificate (CCHN)
paper-business_reg = a business registration number
paper-phone_tax_or_id = a phone, tax or identity number
# $n, $of
ask-name =
    <b>Step { $n }/{ $of }.</b> Please enter the <b>name of the facility</b>, exactly as on the GCN.
    Example: Nhà thuốc An Tâm
name-bad = The name of the facility needs 3 to 200 characters, with letters among them.
# $n, $of
ask-role = <b>Step { $n }/{ $of }.</b> Whose e-mail is used to register?
role-director = Director (owner)
role-pharmacist = Pharmacist in charge (DS PTCM)
# $n, $of, $role
ask-person = <b>Step { $n }/{ $of }.</b> Please enter the <b>full name</b>. Registered by: { $role }.
person-bad = Please enter the full name in letters, 2 to 100 characters.
person-one-word = Please type the <b>full name</b>, for example: Nguyễn Thị Hoa. If it is one word only, send that word again.
# $n, $of, $role
ask-email =
    <b>Step { $n }/{ $of }.</b> Please enter the <b>e-mail</b>. Registered by: { $role }.
    The account will be sent to this e-mail.
# $email
email-shared = Please note: { $email } looks like a shared mailbox. Only the e-mail of the director or the pharmacist in charge (DS PTCM) may be used; if it is theirs, please go on.
email-bad = This is not a valid e-mail yet: it needs an @, no Vietnamese accents and no spaces. Example: <code>myname@gmail.com</code>
email-damaged = The e-mail has a letter with a Vietnamese accent, perhaps added by the keyboard. Please switch the keyboard to English and enter the e-mail again.
# $due
email-used = This e-mail was already used for another registration. Each e-mail can register only once; it is opened again if no account is given or no result comes in time.
# $email, $meant
email-check = You entered <code>{ $email }</code>. Did you mean <code>{ $meant }</code>?
# $n, $of, $email
ask-code =
    <b>Step { $n }/{ $of }.</b> A 6-digit code is on its way to <code>{ $email }</code>.
    Please enter it within 15 minutes; if you do not see it, look in your spam folder too.
# $left
code-bad = That code is not right. You have { $left ->
        [one] { $left } more try
       *[other] { $left } more tries
    }.
code-digits = Please enter all 6 digits of the code in the mail; if it has not come, press “Send the code again”.
code-expired = This code cannot be used any more (older than 15 minutes, or wrong 5 times). Please press “Send the code again”.
# $seconds
code-wait = Please wait { $seconds } more seconds before the code can be sent again.
code-no-more = The code was sent as often as is allowed. You can enter a code you received, change the e-mail, or go on without a code.
# $email
code-delayed = The code could not be sent to <code>{ $email }</code> yet; we are trying again. Please wait a few minutes.
# $email
code-failed = Sorry, the code cannot be sent to <code>{ $email }</code> now. If the e-mail is right, you can go on without a code; an officer will take a closer look.
# $email
code-refused = The mail server says that <code>{ $email }</code> receives no mail, so the result would not arrive either. Please press “Change e-mail” and enter another address. If you are sure that it is right, you can go on without a code; an officer will take a closer look.
# $value
current-value = Now: <b>{ $value }</b>
pick-one = Please press one of the buttons below, or enter its number.
# $n, $of
summary = <b>Step { $n }/{ $of }.</b> Please check before you send:
# $licence
summary-licence = • GCN number: <b>{ $licence }</b>
# $facility
summary-name = • Facility: <b>{ $facility }</b>
# $role
summary-role = • Registered by: <b>{ $role }</b>
# $person
summary-person = • Full name: <b>{ $person }</b>
# $email
summary-email = • E-mail: <code>{ $email }</code> ✓
# $email
summary-email-unproved = • E-mail: <code>{ $email }</code> (not confirmed by code)
# $reason
summary-problem = { "   " }⚠️ Last time: <i>{ $reason }</i>
summary-end =
    { "" }
    Nothing can be changed once it is sent.
# $reference, $at, $due, $email, $days
receipt =
    ✅ <b>Registration received.</b>
    Reference: <code>{ $reference }</code>
    Received: { MOMENT($at) }
    Result due: by the end of <b>{ WEEKDAY($due) } { DAY($due) }</b> ({ $days } working days, not counting today).
    The result will be sent to <code>{ $email }</code>. Please keep the reference.
receipt-provisional = This day is provisional: next year's public holidays have not been announced yet.
ticket-used = This registration ticket has been used.

## Around the steps

# $n, $of
resume = You have an unfinished registration at step { $n }/{ $of }.
# $hours
reminder = You have a registration that was not sent yet. It is deleted { $hours } hours after your last answer.
cancelled = Cancelled. Nothing was sent to anyone, and you can still register.
nothing-to-cancel = There is no unfinished registration.
button-old = This button belongs to an old message.
not-here = Sorry, I did not understand. You have an unfinished registration; please answer the question below.
not-understood = Sorry, I did not understand. What would you like to do?
only-text = Please answer in words; pictures, voice messages and files cannot be read here. Please do not send photos of personal papers.
# $seconds
too-fast = That was a little too fast. Please wait about { $seconds } seconds.
error = Something went wrong here, and your last message could not be handled. Please try again in a few minutes.
wrong-place = Please write to me in a private chat to register; I do not take registrations in groups.
help =
    <b>Help</b>
    Here you register for a KNLT account: answer the questions one by one, by button or by typing.
    /register – register
    /status – see how far your registration is
    /back – the question before
    /cancel – drop an unfinished registration
    /privacy – your rights over your personal data
    /tiengviet – Tiếng Việt
    If something does not work, please write to { -mail-support } ({ -mail-department }).
privacy =
    <b>Your rights over your personal data</b>
    You have the right to know, see, correct, withdraw consent, ask for deletion, restrict, object and complain.
    Please write to { -mail-support } and quote the reference; the { -mail-issuer } answers within 2 working days.
# $reference
withdrawn = Registration <code>{ $reference }</code> is withdrawn. The e-mail and the GCN number are open for a new registration.
# $reference
withdraw-check = If you withdraw <code>{ $reference }</code>, it is not handled any further; the e-mail and the GCN number are open for a new registration. Are you sure?
withdraw-too-late = This registration is no longer waiting for a decision, so it cannot be withdrawn.

## Where do I stand

status-none = No registration found. Please check the reference, or press “Register”.
# $reference, $facility, $due, $email, $reason, $at
state-pending = ⏳ <code>{ $reference }</code> ({ $facility }): waiting for a decision, result due by the end of { WEEKDAY($due) } { DAY($due) }.
# $reference, $facility, $due, $email, $reason, $at
state-approved = ⏳ <code>{ $reference }</code> ({ $facility }): approved, the account is being prepared, result due by the end of { WEEKDAY($due) } { DAY($due) }.
# $reference, $facility, $due, $email, $reason, $at
state-issued = ✅ <code>{ $reference }</code> ({ $facility }): account issued, sent to <code>{ $email }</code> at { MOMENT($at) }. If you do not see it, look in your spam folder too.
# $reference, $facility, $due, $email, $reason, $at
state-refused =
    ✖️ <code>{ $reference }</code> ({ $facility }): no account could be issued. Reason:
    <blockquote>{ $reason }</blockquote>
    The e-mail and the GCN number are open again; you can register again.
# $reference, $facility, $due, $email, $reason, $at
state-expired = ⌛ <code>{ $reference }</code> ({ $facility }): no result came in time. The e-mail and the GCN number are open again; you can register again.
# $reference, $facility, $due, $email, $reason, $at
state-withdrawn = ↩️ <code>{ $reference }</code> ({ $facility }): you withdrew this registration.

# $reference, $status, $due (for anybody but the applicant)
state-quoted = <code>{ $reference }</code>: { $status ->
        [pending] waiting for a decision, result due by the end of { WEEKDAY($due) } { DAY($due) }
        [approved] approved, the account is being prepared, result due by the end of { WEEKDAY($due) } { DAY($due) }
        [issued] account issued
        [refused] no account could be issued
        [expired] no result came in time
       *[withdrawn] withdrawn by the facility
    }. Only the person who registered can see more.

## Results told in the chat

# $reference, $email, $at
approval-chat = ✅ The account for registration <code>{ $reference }</code> has been issued. Its details were sent to <code>{ $email }</code> at { TIME($at) }; please look in your spam folder too. Please do not pass the password on in messages.
# $reference, $email, $reason
refusal-chat =
    No account could be issued for registration <code>{ $reference }</code>. Reason:
    <blockquote>{ $reason }</blockquote>
    A mail was sent to <code>{ $email }</code>. You can register again at once; what you entered is filled in for you.
# $reference, $email
expiry-notice = No result came in time for registration <code>{ $reference }</code>. The { -mail-issuer } sincerely apologises. The e-mail <code>{ $email }</code> and the GCN number are open again; you can register again at once, and what you entered is filled in for you.
# $email, $reference
email-bounced = The mail with the result could not be delivered to <code>{ $email }</code>. Please write to { -mail-support } and quote the reference { $reference }.
# $email, $reference
email-delayed = The mail with the result of registration { $reference } could not be sent to <code>{ $email }</code> yet. Staff know and will see to it; there is nothing you need to do.

## Buttons

button-agree = ✅ I agree
button-disagree = I do not agree
button-consent-details = Details
button-language-en = English
button-language-vi = Tiếng Việt
button-right = ✅ Yes
button-retype = Enter again
# $email
button-use-email = { $email }
# $email
button-keep-email = Keep { $email }
button-resend = Send the code again
button-edit-email = Change e-mail
button-skip-code = Go on without a code
button-submit = ✅ Send registration
button-edit-licence = Change GCN number
button-edit-name = Change facility name
button-edit-role = Change role
button-edit-person = Change full name
button-back = Back
button-cancel = Cancel
button-register = Register
button-another = Register another facility
button-again = Register again
button-status = Status
button-resume = Go on
button-restart = Start over
# $reference
button-withdraw = Withdraw { $reference }
button-withdraw-yes = Withdraw

## The card in the staff group

status-pending = waiting
status-approved = approved
status-issued = account issued
status-refused = refused
status-expired = expired
status-withdrawn = withdrawn by the facility
# $reference, $state
card-title = <b>{ $reference }</b> · { $state }
# $licence
card-licence = GCN: <code>{ $licence }</code>
# $facility
card-facility = Facility: <b>{ $facility }</b>
# $role, $person
card-person = { $role }: { $person }
# $email
card-email = E-mail: <code>{ $email }</code> (confirmed)
# $email
card-email-unproved = E-mail: <code>{ $email }</code> ⚠️ <b>not confirmed</b>
# $mark, $due, $left, $late
card-due = { $mark } Due: end of { WEEKDAY($due) } { DAY($due) } ({ $late ->
        [yes] overdue
       *[no] { $left ->
            [0] today
            [one] { $left } working day left
           *[other] { $left } working days left
        }
    })
card-provisional = (provisional: next year's holidays are not announced yet)
# $name, $at
card-decided-approved = ✅ Approved by { $name } at { MOMENT($at) }
# $name, $at
card-decided-refused = ✖️ Refused by { $name } at { MOMENT($at) }
# $reason
card-reason = <blockquote>{ $reason }</blockquote>
card-moved = ⬇️ This card has moved further down.
card-account-missing = 🔑 Account not entered yet
card-mail-queued = ✉️ The mail with the result is waiting to be sent
# $at
card-mail-sent = 📬 The mail with the result was sent at { MOMENT($at) }
# $email
card-mail-failed = ⛔ <b>The mail to</b> <code>{ $email }</code> <b>could not be sent; please see to it</b>
# $at
card-unreachable = 🔕 The facility could not be reached in the chat since { MOMENT($at) }; the result is mailed all the same
card-changed = This card has just changed; please look again and press once more.
case-unknown = This registration was not found.
button-approve = ✅ Approve
button-refuse = ✖️ Refuse
button-details = Details
button-account = 🔑 Enter account
button-undo = ↩️ Undo
# $reference
button-open = { $reference }
# $n
button-number = { $n }
# $reference
details-title = <b>History of { $reference }</b>
# $licence
details-raw = GCN number as typed by the facility: <code>{ $licence }</code>
# $at, $name
history-submitted = { MOMENT($at) }: sent by the facility
# $at, $name
history-approved = { MOMENT($at) }: approved by { $name }
# $at, $name
history-refused = { MOMENT($at) }: refused by { $name }
# $at, $name
history-undone = { MOMENT($at) }: undone by { $name }
# $at, $name
history-account-entered = { MOMENT($at) }: account entered by { $name }
# $at, $name
history-result-mailed = { MOMENT($at) }: the mail server took the mail with the result
# $at, $name
history-result-failed = { MOMENT($at) }: the mail with the result could not be sent
# $at, $name
history-expired = { MOMENT($at) }: expired, e-mail and GCN number open again
# $at, $name
history-withdrawn = { MOMENT($at) }: withdrawn by the facility
# $at, $name
history-unreachable = { MOMENT($at) }: the facility could not be reached in the chat

## Decisions

# $reference
approved-notice = { $reference } is approved. Next: enter the account.
# $reference
refused-notice = { $reference } is refused. The mail leaves in a few minutes; until then you can undo.
# $reference
undone-notice = { $reference } is undone.
undo-too-late = It is too late to undo.
# $name
undo-not-yours = Only { $name } or a team lead can undo this.
# $reference
undo-replaced = This cannot be done: the GCN number or e-mail now belongs to registration { $reference }.
# $reference
stands-pending = { $reference } is waiting for a decision.
# $reference
stands-issued = { $reference } already has its account.
# $reference
stands-expired = { $reference } has expired.
# $reference
stands-withdrawn = { $reference } was withdrawn by the facility.
# $reference, $name, $at
stands-approved-by = { $name } approved { $reference } at { MOMENT($at) }. There is nothing left for you to do.
# $reference, $name, $at
stands-account-entered = { $name } entered the account of { $reference } at { MOMENT($at) }; its mail is waiting to be sent.
# $reference, $name, $at
stands-issued-by = { $name } approved { $reference } at { MOMENT($at) }; the account has been sent.
# $reference, $name, $at
stands-refused-by = { $name } refused { $reference } at { MOMENT($at) }. There is nothing left for you to do.
# $reference, $name, $at
stands-expired-by = { $reference } has expired.
# $reference, $name, $at
stands-withdrawn-by = { $reference } was withdrawn by the facility.
# $words
quote = { $words }
# $reference, $email
refusal-preview = Mail about { $reference } to be sent to <code>{ $email }</code>:
# $reasons
refusal-reasons = <blockquote>{ $reasons }</blockquote>
button-confirm-refusal = ✖️ Refuse and send
button-other-reason = Change the reasons
# $reference
refusal-cancelled = Stopped; { $reference } is still waiting for a decision.
prompt-not-yours = This prompt has expired or belongs to someone else. Please press “Refuse” on the card.
prompt-expired = This prompt has expired. Please press the button on the card in the group again.

## Entering an account, in the private chat

account-go-private = Please enter the account in the private chat with me.
# $name
account-not-here = <b>{ $name }</b>, accounts are entered in the private chat with me only. If your message held a password and can still be seen here, delete it at once and change that password.
# $reference, $facility, $licence
account-ask =
    <b>Enter the account for { $reference }</b>
    { $facility } · <code>{ $licence }</code>
    Answer one by one, or send one message of three lines: facility code, user name, password.
account-ask-site = <b>Facility code (mã cơ sở)?</b>
account-ask-login = <b>User name?</b>
account-ask-password = <b>First password?</b> The message with the password is deleted at once.
account-bad-site = A facility code has 1 to 50 characters, no spaces and nothing invisible.
account-bad-login = A user name has 1 to 50 characters, no spaces and nothing invisible.
account-bad-password = A password has 4 to 64 characters, no spaces and nothing invisible.
# $site, $login, $length
account-echo =
    Please check:
    Facility code: <code>{ $site }</code>
    User name: <code>{ $login }</code>
    Password: ●●●●●● ({ $length } characters)
button-confirm-account = ✅ Right, send it
button-enter-again = Enter again
# $reference, $minutes
account-queued = The account of { $reference } is taken. The mail leaves in { $minutes ->
        [0] a few seconds
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }; until then it can be undone on the card.
account-cancelled = Stopped; nothing was saved.

## Commands of staff

staff-not-allowed = You may not do this yet. Please ask a team lead to add you with /canbo.
# $name
staff-ask-add = <b>{ $name }</b> pressed a button but is not on the staff list. A team lead can add them with one tap.
# $name
button-add-member = Add { $name } as an officer
staff-own-registration = You cannot decide on a registration sent from your own account.
# $user
staff-only = This part is for staff. If you are an officer, please send this number to a team lead: <code>{ $user }</code>
# $name
staff-open-private = { $name }, please open a private chat with me, press Start, then press “Enter account” on the card again.
staff-anonymous = You are anonymous here. Please switch off “remain anonymous” in the group's admin settings and send the command again.
staff-help =
    <b>Commands of staff</b>
    /choduyet – waiting cards one at a time, nearest due date first; /choduyet 1 – as a list
    /tim – find by reference, licence, name or e-mail
    /thongke – figures of the week and the month, with a chart
    /lich – closed and worked days; leads change them
    /lydo – reasons for a refusal; leads change them
    /lammoi – hang or redraw every open card
    /xuat – a batch that waits for accounts, as a spreadsheet (in a private chat); send it back there
    /suachua – what was given up; team leads try again or drop
    /baocao – the month's report, as a spreadsheet (in a private chat); /report 10/2026, /report last month
    /canbo – staff list; team leads add and remove people
    /ketnoi CODE – send the cards to this group
    /trogiup – help
    Approve, refuse, enter accounts, ask the facility and send mails again with the buttons on the card.
staff-title = <b>Staff</b>
# $name, $role, $user
staff-line = • { $name }: { $role } (<code>{ $user }</code>)
staff-how = Add: reply to a message of the person with /canbo, or send /canbo NUMBER NAME. Add the words “trưởng nhóm” (team lead) or “người xem” (viewer) for another role. Remove: /canbo xóa NUMBER.
staff-lead = team lead
staff-officer = officer
staff-viewer = viewer
# $name, $role
staff-added = { $name } is on the list: { $role }.
# $name
staff-removed = { $name } was removed from the list and can do nothing from now on.
staff-last-lead = At least one team lead must remain.
staff-unknown = This person is not on the list.
bind-how = To receive the cards here, send /ketnoi with the code printed in the log at the start (“knlt check” prints it too).
bind-in-group = Please send this command in the staff group.
bind-wrong-code = This is not the right code.
bind-done = ✅ From now on the cards are sent here.
queue-empty = No registration is waiting. 🎉
# $count
queue-title = <b>Waiting: { $count }</b>
# $mark, $reference, $facility, $due, $left, $state, $late
queue-line = { $mark } <code>{ $reference }</code> { $facility } · { $state } · { $late ->
        [yes] was due { DAY($due) }
       *[no] due { DAY($due) }, { $left ->
            [0] today
            [one] { $left } day left
           *[other] { $left } days left
        }
    }
# $count, $page
queue-more = … and { $count } more registrations, send <code>/choduyet { $page }</code> to go on

## The morning digest

# $day, $count
digest-title = ☀️ <b>{ WEEKDAY($day) } { DAY($day) }</b>: { $count ->
        [one] { $count } registration waiting
       *[other] { $count } registrations waiting
    }
# $decided, $day, $late
digest-forecast = 📉 At the pace of the last 5 working days ({ $decided } decisions), the queue will be late from <b>{ WEEKDAY($day) } { DAY($day) }</b>: at the end of that day { $late } due by then will still be undecided.
# $count
digest-due-today =
    { "" }
    <b>Due today: { $count }</b>
# $count
digest-due-soon =
    { "" }
    <b>At most 2 working days left: { $count }</b>
# $count
digest-waiting =
    { "" }
    <b>Waiting: { $count }</b>
# $count
digest-more = … and { $count } more, see /choduyet
# $count
digest-expired =
    { "" }
    <b>Expired since the last digest: { $count }</b>
# $count
digest-repair =
    { "" }
    ⛔ <b>Needs repair: { $count }</b>
# $count
digest-parked =
    { "" }
    ⛔ <b>Messages that could not be handled: { $count }</b> (team leads see /repair)
digest-clear = Nothing is left over. Have a good week! 🌿
