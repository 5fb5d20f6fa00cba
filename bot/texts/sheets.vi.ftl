### Bảng tính: xuất lô, nhận tệp đã điền

## Xuất lô

batch-in-private = Lệnh này chỉ dùng trong trò chuyện riêng với tôi, vì tệp gửi lại có mật khẩu.
batch-none = Không có đăng ký nào đã duyệt mà còn chờ tài khoản (không kể những đăng ký đang nằm trong lô khác).
# $number, $count
batch-caption = Lô { $number }: { $count } đăng ký chờ tài khoản
# $number, $count
batch-exported =
    <b>Lô { $number }</b>: { $count } đăng ký, đã giữ chỗ cho anh/chị; lần xuất sau không có những đăng ký này nữa.
    Điền các cột màu vàng rồi gửi tệp lại vào đây. Có thể gửi nhiều lần, mỗi lần một phần.
    Không dùng nữa thì bấm “Trả lô”, hoặc gõ <code>/xuat trả { $number }</code>.
button-release-batch = Trả lô
# $number
batch-released = Đã trả lô { $number }; các đăng ký chưa xử lý sẽ có trong lần xuất sau.
# $number
batch-unknown = Không có lô { $number }, hoặc lô đã được trả.
batch-release-how = Gõ <code>/xuat trả</code> kèm số lô, ví dụ <code>/xuat trả 7</code>.

## Báo cáo của tháng

report-in-private = Báo cáo có họ tên người đăng ký nên tôi chỉ gửi trong trò chuyện riêng.
# $typed
report-how = Tôi không hiểu “{ $typed }” là tháng nào. Ví dụ: <code>/baocao</code> (tháng này), <code>/baocao tháng trước</code>, <code>/baocao 10</code>, <code>/baocao 10/2026</code>.
# $month
report-future = Tháng { $month } chưa đến nên chưa có báo cáo.
# $month
report-none = Tháng { $month } không có đăng ký nào.
# $month, $count
report-coming = Đang lập báo cáo tháng { $month }: { $count } đăng ký. Email trong báo cáo được che bớt.
# $month, $count
report-caption = Báo cáo tháng { $month }: { $count } đăng ký
sheet-report = Đây là báo cáo mà lệnh /baocao đã gửi, chỉ để xem và in; chưa có gì thay đổi.

## Tệp gửi đến

sheet-reading = Đang đọc tệp…
# $name
batch-not-here = <b>{ $name }</b>, tệp lô chỉ gửi trong trò chuyện riêng với tôi. Nếu tệp vừa rồi đã có mật khẩu, hãy đổi các mật khẩu đó.
sheet-gone = Không tải được tệp. Mời anh/chị gửi lại.
sheet-too-big = Tệp quá lớn. Tôi nhận tệp đến 10 MB; nếu tệp có hình ảnh, hãy bỏ đi rồi gửi lại.
# $limit
sheet-too-long = Tệp có quá nhiều dòng. Tôi đọc tối đa { $limit } dòng.
sheet-old = Tệp này ở định dạng Excel cũ (.xls) hoặc có đặt mật khẩu mở. Hãy lưu lại thành .xlsx không mật khẩu rồi gửi lại.
sheet-not = Tệp này không phải là bảng tính. Hãy gửi tệp .xlsx.
sheet-broken = Không mở được tệp này: tệp hỏng hoặc không phải là bảng tính .xlsx.
sheet-macros = Tệp này có macro nên tôi không đọc. Hãy lưu lại thành .xlsx (không macro) rồi gửi lại.
sheet-merged = Trong tệp có ô bị gộp (merge). Hãy bỏ gộp ô rồi gửi lại; chưa có gì thay đổi.
sheet-not-workbook = Lô phải gửi lại bằng tệp .xlsx, không phải .csv; chưa có gì thay đổi.
sheet-columns = Tôi không nhận ra các cột của tệp này. Hãy dùng đúng tệp mà lệnh /xuat đã gửi; chưa có gì thay đổi.
# $columns
sheet-columns-missing = Tệp lô thiếu cột, hoặc cột bị lặp: { $columns }. Hãy dùng đúng tệp mà lệnh /xuat đã gửi; chưa có gì thay đổi.

## Báo cáo thử

# $rows, $empty, $mend, $ready
batch-report = <b>Đã đọc { $rows } dòng</b>: { $mend } dòng cần xem lại, { $empty } dòng chưa điền. { $ready ->
        [0] Không có dòng nào để thực hiện, chưa có gì thay đổi.
       *[other] Chưa có gì thay đổi cho đến khi anh/chị xác nhận.
    }
# $count, $rows
batch-rows-issue = ✅ Cấp { $count }: dòng { $rows }
# $count, $rows
batch-rows-refuse = ✖️ Từ chối { $count }: dòng { $rows }
# $row, $reference, $why
batch-row = ⚠️ Dòng { $row } <code>{ $reference }</code>: { $why }
# $count
batch-more = … và { $count } dòng nữa
finding-empty = chưa điền
finding-formula = có công thức; hãy gõ giá trị
finding-odd = có ô không phải chữ (ngày, số lẻ, lỗi); hãy gõ lại thành chữ
finding-unknown = không có mã đăng ký này
finding-twice = mã đăng ký có ở nhiều dòng
finding-expired = đăng ký đã quá hạn
finding-decided = đã xử lý rồi
finding-foreign = không thuộc lô này, hoặc lô đã được trả
finding-changed = số GCN, tên cơ sở hoặc người đăng ký đã bị sửa
finding-own = đăng ký do chính anh/chị gửi
finding-no-result = chưa chọn kết quả “Cấp” hoặc “Từ chối”
finding-mixed = vừa có tài khoản vừa có lý do từ chối
finding-incomplete = thiếu mã cơ sở, tên đăng nhập, mật khẩu hoặc lý do
finding-bad-account = mã cơ sở, tên đăng nhập hoặc mật khẩu quá dài, quá ngắn hay có khoảng trắng
finding-same-account = tên đăng nhập này có ở dòng khác
finding-bad-reason = lý do cần từ 10 đến 500 ký tự
finding-issue = sẽ cấp
finding-refuse = sẽ từ chối
# $count
button-confirm-batch = ✅ Thực hiện { $count } dòng
batch-running = Đang thực hiện, xin chờ kết quả.
batch-cancelled = Đã hủy; chưa có gì thay đổi.
upload-gone = Tệp này đã được xử lý, đã hủy hoặc đã quá 30 phút. Nếu cần, mời gửi lại tệp.
# $issued, $refused, $skipped
batch-done = <b>Xong.</b> Nhận { $issued } tài khoản, từ chối { $refused }, bỏ qua { $skipped } dòng. Thư sẽ được gửi dần; trong thời gian hoàn tác vẫn sửa được trên thẻ.

## Danh sách GCN đã cấp

register-nothing = Không đọc được số GCN nào trong tệp này; chưa có gì thay đổi.
# $count
register-title = <b>Danh sách GCN: { $count } cơ sở</b>. Những dòng đầu:
# $licence, $facility
register-row = • <code>{ $licence }</code> { $facility }
# $new, $changed, $gone
register-difference = So với danh sách đang dùng: thêm { $new }, đổi tên { $changed }, không còn { $gone } (sẽ bị xóa khỏi danh sách).
# $count, $rows
register-unreadable = ⚠️ { $count } dòng không đọc được số GCN hoặc thiếu tên, sẽ bỏ qua: dòng { $rows }
# $count
register-twice = ⚠️ { $count } dòng trùng số GCN; lấy dòng sau cùng.
register-same = Danh sách không có gì thay đổi.
button-confirm-register = ✅ Dùng danh sách này
button-cancel-register = Hủy
register-cancelled = Đã hủy; danh sách đang dùng giữ nguyên.
# $new, $changed, $gone
register-done = ✅ Đã cập nhật danh sách GCN: thêm { $new }, đổi tên { $changed }, xóa { $gone }.
card-register-match = 📗 Danh sách GCN: khớp số và tên
# $facility
card-register-differs = 📙 Danh sách GCN: tên khác, “{ $facility }”
card-register-missing = 📕 Danh sách GCN: không có số này
# $facility
name-offer = Theo danh sách của Sở, GCN này là của <b>{ $facility }</b>. Có phải không? Nếu không, hãy gõ tên đúng.
# $facility
button-use-name = ✅ { $facility }
