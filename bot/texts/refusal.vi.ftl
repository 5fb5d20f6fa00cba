### Từ chối và mở lại: hỏi lý do, danh sách lý do

## Hỏi lý do từ chối

# $reference, $name
reason-ask = <b>{ $name }</b>, vì sao từ chối { $reference }?
# $n, $reason
reason-numbered = <b>{ $n }.</b> { $reason }
# $n, $reason
reason-chosen = ✅ <b>{ $n }. { $reason }</b>
# $words
reason-own = ✍️ <b>{ $words }</b>
reason-how = Bấm số của một hoặc nhiều lý do rồi bấm “Tiếp”. Muốn tự ghi, <b>trả lời (reply) tin nhắn này</b> trong 15 phút, 10 đến 500 ký tự.
reason-length = Lý do cần từ 10 đến 500 ký tự. Mời trả lời lại tin nhắn này.
reason-missing = Từ chối phải có lý do. Mời chọn hoặc tự ghi lý do.
reason-none = Anh/chị chưa chọn lý do nào. Mời bấm số, hoặc trả lời tin nhắn để tự ghi.
# $limit
reason-whole-length = Các lý do cộng lại quá { $limit } ký tự, mời bớt hoặc rút gọn.
# $slot
reason-open-slot = Lý do còn chỗ chưa điền: { $slot }. Mời ghi đủ rồi trả lời lại tin nhắn này.
reasons-changed = Danh sách lý do vừa thay đổi, mời xem lại.
# $n
button-chosen = ✅ { $n }
button-own-words-drop = Bỏ lý do tự ghi
button-reasons-next = Tiếp ▶

## Điền vào chỗ trống của lý do

# $reason
reason-value = <blockquote>{ $reason }</blockquote>
# $name
reason-ask-muc = <b>{ $name }</b>, mục nào? <b>Trả lời (reply) tin nhắn này</b>, 2 đến 100 ký tự. Ví dụ: số GCN.
# $name
reason-ask-ma-khac = <b>{ $name }</b>, đăng ký nào? Bấm mã bên dưới nếu có, hoặc <b>trả lời (reply) tin nhắn này</b> bằng mã đăng ký kia.
reason-item-length = Phần điền cần từ 2 đến 100 ký tự, không có dấu ngoặc nhọn.
reason-other-unknown = Không tìm thấy đăng ký nào khác có mã này.
button-values-anew = Điền lại chỗ trống

## Mở lại

button-reopen = 🔓 Mở lại
# $name, $reference
reopen-ask = <b>{ $name }</b>, vì sao mở lại { $reference }?
# $due
reopen-means-pending = Đăng ký trở về chờ duyệt, hạn vẫn là hết { WEEKDAY($due) } { DAY($due) }. Cơ sở chưa nhận được kết quả nên không cần báo.
# $due
reopen-means-pending-unmailed = Đăng ký trở về chờ duyệt, hạn vẫn là hết { WEEKDAY($due) } { DAY($due) }. Cơ sở đã được báo là thư kết quả không gửi được, nên được báo việc mở lại trong trò chuyện.
# $due
reopen-means-pending-anew = Đăng ký trở về chờ duyệt, hạn mới là hết { WEEKDAY($due) } { DAY($due) }. Cơ sở được báo trong trò chuyện; kết quả mới gửi qua email.
# $due
reopen-means-approved-anew = Tài khoản đã gửi sẽ được thu hồi; anh/chị nhập và gửi lại tài khoản đúng, hạn mới là hết { WEEKDAY($due) } { DAY($due) }. Cơ sở được báo trong trò chuyện. Đăng ký vẫn là đã duyệt.
reopen-how = <b>Trả lời (reply) tin nhắn này</b> trong 15 phút bằng lý do, 10 đến 500 ký tự. Lý do lưu trong lịch sử, cơ sở không nhận được.
reopen-cancelled = Đã dừng, đăng ký giữ nguyên.
reopen-mail-leaving = Thư kết quả đang được gửi đúng lúc này. Xin thử lại sau ít phút.
# $reference, $state
reopened-notice = 🔓 Đã mở lại { $reference }: { $state }.
question-not-yours = Câu hỏi này đã hết hạn hoặc dành cho người khác. Mời bấm lại nút trên thẻ, hoặc gõ /lydo.
# $at, $name
history-reopened = { MOMENT($at) }: { $name } mở lại
# $words
history-words = <blockquote>{ $words }</blockquote>
# $reference, $email, $due
reopened-pending = Đăng ký <code>{ $reference }</code> được mở lại để xem xét. Kết quả mới sẽ gửi đến <code>{ $email }</code>, chậm nhất là hết { WEEKDAY($due) } <b>{ DAY($due) }</b>. Quý cơ sở không cần đăng ký lại.
# $reference, $email, $due
reopened-pending-unmailed = Đăng ký <code>{ $reference }</code> được mở lại để xem xét. Quý cơ sở chưa cần nhập email khác, cũng không cần đăng ký lại. Kết quả mới sẽ gửi đến <code>{ $email }</code>, chậm nhất là hết { WEEKDAY($due) } <b>{ DAY($due) }</b>; nếu thư vẫn không gửi được, quý cơ sở sẽ được báo.
# $reference, $email, $due
reopened-approved = Tài khoản đã gửi cho đăng ký <code>{ $reference }</code> cần điều chỉnh. Quý cơ sở vui lòng không dùng tài khoản đó; thông tin đúng sẽ gửi đến <code>{ $email }</code>, chậm nhất là hết { WEEKDAY($due) } <b>{ DAY($due) }</b>. Mong quý cơ sở thông cảm.

## /lydo: danh sách lý do

reasons-title = <b>Lý do từ chối</b>
reasons-how = Bấm số để sửa, di chuyển hoặc ngừng dùng một lý do.
# $n, $reason
reason-off = <i>{ $n }. { $reason } (ngừng dùng)</i>
# $wording
reason-english = Tiếng Anh: { $wording }
reason-is-off = Lý do này đã ngừng dùng. Những đăng ký đã từ chối vẫn giữ nguyên lời.
button-reason-add = ➕ Thêm lý do
button-reason-word = ✏️ Sửa câu chữ
button-reason-up = ⬆️ Lên
button-reason-down = ⬇️ Xuống
button-reason-retire = Ngừng dùng
button-reason-restore = Dùng lại
button-reasons-list = ◀ Danh sách
# $name
reason-add-ask = <b>{ $name }</b>, lý do mới là gì?
# $name
reason-word-ask = <b>{ $name }</b>, sửa lý do này thành gì?
reason-word-how =
    <b>Trả lời (reply) tin nhắn này</b> trong 15 phút bằng câu chữ mới, 10 đến 200 ký tự, tiếng Việt; thư tiếng Anh cũng dùng câu này. Có thể để chỗ trống:
    <code>{"{so_gcn}"}</code> số GCN · <code>{"{ma_khac}"}</code> mã đăng ký khác · <code>{"{muc}"}</code> mục sai hoặc thiếu
wording-length = Câu chữ cần từ 10 đến 200 ký tự. Mời trả lời lại tin nhắn này.
# $given
wording-unknown-slot = Không hiểu “{ $given }”. Chỉ dùng được các chỗ trống {"{so_gcn}"}, {"{ma_khac}"} và {"{muc}"}.
reason-known = Danh sách đã có lý do này.
# $most
reasons-full = Danh sách chỉ chứa được { $most } lý do; hãy ngừng dùng một lý do trước.
reason-last = Phải còn ít nhất một lý do trong danh sách.
# $name
reason-added = 📝 { $name } đã thêm một lý do.
# $name
reason-reworded = 📝 { $name } đã sửa câu chữ của một lý do.
reason-retired = Đã ngừng dùng. Những đăng ký đã từ chối vẫn giữ nguyên lời.
reason-restored = Đã dùng lại, ở cuối danh sách.
reasons-unchanged = Đã dừng, danh sách giữ nguyên.

## /lammoi

# $total, $missing, $outdated, $minutes
cards-refreshed = 🔄 Đang làm mới { $total } thẻ đang mở (chưa treo: { $missing }, đã cũ: { $outdated }), xong sau khoảng { $minutes } phút.
