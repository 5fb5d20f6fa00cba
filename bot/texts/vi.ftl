### Cuộc trò chuyện với cơ sở và với cán bộ. Được dùng <b>, <i>, <code>, <blockquote>.
### Tên cơ quan, hệ thống và địa chỉ hỗ trợ nằm ở đầu mail.vi.ftl.

blank = { "" }

## Mở đầu và đồng ý xử lý dữ liệu

greeting = Kính chào quý cơ sở! Đây là kênh tự động đăng ký <b>tài khoản kết nối liên thông (KNLT)</b> { -mail-system } của { -mail-issuer }.
# $days (số ngày làm việc)
rules =
    { "" }
    Trước khi đăng ký, xin quý cơ sở lưu ý:
    1. Chỉ đăng ký sau khi đã nhận Giấy chứng nhận đủ điều kiện kinh doanh dược (GCN) do { -mail-issuer } cấp.
    2. Chỉ được đăng ký 01 lần duy nhất.
    3. Chỉ dùng email của Giám đốc hoặc Dược sỹ phụ trách chuyên môn (DS PTCM).
    Kết quả được gửi qua email này trong { $days } ngày làm việc.
consent =
    { "" }
    Để giải quyết đăng ký, { -mail-issuer } cần xử lý một số dữ liệu cá nhân: họ tên, vai trò, email và thông tin trên GCN. Quý cơ sở có đồng ý không?
consent-full =
    <b>THÔNG BÁO XỬ LÝ DỮ LIỆU CÁ NHÂN</b>
    <b>Bên kiểm soát:</b> { -mail-issuer }.
    <b>Dữ liệu:</b> họ tên, vai trò, email của người đăng ký; số GCN, tên cơ sở; mã người dùng trên kênh trò chuyện và thời điểm thao tác.
    <b>Mục đích duy nhất:</b> giải quyết đăng ký cấp tài khoản kết nối liên thông { -mail-system } và thông báo kết quả.
    <b>Người được xem:</b> cán bộ được phân công của { -mail-department }; đơn vị vận hành kỹ thuật theo hợp đồng.
    <b>Thời hạn lưu:</b> thông tin nhập dở được xóa sau 24 giờ; hồ sơ được lưu theo quy định lưu trữ của { -mail-issuer }.
    <b>Quyền của quý vị:</b> biết, xem, chỉnh sửa, rút lại đồng ý, yêu cầu xóa, hạn chế, phản đối, khiếu nại. Gửi thư đến { -mail-support }, { -mail-issuer } phản hồi trong 02 ngày làm việc.
    Nếu không đồng ý, quý vị không thể đăng ký qua kênh này. Rút lại đồng ý trước khi có kết quả đồng nghĩa với dừng giải quyết đăng ký.
    { "" }
    Quý vị có đồng ý để { -mail-issuer } xử lý dữ liệu nêu trên cho mục đích này không?
consent-no = Quý cơ sở đã chọn không đồng ý nên chưa thể đăng ký tại đây. Chưa có thông tin nào được gửi đi. Cần hỗ trợ, xin gửi thư đến { -mail-support }.
link-bad = Đường dẫn trong mã QR không còn hiệu lực. Quý cơ sở vẫn có thể đăng ký ngay tại đây.

## Các bước

# $n, $of (bước thứ mấy trên tổng số)
ask-licence =
    <b>Bước { $n }/{ $of }.</b> Vui lòng nhập <b>số GCN</b>, ghi như trên giấy.
    Ví dụ: <code>03-1234/ĐKKDD-HNO</code>
# $licence
licence-check = Có phải số GCN của cơ sở là <b>{ $licence }</b>?
licence-bad = Chưa nhận ra số GCN. Vui lòng xem dòng “Số:” trên GCN rồi nhập lại.
# $paper (loại giấy)
licence-wrong-document = Số vừa nhập có vẻ là { $paper }, không phải số GCN đủ điều kiện kinh doanh dược.
licence-out-of-scope = Số GCN này không do { -mail-issuer } cấp. Kênh này chỉ nhận đăng ký của cơ sở do { -mail-issuer } cấp GCN; quý cơ sở vui lòng liên hệ cơ quan đã cấp GCN.
# $licence, $due
licence-used = Số GCN <b>{ $licence }</b> đã có đăng ký đang chờ giải quyết, hạn trả kết quả đến hết { WEEKDAY($due) } ngày { DAY($due) }. Quý cơ sở không cần đăng ký lại.
# $licence
licence-done = Cơ sở có số GCN <b>{ $licence }</b> đã được cấp tài khoản. Nếu chưa thấy thư, vui lòng xem cả mục Thư rác hoặc gửi thư đến { -mail-support }.
paper-gpp = số chứng nhận GPP
paper-gdp = số chứng nhận GDP
paper-cchn = số chứng chỉ hành nghề dược
paper-business_reg = số đăng ký kinh doanh
paper-phone_tax_or_id = số điện thoại, mã số thuế hoặc số định danh
# $n, $of
ask-name =
    <b>Bước { $n }/{ $of }.</b> Vui lòng nhập <b>tên cơ sở</b>, ghi đúng như trên GCN.
    Ví dụ: Nhà thuốc An Tâm
name-bad = Tên cơ sở cần từ 3 đến 200 ký tự và có chữ cái.
# $n, $of
ask-role = <b>Bước { $n }/{ $of }.</b> Email dùng để đăng ký là của ai?
role-director = Giám đốc (chủ cơ sở)
role-pharmacist = Dược sỹ phụ trách chuyên môn
# $n, $of, $role
ask-person = <b>Bước { $n }/{ $of }.</b> Vui lòng nhập <b>họ và tên</b> của { $role }.
person-bad = Vui lòng nhập họ và tên bằng chữ, từ 2 đến 100 ký tự.
person-one-word = Vui lòng nhập đầy đủ <b>họ và tên</b>, ví dụ: Nguyễn Thị Hoa. Nếu họ tên chỉ có một từ, xin gửi lại đúng từ đó.
# $n, $of, $role
ask-email =
    <b>Bước { $n }/{ $of }.</b> Vui lòng nhập <b>email</b> của { $role }.
    Tài khoản sẽ được gửi về email này.
# $email
email-shared = Lưu ý: { $email } có vẻ là email dùng chung. Theo quy định, chỉ dùng email của Giám đốc hoặc DS PTCM; nếu đúng là email của người đó thì xin tiếp tục.
email-bad = Email chưa hợp lệ: cần có @, không dấu tiếng Việt, không có khoảng trắng. Ví dụ: <code>tencuatoi@gmail.com</code>
email-damaged = Email có chữ mang dấu tiếng Việt, có thể do bộ gõ tự thêm. Vui lòng tắt tiếng Việt trên bàn phím rồi nhập lại email.
# $due
email-used = Email này đã được dùng cho một đăng ký khác. Mỗi email chỉ đăng ký được 01 lần; email được mở lại nếu không được cấp tài khoản hoặc quá hạn mà chưa có kết quả.
# $email, $meant
email-check = Quý cơ sở vừa nhập <code>{ $email }</code>. Có phải muốn nhập <code>{ $meant }</code>?
# $n, $of, $email
ask-code =
    <b>Bước { $n }/{ $of }.</b> Mã xác nhận gồm 6 chữ số đang được gửi đến <code>{ $email }</code>.
    Vui lòng nhập mã trong 15 phút; nếu chưa thấy, xin xem cả mục Thư rác.
# $left
code-bad = Mã chưa đúng. Quý cơ sở còn { $left } lần nhập.
code-digits = Vui lòng nhập đủ 6 chữ số của mã trong thư; chưa nhận được thì bấm “Gửi lại mã”.
code-expired = Mã này không dùng được nữa (đã quá 15 phút hoặc đã nhập sai 5 lần). Vui lòng bấm “Gửi lại mã”.
# $seconds
code-wait = Vui lòng chờ { $seconds } giây nữa rồi mới gửi lại mã được.
code-no-more = Đã gửi đủ số lần cho phép. Quý cơ sở có thể nhập mã đã nhận, sửa email, hoặc tiếp tục mà không cần mã.
# $email
code-delayed = Chưa gửi được mã đến <code>{ $email }</code>, đang thử lại. Xin chờ ít phút.
# $email
code-failed = Rất tiếc, hiện không gửi được mã đến <code>{ $email }</code>. Nếu email đã đúng, quý cơ sở có thể tiếp tục mà không cần mã; cán bộ sẽ kiểm tra thêm.
# $email
code-refused = Máy chủ thư báo địa chỉ <code>{ $email }</code> không nhận được thư, nên kết quả cũng sẽ không đến. Vui lòng bấm “Sửa email” để nhập địa chỉ khác. Nếu chắc chắn email đúng, quý cơ sở có thể tiếp tục mà không cần mã; cán bộ sẽ kiểm tra thêm.
# $value
current-value = Đang ghi: <b>{ $value }</b>
pick-one = Vui lòng bấm một nút bên dưới, hoặc nhập số thứ tự của nút.
# $n, $of
summary = <b>Bước { $n }/{ $of }.</b> Vui lòng kiểm tra trước khi gửi:
# $licence
summary-licence = • Số GCN: <b>{ $licence }</b>
# $facility
summary-name = • Tên cơ sở: <b>{ $facility }</b>
# $role
summary-role = • Người đăng ký: <b>{ $role }</b>
# $person
summary-person = • Họ và tên: <b>{ $person }</b>
# $email
summary-email = • Email: <code>{ $email }</code> ✓
# $email
summary-email-unproved = • Email: <code>{ $email }</code> (chưa xác nhận bằng mã)
# $reason
summary-problem = { "   " }⚠️ Lần trước: <i>{ $reason }</i>
summary-end =
    { "" }
    Sau khi gửi sẽ không sửa được.
# $reference, $at, $due, $email, $days
receipt =
    ✅ <b>Đã tiếp nhận đăng ký.</b>
    Mã đăng ký: <code>{ $reference }</code>
    Thời điểm: { MOMENT($at) }
    Hạn trả kết quả: hết <b>{ WEEKDAY($due) } ngày { DAY($due) }</b> ({ $days } ngày làm việc, không tính ngày gửi).
    Kết quả sẽ gửi đến <code>{ $email }</code>. Quý cơ sở nên lưu lại mã đăng ký.
receipt-provisional = Hạn này là dự kiến vì chưa có thông báo lịch nghỉ của năm sau.
ticket-used = Phiếu đăng ký này đã được dùng.

## Quanh các bước

# $n, $of
resume = Quý cơ sở đang đăng ký dở ở bước { $n }/{ $of }.
# $hours
reminder = Quý cơ sở còn một đăng ký chưa gửi. Thông tin nhập dở sẽ được xóa { $hours } giờ sau lần nhập cuối.
cancelled = Đã hủy. Chưa có thông tin nào được gửi đi, lượt đăng ký của quý cơ sở vẫn còn nguyên.
nothing-to-cancel = Không có đăng ký nào đang nhập dở.
button-old = Nút này thuộc tin nhắn cũ.
not-here = Xin lỗi, tôi chưa hiểu. Quý cơ sở đang đăng ký dở, mời trả lời câu hỏi dưới đây.
not-understood = Xin lỗi, tôi chưa hiểu. Quý cơ sở muốn làm gì?
only-text = Vui lòng trả lời bằng chữ; kênh này không nhận ảnh, giọng nói hay tệp. Xin đừng gửi ảnh giấy tờ cá nhân.
# $seconds
too-fast = Quý cơ sở thao tác hơi nhanh. Vui lòng chờ khoảng { $seconds } giây.
error = Hệ thống đang gặp sự cố nên chưa xử lý được tin nhắn vừa rồi. Vui lòng thử lại sau ít phút.
wrong-place = Xin nhắn riêng cho tôi để đăng ký; trong nhóm tôi không nhận đăng ký.
help =
    <b>Trợ giúp</b>
    Tại đây quý cơ sở đăng ký tài khoản KNLT: trả lời từng câu hỏi, có thể bấm nút hoặc gõ.
    /dangky – đăng ký
    /trangthai – xem đăng ký đã giải quyết đến đâu
    /quaylai – về câu hỏi trước
    /huy – bỏ phần đang nhập dở
    /riengtu – quyền đối với dữ liệu cá nhân
    /english – English
    Khó khăn, vướng mắc xin gửi thư đến { -mail-support } ({ -mail-department }).
privacy =
    <b>Quyền đối với dữ liệu cá nhân</b>
    Quý vị có quyền biết, xem, chỉnh sửa, rút lại đồng ý, yêu cầu xóa, hạn chế, phản đối và khiếu nại.
    Xin gửi yêu cầu đến { -mail-support }, ghi rõ mã đăng ký; { -mail-issuer } phản hồi trong 02 ngày làm việc.
# $reference
withdrawn = Đã rút đăng ký <code>{ $reference }</code>. Email và số GCN đã được mở để đăng ký lại.
# $reference
withdraw-check = Rút đăng ký <code>{ $reference }</code> nghĩa là dừng giải quyết; email và số GCN được mở để đăng ký lại. Quý cơ sở có chắc chắn muốn rút không?
withdraw-too-late = Đăng ký này không còn ở trạng thái chờ giải quyết nên không rút được.

## Tôi đang ở đâu

status-none = Chưa thấy đăng ký nào. Vui lòng kiểm tra lại mã, hoặc bấm “Đăng ký”.
# $reference, $facility, $due, $email, $reason, $at
state-pending = ⏳ <code>{ $reference }</code> ({ $facility }): đang chờ giải quyết, hạn trả kết quả đến hết { WEEKDAY($due) } ngày { DAY($due) }.
# $reference, $facility, $due, $email, $reason, $at
state-approved = ⏳ <code>{ $reference }</code> ({ $facility }): đã duyệt, đang lập tài khoản, hạn trả kết quả đến hết { WEEKDAY($due) } ngày { DAY($due) }.
# $reference, $facility, $due, $email, $reason, $at
state-issued = ✅ <code>{ $reference }</code> ({ $facility }): đã cấp tài khoản, gửi đến <code>{ $email }</code> lúc { MOMENT($at) }. Nếu chưa thấy thư, xin xem cả mục Thư rác.
# $reference, $facility, $due, $email, $reason, $at
state-refused =
    ✖️ <code>{ $reference }</code> ({ $facility }): chưa được cấp tài khoản. Lý do:
    <blockquote>{ $reason }</blockquote>
    Email và số GCN đã được mở, quý cơ sở có thể đăng ký lại.
# $reference, $facility, $due, $email, $reason, $at
state-expired = ⌛ <code>{ $reference }</code> ({ $facility }): đã quá hạn mà chưa có kết quả. Email và số GCN đã được mở, quý cơ sở có thể đăng ký lại.
# $reference, $facility, $due, $email, $reason, $at
state-withdrawn = ↩️ <code>{ $reference }</code> ({ $facility }): quý cơ sở đã rút đăng ký.

# $reference, $status, $due (cho người không phải là người đăng ký)
state-quoted = <code>{ $reference }</code>: { $status ->
        [pending] đang chờ giải quyết, hạn trả kết quả đến hết { WEEKDAY($due) } ngày { DAY($due) }
        [approved] đã duyệt, đang lập tài khoản, hạn trả kết quả đến hết { WEEKDAY($due) } ngày { DAY($due) }
        [issued] đã cấp tài khoản
        [refused] chưa được cấp tài khoản
        [expired] đã quá hạn mà chưa có kết quả
       *[withdrawn] cơ sở đã rút đăng ký
    }. Chỉ người đã đăng ký mới xem được chi tiết.

## Kết quả báo trong trò chuyện

# $reference, $email, $at
approval-chat = ✅ Đăng ký <code>{ $reference }</code> đã được cấp tài khoản. Thông tin tài khoản đã gửi đến <code>{ $email }</code> lúc { TIME($at) }; xin xem cả mục Thư rác. Vui lòng không chuyển tiếp mật khẩu qua tin nhắn.
# $reference, $email, $reason
refusal-chat =
    Đăng ký <code>{ $reference }</code> chưa được cấp tài khoản. Lý do:
    <blockquote>{ $reason }</blockquote>
    Thư báo đã gửi đến <code>{ $email }</code>. Quý cơ sở có thể đăng ký lại ngay, thông tin đã khai được điền sẵn.
# $reference, $email
expiry-notice = Đăng ký <code>{ $reference }</code> đã quá hạn mà chưa có kết quả. { -mail-issuer } chân thành xin lỗi. Email <code>{ $email }</code> và số GCN đã được mở; quý cơ sở có thể đăng ký lại ngay, thông tin đã khai được điền sẵn.
# $email, $reference
email-bounced = Không gửi được thư kết quả đến <code>{ $email }</code>. Xin quý cơ sở gửi thư đến { -mail-support }, ghi rõ mã đăng ký { $reference }.
# $email, $reference
email-delayed = Thư kết quả của đăng ký { $reference } chưa gửi được đến <code>{ $email }</code>. Cán bộ đã được báo để gửi lại; quý cơ sở chưa cần làm gì.

## Nút bấm

button-agree = ✅ Đồng ý
button-disagree = Không đồng ý
button-consent-details = Xem chi tiết
button-language-en = English
button-language-vi = Tiếng Việt
button-right = ✅ Đúng
button-retype = Nhập lại
# $email
button-use-email = { $email }
# $email
button-keep-email = Giữ nguyên { $email }
button-resend = Gửi lại mã
button-edit-email = Sửa email
button-skip-code = Tiếp tục không cần mã
button-submit = ✅ Gửi đăng ký
button-edit-licence = Sửa số GCN
button-edit-name = Sửa tên cơ sở
button-edit-role = Sửa vai trò
button-edit-person = Sửa họ tên
button-back = Quay lại
button-cancel = Hủy
button-register = Đăng ký
button-another = Đăng ký cho cơ sở khác
button-again = Đăng ký lại
button-status = Trạng thái
button-resume = Tiếp tục
button-restart = Làm lại từ đầu
# $reference
button-withdraw = Rút đăng ký { $reference }
button-withdraw-yes = Rút đăng ký

## Thẻ trong nhóm cán bộ

status-pending = chờ duyệt
status-approved = đã duyệt
status-issued = đã cấp tài khoản
status-refused = đã từ chối
status-expired = quá hạn
status-withdrawn = cơ sở đã rút
# $reference, $state
card-title = <b>{ $reference }</b> · { $state }
# $licence
card-licence = GCN: <code>{ $licence }</code>
# $facility
card-facility = Cơ sở: <b>{ $facility }</b>
# $role, $person
card-person = { $role }: { $person }
# $email
card-email = Email: <code>{ $email }</code> (đã xác nhận)
# $email
card-email-unproved = Email: <code>{ $email }</code> ⚠️ <b>chưa xác nhận</b>
# $mark, $due, $left, $late
card-due = { $mark } Hạn: hết { WEEKDAY($due) } { DAY($due) } ({ $late ->
        [yes] đã quá hạn
       *[no] { $left ->
            [0] hôm nay
           *[other] còn { $left } ngày làm việc
        }
    })
card-provisional = (hạn dự kiến: chưa có lịch nghỉ của năm sau)
# $name, $at
card-decided-approved = ✅ { $name } duyệt lúc { MOMENT($at) }
# $name, $at
card-decided-refused = ✖️ { $name } từ chối lúc { MOMENT($at) }
# $reason
card-reason = <blockquote>{ $reason }</blockquote>
card-moved = ⬇️ Thẻ này đã chuyển xuống dưới.
card-account-missing = 🔑 Chưa nhập tài khoản
card-mail-queued = ✉️ Thư kết quả đang chờ gửi
# $at
card-mail-sent = 📬 Thư kết quả đã gửi lúc { MOMENT($at) }
# $email
card-mail-failed = ⛔ <b>Không gửi được thư đến</b> <code>{ $email }</code><b>, cần xử lý</b>
# $at
card-unreachable = 🔕 Không nhắn tin được cho cơ sở từ { MOMENT($at) }; kết quả vẫn gửi qua email
card-changed = Thẻ vừa thay đổi, mời xem lại rồi bấm lần nữa.
case-unknown = Không tìm thấy đăng ký này.
button-approve = ✅ Duyệt
button-refuse = ✖️ Từ chối
button-details = Chi tiết
button-account = 🔑 Nhập tài khoản
button-undo = ↩️ Hoàn tác
# $reference
button-open = { $reference }
# $n
button-number = { $n }
# $reference
details-title = <b>Lịch sử { $reference }</b>
# $licence
details-raw = Cơ sở đã gõ số GCN: <code>{ $licence }</code>
# $at, $name
history-submitted = { MOMENT($at) }: cơ sở gửi đăng ký
# $at, $name
history-approved = { MOMENT($at) }: { $name } duyệt
# $at, $name
history-refused = { MOMENT($at) }: { $name } từ chối
# $at, $name
history-undone = { MOMENT($at) }: { $name } hoàn tác
# $at, $name
history-account-entered = { MOMENT($at) }: { $name } nhập tài khoản
# $at, $name
history-result-mailed = { MOMENT($at) }: máy chủ thư đã nhận thư kết quả
# $at, $name
history-result-failed = { MOMENT($at) }: không gửi được thư kết quả
# $at, $name
history-expired = { MOMENT($at) }: quá hạn, email và số GCN mở lại
# $at, $name
history-withdrawn = { MOMENT($at) }: cơ sở rút đăng ký
# $at, $name
history-unreachable = { MOMENT($at) }: không nhắn tin được cho cơ sở

## Quyết định

# $reference
approved-notice = Đã duyệt { $reference }. Tiếp theo: nhập tài khoản.
# $reference
refused-notice = Đã từ chối { $reference }. Thư sẽ gửi sau ít phút, trong lúc đó vẫn hoàn tác được.
# $reference
undone-notice = Đã hoàn tác { $reference }.
undo-too-late = Đã quá thời gian hoàn tác.
# $name
undo-not-yours = Chỉ { $name } hoặc trưởng nhóm được hoàn tác.
# $reference
undo-replaced = Không thực hiện được: số GCN hoặc email này đang thuộc đăng ký { $reference }.
# $reference
stands-pending = { $reference } đang chờ duyệt.
# $reference
stands-issued = { $reference } đã được cấp tài khoản.
# $reference
stands-expired = { $reference } đã quá hạn.
# $reference
stands-withdrawn = { $reference } đã được cơ sở rút.
# $reference, $name, $at
stands-approved-by = { $name } đã duyệt { $reference } lúc { MOMENT($at) }. Anh/chị không cần làm gì thêm.
# $reference, $name, $at
stands-account-entered = { $name } đã nhập tài khoản của { $reference } lúc { MOMENT($at) }; thư đang chờ gửi.
# $reference, $name, $at
stands-issued-by = { $name } đã duyệt { $reference } lúc { MOMENT($at) }; tài khoản đã gửi.
# $reference, $name, $at
stands-refused-by = { $name } đã từ chối { $reference } lúc { MOMENT($at) }. Anh/chị không cần làm gì thêm.
# $reference, $name, $at
stands-expired-by = { $reference } đã quá hạn.
# $reference, $name, $at
stands-withdrawn-by = { $reference } đã được cơ sở rút.
# $words
quote = { $words }
# $reference, $email
refusal-preview = Thư về { $reference } sẽ gửi đến <code>{ $email }</code>:
# $reasons
refusal-reasons = <blockquote>{ $reasons }</blockquote>
button-confirm-refusal = ✖️ Từ chối và gửi thư
button-other-reason = Sửa lý do
# $reference
refusal-cancelled = Đã dừng, { $reference } vẫn đang chờ duyệt.
prompt-not-yours = Câu hỏi này đã hết hạn hoặc dành cho người khác. Muốn từ chối, mời bấm “Từ chối” trên thẻ.
prompt-expired = Đã quá thời gian nhập. Mời bấm lại nút trên thẻ trong nhóm.

## Nhập tài khoản, trong trò chuyện riêng

account-go-private = Mời anh/chị nhập tài khoản trong trò chuyện riêng với tôi.
# $name
account-not-here = <b>{ $name }</b>, tài khoản chỉ nhập trong trò chuyện riêng với tôi. Nếu tin nhắn vừa rồi có mật khẩu và còn hiện ở đây, hãy xóa ngay và đổi mật khẩu đó.
# $reference, $facility, $licence
account-ask =
    <b>Nhập tài khoản cho { $reference }</b>
    { $facility } · <code>{ $licence }</code>
    Nhập lần lượt, hoặc gửi một tin nhắn ba dòng: mã cơ sở, tên đăng nhập, mật khẩu.
account-ask-site = <b>Mã cơ sở?</b>
account-ask-login = <b>Tên đăng nhập?</b>
account-ask-password = <b>Mật khẩu ban đầu?</b> Tin nhắn có mật khẩu sẽ được xóa ngay.
account-bad-site = Mã cơ sở cần từ 1 đến 50 ký tự, không có khoảng trắng hay ký tự ẩn.
account-bad-login = Tên đăng nhập cần từ 1 đến 50 ký tự, không có khoảng trắng hay ký tự ẩn.
account-bad-password = Mật khẩu cần từ 4 đến 64 ký tự, không có khoảng trắng hay ký tự ẩn.
# $site, $login, $length
account-echo =
    Vui lòng kiểm tra:
    Mã cơ sở: <code>{ $site }</code>
    Tên đăng nhập: <code>{ $login }</code>
    Mật khẩu: ●●●●●● ({ $length } ký tự)
button-confirm-account = ✅ Đúng, gửi cho cơ sở
button-enter-again = Nhập lại
# $reference, $minutes
account-queued = Đã nhận tài khoản của { $reference }. Thư sẽ gửi sau { $minutes ->
        [0] ít giây
       *[other] { $minutes } phút
    }, trong lúc đó vẫn hoàn tác được trên thẻ.
account-cancelled = Đã dừng, chưa lưu thông tin nào.

## Lệnh của cán bộ

staff-not-allowed = Anh/chị chưa có quyền làm việc này. Xin trưởng nhóm cấp quyền bằng lệnh /canbo.
# $name
staff-ask-add = <b>{ $name }</b> vừa bấm nút nhưng chưa có trong danh sách cán bộ. Trưởng nhóm có thể thêm bằng một lần bấm.
# $name
button-add-member = Thêm { $name } làm cán bộ
staff-own-registration = Anh/chị không thể giải quyết đăng ký do chính mình gửi.
# $user
staff-only = Phần này dành cho cán bộ. Nếu anh/chị là cán bộ, hãy gửi cho trưởng nhóm số này: <code>{ $user }</code>
# $name
staff-open-private = { $name }, hãy mở trò chuyện riêng với tôi, bấm Bắt đầu, rồi bấm lại “Nhập tài khoản” trên thẻ.
staff-anonymous = Anh/chị đang ẩn danh. Hãy tắt chế độ ẩn danh của quản trị viên rồi gõ lại lệnh.
staff-help =
    <b>Lệnh của cán bộ</b>
    /choduyet – xem từng thẻ đang chờ, gần hạn trước; /choduyet 1 – danh sách
    /tim – tìm theo mã, số GCN, tên hoặc email
    /thongke – số liệu tuần và tháng, kèm biểu đồ
    /lich – lịch nghỉ và làm bù; trưởng nhóm sửa
    /lydo – lý do từ chối; trưởng nhóm sửa
    /lammoi – treo lại hoặc vẽ lại mọi thẻ đang mở
    /xuat – xuất lô chờ tài khoản (trong trò chuyện riêng); gửi tệp đã điền lại vào đó
    /suachua – tin nhắn chưa xử lý được; trưởng nhóm cho làm lại hoặc bỏ
    /baocao – báo cáo của tháng bằng Excel (trong trò chuyện riêng); /baocao 10/2026, /baocao tháng trước
    /canbo – danh sách cán bộ; trưởng nhóm thêm và xóa người
    /ketnoi MÃ – chọn nhóm này làm nơi nhận thẻ
    /trogiup – trợ giúp
    Duyệt, từ chối, nhập tài khoản, hỏi cơ sở và gửi lại thư bằng nút trên thẻ.
staff-title = <b>Danh sách cán bộ</b>
# $name, $role, $user
staff-line = • { $name }: { $role } (<code>{ $user }</code>)
staff-how = Thêm: trả lời tin nhắn của người đó bằng /canbo, hoặc gõ /canbo SỐ TÊN. Thêm chữ “trưởng nhóm” hoặc “người xem” để đổi vai trò. Xóa: /canbo xóa SỐ.
staff-lead = trưởng nhóm
staff-officer = cán bộ
staff-viewer = người xem
# $name, $role
staff-added = Đã ghi vào danh sách: { $name }, { $role }.
# $name
staff-removed = Đã xóa { $name } khỏi danh sách; quyền hết hiệu lực ngay.
staff-last-lead = Phải còn ít nhất một trưởng nhóm.
staff-unknown = Người này không có trong danh sách.
bind-how = Để nhận thẻ ở đây, hãy gõ /ketnoi kèm mã in trong nhật ký khi khởi động (lệnh “knlt check” cũng in mã này).
bind-in-group = Hãy gõ lệnh này trong nhóm cán bộ.
bind-wrong-code = Mã kết nối chưa đúng.
bind-done = ✅ Từ nay thẻ đăng ký được gửi vào đây.
queue-empty = Không có đăng ký nào đang chờ. 🎉
# $count
queue-title = <b>Đang chờ: { $count }</b>
# $mark, $reference, $facility, $due, $left, $state, $late
queue-line = { $mark } <code>{ $reference }</code> { $facility } · { $state } · { $late ->
        [yes] hạn { DAY($due) }, đã qua
       *[no] hạn { DAY($due) }, { $left ->
            [0] hôm nay
           *[other] còn { $left } ngày làm việc
        }
    }
# $count, $page
queue-more = … và { $count } đăng ký nữa, gõ <code>/choduyet { $page }</code> để xem tiếp

## Bản tin sáng

# $day, $count
digest-title = ☀️ <b>{ WEEKDAY($day) } { DAY($day) }</b>: { $count } đăng ký đang chờ
# $decided, $day, $late
digest-forecast = 📉 Với tốc độ 5 ngày làm việc vừa qua ({ $decided } quyết định), hàng chờ sẽ trễ từ <b>{ WEEKDAY($day) } { DAY($day) }</b>: hết ngày đó còn { $late } đăng ký đến hạn mà chưa quyết định.
# $count
digest-due-today =
    { "" }
    <b>Hết hạn hôm nay: { $count }</b>
# $count
digest-due-soon =
    { "" }
    <b>Còn không quá 2 ngày làm việc: { $count }</b>
# $count
digest-waiting =
    { "" }
    <b>Đang chờ: { $count }</b>
# $count
digest-more = … và { $count } đăng ký nữa, xem /choduyet
# $count
digest-expired =
    { "" }
    <b>Quá hạn từ bản tin trước: { $count }</b>
# $count
digest-repair =
    { "" }
    ⛔ <b>Cần xử lý: { $count }</b>
# $count
digest-parked =
    { "" }
    ⛔ <b>Tin nhắn chưa xử lý được: { $count }</b> (trưởng nhóm xem /suachua)
digest-clear = Không còn việc tồn đọng. Chúc anh chị em một tuần làm việc hiệu quả! 🌿
