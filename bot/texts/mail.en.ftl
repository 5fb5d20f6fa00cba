### Mails. Names of the office, the system and the support address stand once, with a leading dash.

-mail-issuer = Hanoi Department of Health
-mail-department = Pharmacy Division – Hanoi Department of Health
-mail-system = National Drug Database
-mail-support = lienthongnvd.hn@gmail.com

mail-sender = { -mail-issuer }
mail-signature = { -mail-department }
mail-closing = Yours faithfully,
mail-greeting-anyone = Dear Sir or Madam,
# $facility (name of the facility)
mail-greeting = Dear { $facility },
mail-reference = Reference
mail-licence = Certificate no.
mail-help-anyone = If you need help, please write to { -mail-support }.
mail-help = Questions? Please write to { -mail-support } and quote the reference.

## The code that proves a mailbox

mail-code-subject = Code to confirm your e-mail for a KNLT account
mail-code-lead = The code that confirms your e-mail is:
# $minutes (for which the code is valid)
mail-code-use = Please enter it in the chat where you are registering. It is valid for { $minutes } minutes.
mail-code-ignore = If you did not ask for a code, please ignore this mail. Do not give the code to anyone.

## An account

# $reference (of the registration)
mail-account-subject = [{ $reference }] Your KNLT account
mail-account-lead = The { -mail-issuer } has issued an account that connects your facility to the { -mail-system } (KNLT account).
mail-account-site = Facility code
mail-account-login = User name
mail-account-password = First password
mail-account-change = Please change the password when you sign in for the first time: at least 8 characters, with capital and small letters, digits and special characters.
mail-account-guard = The { -mail-issuer } will never ask for your password. Please do not forward this mail, and give the account to nobody else.

## No account

# $reference (of the registration)
mail-refusal-subject = [{ $reference }] No KNLT account could be issued yet
mail-refusal-lead = The { -mail-issuer } has examined your registration and could not issue an account for the { -mail-system } (KNLT account) yet, for this reason:
mail-refusal-again = Once the information is completed or corrected, you can register again with the same e-mail and certificate. What you entered is filled in for you; only the wrong parts need correcting.

## No result in time

# $reference (of the registration)
mail-expiry-subject = [{ $reference }] No result in time, please register again
# $due (last day for a result)
mail-expiry-lead = The result of your registration was due by the end of { WEEKDAY($due) } { DAY($due) }, and there is none yet.
mail-expiry-sorry = The { -mail-issuer } sincerely apologises for the delay and asks for your understanding.
mail-expiry-again = You can register again at once with the same e-mail and certificate. What you entered is filled in for you.

## Registering again

mail-again-link = Register again
mail-again-scan = To register again, please scan the QR code or open the registration chat.
