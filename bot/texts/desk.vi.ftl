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

## Nhận xử lý

button-claim = 🙋 Nhận xử lý
button-release = Thôi xử lý
# $name, $until
card-held = 🙋 { $name } đang xử lý đến { MOMENT($until) }
# $until
claimed-notice = Anh/chị đã nhận xử lý đến { MOMENT($until) }. Người khác vẫn quyết định được khi cần.
released-notice = Thẻ đã được trả lại để người khác nhận.
# $name, $until
claim-held = { $name } đang xử lý đến { MOMENT($until) }. Khi cần gấp, anh/chị vẫn quyết định được.
# $at, $name
history-claimed = { MOMENT($at) }: { $name } nhận xử lý
# $at, $name
history-released = { MOMENT($at) }: { $name } thôi xử lý

## Đăng ký liên quan trên thẻ

# $count, $list
card-related-licence = 📎 Cùng số GCN ({ $count }): { $list }
# $count, $list
card-related-email = 📎 Cùng email ({ $count }): { $list }
# $count, $list
card-related-account = 📎 Cùng người gửi ({ $count }): { $list }
# $count, $list
card-related-name = 📎 Cùng tên cơ sở, số GCN khác ({ $count }): { $list }
# $reference, $facility
card-typed-otherwise = ✏️ Cùng số GCN, { $reference } ghi tên khác: “{ $facility }”
# $reference, $state
related-one = { $reference } { $state }
# $first, $second
related-and = { $first }, { $second }
# $list
related-more = { $list } …

## Hàng chờ, từng thẻ một

# $n, $total, $view
pager-title = <b>{ $n }/{ $total }</b> · { $view }
pager-all = đang chờ duyệt
pager-soon = sắp đến hạn
pager-mine = tôi đang xử lý
pager-free = chưa ai nhận
pager-mismatch = lệch danh sách GCN
pager-none = Không còn đăng ký nào ở mục này. 🎉
button-pager-back = ◀ Trước
button-pager-next = Tiếp ▶
button-pager-all = Tất cả
button-pager-soon = Sắp hạn
button-pager-mine = Của tôi
button-pager-free = Chưa ai nhận
button-pager-mismatch = Lệch danh sách
# $count
queue-card-title = 🗂 <b>Còn { $count } đăng ký chờ hiện thẻ</b>, gần hạn nhất:
queue-card-how = Nhóm vừa nhận nhiều đăng ký cùng lúc. Thẻ được mở lần lượt theo hạn trả kết quả; anh/chị cũng có thể xem từng đăng ký bằng /choduyet.
button-queue-card = ▶️ Mở thẻ tiếp theo
# $reference
queue-card-opened = Đang mở thẻ { $reference } trong nhóm cán bộ.
queue-card-none = Mọi đăng ký đang chờ đều đã có thẻ trong nhóm.

## Lịch làm việc

calendar-title = <b>Lịch nghỉ và làm bù sắp tới</b>
# $day, $note
calendar-closed = 🔴 nghỉ { WEEKDAY($day) } { DAY($day) } { $note }
# $day, $note
calendar-worked = 🟢 làm bù { WEEKDAY($day) } { DAY($day) } { $note }
# $day
calendar-known = Lịch đã công bố đến hết { DAY($day) }; hạn sau ngày đó là dự kiến.
calendar-how =
    Trưởng nhóm sửa lịch, ví dụ:
    <code>/lich nghỉ 26/04/2027 nghỉ bù</code>
    <code>/lich làm 24/04/2027 làm bù</code>
    <code>/lich bỏ 26/04/2027</code> (theo thứ trong tuần)
# $day, $note
calendar-close = nghỉ { WEEKDAY($day) } { DAY($day) } { $note }
# $day, $note
calendar-work = làm việc { WEEKDAY($day) } { DAY($day) } { $note }
# $day, $note
calendar-drop = bỏ ngày riêng { WEEKDAY($day) } { DAY($day) } { $note }
# $change
calendar-preview = <b>Sửa lịch:</b> { $change }
# $count, $total, $days
calendar-later = { $count ->
        [0] Không đăng ký đang mở nào ({ $total }) có hạn muộn hơn.
       *[other] { $count } trong { $total } đăng ký đang mở sẽ có ít ngày làm việc hơn nếu giữ hạn; nếu dời, hạn lùi nhiều nhất { $days } ngày.
    }
# $count
calendar-sooner = { $count } đăng ký có thể trả sớm hơn; hạn đã hứa vẫn giữ nguyên.
button-calendar-keep = ✅ Lưu, giữ hạn đã hứa
button-calendar-extend = ✅ Lưu và dời hạn, báo cơ sở
calendar-cancelled = Đã dừng, lịch giữ nguyên.
# $change, $name, $count
calendar-changed = 📅 { $name } đã sửa lịch: { $change }. { $count ->
        [0] Các hạn đã hứa giữ nguyên.
       *[other] Đã dời hạn của { $count } đăng ký và báo cho cơ sở.
    }
calendar-past = Chỉ sửa được lịch từ ngày mai trở đi.
# $day
calendar-no-change = { WEEKDAY($day) } { DAY($day) } vốn đã như vậy, không có gì để sửa.
# $reference, $due, $was
due-moved = Lịch làm việc của cơ quan thay đổi: kết quả của { $reference } chậm nhất là hết { WEEKDAY($due) } <b>{ DAY($due) }</b>, thay cho { DAY($was) }. Mong quý cơ sở thông cảm.
# $at, $name, $due
history-due-moved = { MOMENT($at) }: { $name } dời hạn đến { DAY($due) }

## Số liệu

# $at
figures-title = <b>Số liệu lúc { MOMENT($at) }</b>
# $since
figures-week =
    { "" }
    <b>Tuần này, từ { DAY($since) }</b>
# $since
figures-month =
    { "" }
    <b>Tháng này, từ { DAY($since) }</b>
# $count
figures-received = Nhận: { $count }
# $count, $approved, $refused
figures-decided = Đã quyết định: { $count } (duyệt { $approved }, từ chối { $refused })
# $count, $on_time, $percent
figures-given = Đã gửi kết quả: { $count }, đúng hạn { $on_time } ({ $percent }%)
# $days
figures-days = Một nửa số kết quả được gửi trong vòng { $days } ngày làm việc
# $count
figures-expired = Quá hạn: { $count }
figures-reasons = Lý do từ chối:
figures-places = Theo nơi quét mã:
# $what, $count
figures-count = • { $what }: { $count }
figures-no-place = không qua áp phích
figures-channels = Theo kênh:
# $channel (tên bot đã nhận đăng ký)
figures-channel = { $channel ->
        [public] Telegram
        [zalo] Zalo
       *[other] { $channel }
    }
figures-no-chart =
    { "" }
    Chưa có số liệu để vẽ biểu đồ.
# $count
figures-waiting-title =
    { "" }
    <b>Đang mở: { $count }</b>, theo số ngày làm việc đã chờ
# $low, $high
figures-age = { $low } đến { $high } ngày
# $low
figures-age-over = từ { $low } ngày
figures-reason-R01 = không tìm thấy số GCN
figures-reason-R02 = tên cơ sở không khớp
figures-reason-R03 = email không đúng người
figures-reason-R04 = đã có tài khoản
figures-reason-R05 = đăng ký trùng
figures-reason-R06 = GCN bị thu hồi hoặc cơ sở ngừng hoạt động
figures-reason-R07 = có GCN mới hơn
figures-reason-R08 = GCN do nơi khác cấp
figures-reason-R09 = thông tin chưa đầy đủ
figures-reason-R10 = người phụ trách không khớp
figures-reason-R11 = loại hình không thuộc đối tượng
figures-reason-R12 = email không nhận được thư
figures-reason-other = lý do tự ghi

## Biểu đồ; chữ trên biểu đồ cần ngắn

# $since
chart-title = Số liệu từ { DAY($since) }
chart-days = Theo ngày làm việc
chart-received = Nhận
chart-decided = Quyết định
# $count
chart-waiting = Đang mở: { $count }, theo ngày làm việc đã chờ
# $count
chart-reasons = Từ chối: { $count }, theo lý do
# $n
chart-number = { $n }
chart-reasons-rest = các lý do khác
chart-nothing = Chưa có số liệu
# $since, $received, $decided
chart-alt = Biểu đồ từ { DAY($since) }: nhận { $received }, đã quyết định { $decided }.
# $count, $old, $days
chart-alt-waiting = Đang mở { $count }, trong đó { $old } đã chờ từ { $days } ngày làm việc.
# $what, $count
chart-alt-reason = Lý do từ chối nhiều nhất: { $what } ({ $count }).
