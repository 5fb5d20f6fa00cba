### Spreadsheets: batches out, filled files in

## Batches out

batch-in-private = Use this command in a private chat with me: the file that comes back has passwords.
batch-none = No approved registration waits for an account (those in another batch do not count).
# $number, $count
batch-caption = Batch { $number }: { $count ->
        [one] 1 registration that waits
       *[other] { $count } registrations that wait
    } for an account
# $number, $count
batch-exported =
    <b>Batch { $number }</b>: { $count ->
        [one] 1 registration is
       *[other] { $count } registrations are
    } reserved for you and will not be in the next export.
    Fill in the yellow columns and send the file back here, in parts if you like.
    If you do not need it any more press “Release batch”, or type <code>/export release { $number }</code>.
button-release-batch = Release batch
# $number
batch-released = Batch { $number } was released; what is still open will be in the next export.
# $number
batch-unknown = There is no batch { $number }, or it was released.
batch-release-how = Type <code>/export release</code> and the batch number, such as <code>/export release 7</code>.

## The month's report

report-in-private = The report has the names of people who registered, so I send it in a private chat only.
# $typed
report-how = I do not know which month “{ $typed }” is. For example: <code>/report</code> (this month), <code>/report last month</code>, <code>/report 10</code>, <code>/report 10/2026</code>.
# $month
report-future = { $month } is still to come, so there is no report of it.
# $month
report-none = Nothing was handed in in { $month }.
# $month, $count
report-coming = The report of { $month } is being made: { $count ->
        [one] { $count } registration
       *[other] { $count } registrations
    }. E-mail addresses in it are masked.
# $month, $count
report-caption = Report of { $month }: { $count ->
        [one] { $count } registration
       *[other] { $count } registrations
    }
sheet-report = This is the report that /report sent, to look at and print; nothing has changed.

## Files in

sheet-reading = Reading the file…
# $name
batch-not-here = <b>{ $name }</b>, send batches in a private chat with me only. If that file had passwords, change them.
sheet-gone = The file could not be fetched. Please send it again.
sheet-too-big = The file is too large. I take up to 10 MB; if there are pictures in it, remove them.
# $limit
sheet-too-long = The file has too many rows. I read up to { $limit }.
sheet-old = This file is in the old Excel format (.xls) or needs a password. Save it as .xlsx without one.
sheet-not = This file is not a spreadsheet. Please send an .xlsx file.
sheet-broken = This file cannot be opened: it is damaged, or not an .xlsx spreadsheet.
sheet-macros = This file has macros, so I do not read it. Save it as .xlsx (without macros).
sheet-merged = There are merged cells in the file. Please unmerge them; nothing has changed.
sheet-not-workbook = A batch must come back as .xlsx, not as .csv; nothing has changed.
sheet-columns = I do not recognise the columns of this file. Please use the file that /export sent; nothing has changed.
# $columns
sheet-columns-missing = Columns of the batch are missing or doubled: { $columns }. Please use the file that /export sent; nothing has changed.

## What it would do

# $rows, $empty, $mend, $ready
batch-report = <b>Read: { $rows ->
        [one] 1 row
       *[other] { $rows } rows
    }</b>, { $mend } to be looked at, { $empty } not filled in. { $ready ->
        [0] There is nothing to carry out; nothing has changed.
       *[other] Nothing changes until you confirm.
    }
# $count, $rows
batch-rows-issue = ✅ Issue { $count }: rows { $rows }
# $count, $rows
batch-rows-refuse = ✖️ Refuse { $count }: rows { $rows }
# $row, $reference, $why
batch-row = ⚠️ Row { $row } <code>{ $reference }</code>: { $why }
# $count
batch-more = … and { $count } more
finding-empty = not filled in
finding-formula = has a formula; type the value
finding-odd = has a cell that is not text (a date, a fraction, an error); type it as text
finding-unknown = there is no such registration
finding-twice = the registration is in several rows
finding-expired = the registration has expired
finding-decided = already dealt with
finding-foreign = not of this batch, or the batch was released
finding-changed = the licence, the facility or the person was changed
finding-own = your own registration
finding-no-result = no result chosen, “Cấp” (issue) or “Từ chối” (refuse)
finding-mixed = has both an account and a reason for refusal
finding-incomplete = site, login, password or reason is missing
finding-bad-account = site, login or password is too long, too short or has spaces
finding-same-account = this login is in another row, too
finding-bad-reason = the reason needs 10 to 500 characters
finding-issue = to be issued
finding-refuse = to be refused
# $count
button-confirm-batch = ✅ Carry out { $count ->
        [one] 1 row
       *[other] { $count } rows
    }
batch-running = Being carried out; the result follows.
batch-cancelled = Cancelled; nothing has changed.
upload-gone = This file was dealt with or cancelled, or it is more than 30 minutes old. Send it again if need be.
# $issued, $refused, $skipped
batch-done = <b>Done.</b> { $issued } accounts taken, { $refused } refused, { $skipped } rows passed over. The mails leave one after the other; until then a step can be undone on its card.

## The list of issued certificates

register-nothing = No licence could be read in this file; nothing has changed.
# $count
register-title = <b>Certificates: { $count ->
        [one] 1 facility
       *[other] { $count } facilities
    }</b>. The first rows:
# $licence, $facility
register-row = • <code>{ $licence }</code> { $facility }
# $new, $changed, $gone
register-difference = Against the list in use: { $new } new, { $changed } renamed, { $gone } gone (to be deleted from it).
# $count, $rows
register-unreadable = ⚠️ { $count } without a readable licence or a name, left out: rows { $rows }
# $count
register-twice = ⚠️ { $count } name a licence again; the last row counts.
register-same = Nothing in the list has changed.
button-confirm-register = ✅ Use this list
button-cancel-register = Cancel
register-cancelled = Cancelled; the list in use stays.
# $new, $changed, $gone
register-done = ✅ The list of certificates is up to date: { $new } new, { $changed } renamed, { $gone } deleted.
card-register-match = 📗 Register: licence and name match
# $facility
card-register-differs = 📙 Register: another name, “{ $facility }”
card-register-missing = 📕 Register: this licence is not in it
# $facility
name-offer = By the department's list this licence is of <b>{ $facility }</b>. Is that right? If not, type the right name.
# $facility
button-use-name = ✅ { $facility }
