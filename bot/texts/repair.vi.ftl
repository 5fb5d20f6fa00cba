### Cần xử lý: tin nhắn và thư không đi được, email khác, hỏi cơ sở

## Tin nhắn chưa xử lý được (/suachua)

dead-title = <b>Chưa xử lý được</b>
# $n, $what, $bot, $at, $attempts, $error
dead-line = <b>{ $n }.</b> { $what } · bot { $bot } · { MOMENT($at) } · { $attempts } lần thử · <code>{ $error }</code>
dead-how = “Thử lại” để hệ thống làm lại từ đầu; “Bỏ” nếu không cần nữa. Việc không ai xử lý sẽ tự xóa sau 30 ngày.
dead-none = Không còn tin nhắn nào chưa xử lý được. 🎉
dead-message = tin nhắn đến
dead-press = lượt bấm nút
dead-event = việc của hệ thống
dead-update = tin đến loại khác
dead-say = tin nhắn đi
dead-card = thẻ đăng ký
dead-file = tệp
# $n
button-dead-retry = 🔁 Thử lại { $n }
# $n
button-dead-drop = 🗑 Bỏ { $n }
dead-retry-notice = Đã đưa vào hàng để làm lại.
dead-drop-notice = Đã bỏ.
dead-gone = Mục này đã có người xử lý, hoặc không thử lại được nữa. Gõ /suachua để xem danh sách mới.
button-dead = 🛠 Xem tin chưa xử lý được

## Kết quả chưa đến được cơ sở: thẻ và bản tin

# $line, $wrong
digest-repair-line = { $line } · { $wrong }
repair-mail = thư không gửi được
repair-chat = không nhắn tin được
# $at
card-email-asked = 📨 Đã hỏi cơ sở email khác lúc { MOMENT($at) }
# $name, $at
card-handled = ☑️ { $name } đánh dấu đã xử lý lúc { MOMENT($at) }
button-repair-resend = 📤 Gửi lại
button-repair-email = 📨 Hỏi email khác
button-repair-handled = ☑️ Đã xử lý
button-bounced = 📭 Thư bị trả lại
# $name, $reference, $email
bounced-ask = <b>{ $name }</b>, thư kết quả của { $reference } gửi đến <code>{ $email }</code> đã bị trả lại, đúng không?
# $due
bounced-means-refused = Nếu đúng, cơ sở sẽ được hỏi email khác trong trò chuyện; cơ sở xác nhận thì thư từ chối tự gửi lại. Hạn vẫn là hết { WEEKDAY($due) } { DAY($due) }.
# $due
bounced-means-issued = Nếu đúng, đăng ký trở về <b>đã duyệt</b>, hạn là hết { WEEKDAY($due) } { DAY($due) }. Cơ sở sẽ được hỏi email khác trong trò chuyện. Tài khoản không còn được lưu nên phải <b>nhập lại</b> khi cơ sở đã cho email; xin đặt mật khẩu ban đầu mới, vì thư bị trả lại có thể còn mật khẩu cũ.
button-bounced-yes = 📭 Đúng, thư bị trả lại
bounced-cancelled = Đã dừng, đăng ký giữ nguyên.
# $reference
bounced-notice = Đã ghi nhận thư của { $reference } bị trả lại. Cơ sở đang được hỏi email khác.
# $reference
bounced-too-late = Đã quá lúc báo thư bị trả lại cho { $reference }. Nếu vẫn cần gửi lại, trưởng nhóm bấm “Mở lại” trên thẻ.
# $reference, $name, $at
repair-bounced = { $name } đã báo thư kết quả của { $reference } bị trả lại lúc { MOMENT($at) }; cơ sở đã được hỏi email khác.
# $at, $name
history-result-bounced = { MOMENT($at) }: { $name } báo thư kết quả bị trả lại
# $reference
repair-resent-notice = Đang gửi lại thư kết quả của { $reference }.
# $reference
repair-account-gone = Tài khoản của { $reference } không còn được lưu. Mời bấm “Nhập tài khoản” trên thẻ để nhập lại.
# $reference
repair-asked-notice = Đã hỏi cơ sở email khác cho { $reference }. Cơ sở trả lời và xác nhận thì thư tự gửi lại.
# $reference
repair-handled-notice = Đã đánh dấu { $reference } là đã xử lý; bản tin sáng không nhắc nữa.
# $reference, $at
repair-mailed = Thư kết quả của { $reference } đã gửi lúc { MOMENT($at) }.
# $reference, $by, $at
repair-resent = Thư kết quả của { $reference } đang được gửi lại: { $by } lúc { MOMENT($at) }. Anh/chị không cần làm gì thêm.
# $name
repair-by = { $name } bấm gửi lại
repair-by-facility = cơ sở đổi email
# $reference
repair-out-of-time = { $reference } đã hết thời hạn trả kết quả, không gửi lại được nữa.
# $at
repair-asked = Cơ sở vừa được hỏi lúc { MOMENT($at) }, đang chờ trả lời. Mỗi giờ chỉ hỏi một lần.
# $name, $at
repair-handled = { $name } đã đánh dấu đã xử lý lúc { MOMENT($at) }.
repair-nothing = Không còn gì cần xử lý ở đăng ký này.
# $at, $name
history-result-resent = { MOMENT($at) }: { $name } gửi lại thư kết quả
# $at, $name
history-account-gone = { MOMENT($at) }: tài khoản không còn được lưu, chờ nhập lại
# $at, $name
history-email-asked = { MOMENT($at) }: { $name } hỏi cơ sở email khác
# $at, $name
history-email-corrected = { MOMENT($at) }: cơ sở đổi email nhận kết quả, thư được gửi lại
# $at, $name
history-handled = { MOMENT($at) }: { $name } đánh dấu đã xử lý

## Cơ sở cho email khác

# $reference, $email
other-email-wanted = Không gửi được thư kết quả của đăng ký <code>{ $reference }</code> đến <code>{ $email }</code>.
# $due
other-email-due = Hạn trả kết quả là hết { WEEKDAY($due) } <b>{ DAY($due) }</b>.
other-email-how = Khi tiện, quý cơ sở bấm “Nhập email khác” để nhận kết quả.
other-email-ask = Vui lòng nhập <b>email khác</b> của Giám đốc hoặc DS PTCM để nhận kết quả.
other-email-proof = Email mới sẽ được xác nhận bằng mã gồm 6 chữ số.
# $email
other-email-code =
    Mã xác nhận gồm 6 chữ số đang được gửi đến <code>{ $email }</code>.
    Vui lòng nhập mã trong 15 phút; nếu chưa thấy, xin xem cả mục Thư rác.
other-email-no-more = Đã gửi đủ số mã cho phép. Quý cơ sở có thể nhập mã đã nhận, nhập email khác, hoặc gửi thư đến { -mail-support }.
# $email
other-email-failed = Không gửi được mã đến <code>{ $email }</code>, nên kết quả cũng sẽ không đến được. Vui lòng nhập một email khác.
# $reference, $email
other-email-taken = ✅ Đã ghi nhận email mới. Kết quả của đăng ký <code>{ $reference }</code> sẽ được gửi đến <code>{ $email }</code>.
other-email-later = Vâng, để sau. Quý cơ sở gõ /trangthai rồi bấm “Nhập email khác” bất cứ lúc nào trong hạn trả kết quả.
# $reference
email-no-longer = Đăng ký { $reference } không còn cần email khác. Mời gõ /trangthai để xem tình trạng.
aside-waits = Anh/chị đang làm dở một việc của cán bộ. Xong việc đó, hoặc gõ /huy, thì bot hỏi ngay.
# $reference
button-other-email = 📨 Nhập email khác ({ $reference })
button-later = Để sau

## Hỏi cơ sở

button-ask = ❓ Hỏi cơ sở
# $name, $reference
inquiry-ask = <b>{ $name }</b>, anh/chị muốn hỏi cơ sở điều gì về { $reference }?
inquiry-how = <b>Trả lời (reply) tin nhắn này</b> trong 15 phút, 10 đến 500 ký tự. Cơ sở sẽ đọc đúng những gì anh/chị viết.
inquiry-cancelled = Đã dừng, chưa hỏi gì.
inquiry-length = Câu hỏi cần từ 10 đến 500 ký tự. Mời trả lời lại tin nhắn này.
# $reference
inquiry-sent = Đã gửi câu hỏi cho cơ sở ({ $reference }). Câu trả lời sẽ hiện dưới thẻ.
# $name, $at
inquiry-open = { $name } đã hỏi cơ sở lúc { MOMENT($at) }, cơ sở chưa trả lời. Sau một ngày mới hỏi câu khác được.
inquiry-lost-race = Vừa có người khác hỏi cơ sở này. Mời xem lại thẻ.
# $name, $at
card-asked = ❓ { $name } hỏi cơ sở lúc { MOMENT($at) }, chưa có trả lời
# $at
card-answered = 💬 Cơ sở đã trả lời lúc { MOMENT($at) } (xem Chi tiết)
# $name, $at
card-inquiry-failed = ❓ Câu hỏi của { $name } lúc { MOMENT($at) } không đến được cơ sở
# $reference, $name
inquiry-answer = 💬 Cơ sở trả lời câu hỏi của { $name } về <b>{ $reference }</b>:
# $state
inquiry-state = (Đăng ký này nay: { $state }.)
# $reference, $name
inquiry-failed = ⚠️ Câu hỏi của { $name } về <b>{ $reference }</b> không đến được cơ sở. Anh/chị có thể gửi thư cho cơ sở, hoặc hỏi lại sau.
# $at, $name
history-inquiry-asked = { MOMENT($at) }: { $name } hỏi cơ sở
# $at, $name
history-inquiry-answered = { MOMENT($at) }: cơ sở trả lời
# $at, $name
history-inquiry-failed = { MOMENT($at) }: câu hỏi không đến được cơ sở
# $reference, $facility
inquiry-lead = 📩 { -mail-issuer } hỏi về đăng ký <code>{ $reference }</code> ({ $facility }):
inquiry-next = Vui lòng nhập câu trả lời trong tin nhắn tiếp theo. Xin đừng gửi mật khẩu hay ảnh giấy tờ.
inquiry-press = Để trả lời, quý cơ sở bấm “Trả lời” hoặc trả lời (reply) chính tin nhắn này.
# $reference
button-answer = ✍️ Trả lời ({ $reference })
inquiry-answer-length = Câu trả lời cần có chữ và không quá 1.000 ký tự. Vui lòng nhập lại.
# $reference
inquiry-thanks = Cảm ơn quý cơ sở. Câu trả lời về đăng ký <code>{ $reference }</code> đã được chuyển cho cán bộ.
inquiry-later = Vâng, để sau. Quý cơ sở gõ /trangthai rồi bấm “Trả lời” khi sẵn sàng.
inquiry-unknown = Không tìm thấy câu hỏi này.
# $reference
inquiry-closed = Câu hỏi này về đăng ký { $reference } không còn chờ trả lời.
