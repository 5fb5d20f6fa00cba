### Áp phích có mã QR. Xuống dòng ở đây là xuống dòng trên giấy; chữ trong <b>…</b> in đậm.

poster-issuer = Sở Y tế Hà Nội
poster-department = Phòng Nghiệp vụ Dược
poster-title =
    Đăng ký tài khoản
    kết nối liên thông
poster-subtitle = Tài khoản KNLT – Cơ sở dữ liệu Dược quốc gia

poster-rules = Trước khi đăng ký
poster-rule-1 =
    Chỉ đăng ký <b>sau khi đã nhận</b> Giấy chứng nhận
    đủ điều kiện kinh doanh dược từ Sở Y tế Hà Nội.
poster-rule-2 = Chỉ được đăng ký <b>01 lần duy nhất</b>.
poster-rule-3 =
    Chỉ dùng email của <b>Giám đốc</b> hoặc
    <b>Dược sỹ phụ trách chuyên môn</b> (DS PTCM).

poster-steps = Cách đăng ký
poster-step-1 =
    Mở <b>máy ảnh</b> điện thoại
    hoặc <b>Telegram</b>.
poster-step-2 =
    <b>Quét mã QR</b> và
    mở liên kết hiện ra.
poster-step-3 = Bấm <b>Bắt đầu</b> (Start).
poster-step-4 =
    <b>Trả lời</b> từng câu hỏi
    rồi bấm <b>Gửi đăng ký</b>.
# $days (số ngày làm việc)
poster-result =
    Kết quả gửi qua email đã đăng ký
    trong { $days } ngày làm việc.

# $licence (số Giấy chứng nhận mà mã dùng một lần dành cho)
poster-reserved = Mã này dành riêng cho Giấy chứng nhận số { $licence }
poster-link = Không quét được mã? Mở liên kết này trên điện thoại:

# $address (địa chỉ email hỗ trợ)
poster-support = Hỗ trợ: { $address }
# $place (mã nơi đặt áp phích)
poster-place = Nơi đặt: { $place }

poster-support-address = { -mail-support }
