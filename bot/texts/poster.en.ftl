### The poster with the QR code. A line break here is one on paper; words in <b>…</b> are bold.

poster-issuer = Hanoi Department of Health
poster-department = Pharmacy Division
poster-title =
    Register for a data
    connection account
poster-subtitle = KNLT account – National Drug Database

poster-rules = Before you register
poster-rule-1 =
    Register only <b>after you have received</b> the certificate of eligibility
    for pharmacy business from the Hanoi Department of Health.
poster-rule-2 = You may register <b>only once</b>.
poster-rule-3 =
    Use only the e-mail of the <b>director</b> or the
    <b>pharmacist in charge</b> (DS PTCM).

poster-steps = How to register
poster-step-1 =
    Open the <b>camera</b>
    or <b>Telegram</b>.
poster-step-2 =
    <b>Scan the QR code</b> and
    open the link that appears.
poster-step-3 = Press <b>Start</b>.
poster-step-4 =
    <b>Answer</b> the questions,
    press <b>Send registration</b>.
# $days (working days)
poster-result =
    The result is sent to the registered
    e-mail within { $days } working days.

# $licence (number of the certificate a one-time code is for)
poster-reserved = This code is reserved for certificate { $licence }
poster-link = Cannot scan the code? Open this link on a phone:

# $address (support e-mail address)
poster-support = Support: { $address }
# $place (code of the place where the poster hangs)
poster-place = Place: { $place }

poster-support-address = { -mail-support }
