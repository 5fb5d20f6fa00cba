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
