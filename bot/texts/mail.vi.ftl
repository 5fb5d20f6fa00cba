### Thư điện tử. Tên cơ quan, hệ thống và địa chỉ hỗ trợ chỉ ghi một lần, ở các dòng có dấu trừ.

-mail-issuer = Sở Y tế Hà Nội
-mail-department = Phòng Nghiệp vụ Dược – Sở Y tế Hà Nội
-mail-system = Cơ sở dữ liệu Dược quốc gia
-mail-support = lienthongnvd.hn@gmail.com

mail-sender = { -mail-issuer }
mail-signature = { -mail-department }
mail-closing = Trân trọng!
mail-greeting-anyone = Kính gửi quý cơ sở,
# $facility (tên cơ sở)
mail-greeting = Kính gửi { $facility },
mail-reference = Mã đăng ký
mail-licence = Số GCN
mail-help-anyone = Cần hỗ trợ, xin gửi thư đến { -mail-support }.
mail-help = Mọi vướng mắc xin gửi thư đến { -mail-support }, ghi rõ mã đăng ký.

## Mã xác nhận email

mail-code-subject = Mã xác nhận email đăng ký tài khoản KNLT
mail-code-lead = Mã xác nhận email của quý cơ sở là:
# $minutes (số phút mã còn hiệu lực)
mail-code-use = Vui lòng nhập mã này vào cuộc trò chuyện đăng ký. Mã có hiệu lực trong { $minutes } phút.
mail-code-ignore = Nếu quý vị không yêu cầu mã, xin bỏ qua thư này. Không cung cấp mã cho người khác.

## Cấp tài khoản

# $reference (mã đăng ký)
mail-account-subject = [{ $reference }] Thông tin tài khoản KNLT
mail-account-lead = { -mail-issuer } đã cấp tài khoản kết nối liên thông (KNLT) { -mail-system } cho quý cơ sở.
mail-account-site = Mã cơ sở
mail-account-login = Tên đăng nhập
mail-account-password = Mật khẩu ban đầu
mail-account-change = Đề nghị quý cơ sở đổi mật khẩu ngay trong lần đăng nhập đầu tiên: ít nhất 8 ký tự, gồm chữ hoa, chữ thường, chữ số và ký tự đặc biệt.
mail-account-guard = { -mail-issuer } không bao giờ hỏi mật khẩu của quý cơ sở. Xin không chuyển tiếp thư này và không cung cấp tài khoản cho người khác.

## Không cấp tài khoản

# $reference (mã đăng ký)
mail-refusal-subject = [{ $reference }] Chưa cấp được tài khoản KNLT
mail-refusal-lead = { -mail-issuer } đã xem xét đăng ký của quý cơ sở và chưa cấp được tài khoản kết nối liên thông (KNLT) { -mail-system }, vì lý do sau:
mail-refusal-again = Sau khi bổ sung, điều chỉnh thông tin, quý cơ sở có thể đăng ký lại bằng chính email và số GCN này. Những thông tin đã khai được điền sẵn, chỉ cần sửa chỗ chưa đúng.

## Quá hạn mà chưa có kết quả

# $reference (mã đăng ký)
mail-expiry-subject = [{ $reference }] Quá hạn trả kết quả, mời quý cơ sở đăng ký lại
# $due (hạn trả kết quả)
mail-expiry-lead = Đăng ký của quý cơ sở có hạn trả kết quả đến hết { WEEKDAY($due) } ngày { DAY($due) }, nhưng đến nay vẫn chưa có kết quả.
mail-expiry-sorry = { -mail-issuer } chân thành xin lỗi về sự chậm trễ này và mong quý cơ sở thông cảm.
mail-expiry-again = Quý cơ sở có thể đăng ký lại ngay bằng chính email và số GCN này. Những thông tin đã khai được điền sẵn.

## Đăng ký lại

mail-again-link = Đăng ký lại
mail-again-scan = Để đăng ký lại, xin quét mã QR hoặc mở lại cuộc trò chuyện đăng ký.
