### Bàn làm việc của cán bộ: tìm, hàng chờ, nhận xử lý, lịch, số liệu

## Tìm

search-how = Gõ <code>/tim</code> kèm một trong các nội dung: mã đăng ký, số GCN, tên cơ sở, họ tên hoặc email. Không cần dấu; từ cuối có thể gõ dở.
# $count
search-title = <b>Tìm thấy { $count } đăng ký</b>
# $reference, $facility, $licence, $state, $day
search-line = <code>{ $reference }</code> { $facility } · { $licence } · { $state } · gửi { DAY($day) }
search-more = Còn kết quả khác, xin gõ thêm để thu hẹp.
# $typed
search-nothing = Không tìm thấy đăng ký nào khớp với “{ $typed }”.
# $typed
search-too-common = Quá nhiều đăng ký khớp với “{ $typed }”, xin gõ rõ hơn: mã đăng ký, số GCN hoặc email.
