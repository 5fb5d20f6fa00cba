"""The form as the bare bots ask it: our own words, keyboards and order, without any of our rules.

The words are fixed, so the bare bots are spared a catalogue; lengths are those of bot/texts/vi.ftl.
"""

from typing import NamedTuple

Keyboard = list[list[tuple[str, str]]]  # rows of (label, callback data)
BACK = [("Quay lại", "m:back"), ("Hủy", "m:cancel")]


class Question(NamedTuple):
    """What a step says; `field` is the column that its answer fills."""

    field: str
    words: str
    keyboard: Keyboard


GREETING = Question(
    "consent",
    """Kính chào quý cơ sở! Đây là kênh tự động đăng ký <b>tài khoản kết nối liên thông (KNLT)</b>\
 Hệ thống Cơ sở dữ liệu quốc gia về Dược của Sở Y tế Hà Nội.

Trước khi đăng ký, xin quý cơ sở lưu ý:
1. Chỉ đăng ký sau khi đã nhận Giấy chứng nhận đủ điều kiện kinh doanh dược (GCN) do Sở cấp.
2. Chỉ được đăng ký 01 lần duy nhất.
3. Chỉ dùng email của Giám đốc hoặc Dược sỹ phụ trách chuyên môn (DS PTCM).
Kết quả được gửi qua email này trong 10 ngày làm việc.

Để giải quyết đăng ký, Sở Y tế Hà Nội cần xử lý một số dữ liệu cá nhân: họ tên, vai trò, email và\
 thông tin trên GCN. Quý cơ sở có đồng ý không?""",
    [
        [("✅ Đồng ý", "consent:yes")],
        [("Không đồng ý", "consent:no")],
        [("Xem chi tiết", "consent:details"), ("English", "m:en")],
    ],
)
QUESTIONS = (
    Question(
        "licence",
        "<b>Bước 1/6.</b> Vui lòng nhập <b>số GCN</b>, ghi như trên giấy.\n"
        "Ví dụ: <code>03-1234/ĐKKDD-HNO</code>",
        [[("Hủy", "m:cancel")]],
    ),
    Question(
        "facility",
        "<b>Bước 2/6.</b> Vui lòng nhập <b>tên cơ sở</b>, ghi đúng như trên GCN.\n"
        "Ví dụ: Nhà thuốc An Tâm",
        [BACK],
    ),
    Question(
        "role",
        "<b>Bước 3/6.</b> Email dùng để đăng ký là của ai?",
        [
            [("Giám đốc (chủ cơ sở)", "role:director")],
            [("Dược sỹ phụ trách chuyên môn", "role:pharmacist")],
            BACK,
        ],
    ),
    Question(
        "person",
        "<b>Bước 4/6.</b> Vui lòng nhập <b>họ và tên</b> của Giám đốc (chủ cơ sở).",
        [BACK],
    ),
    Question(
        "email",
        "<b>Bước 5/6.</b> Vui lòng nhập <b>email</b> của Giám đốc (chủ cơ sở).\n"
        "Tài khoản sẽ được gửi về email này.",
        [BACK],
    ),
)
SUMMARY_KEYBOARD: Keyboard = [
    [("✅ Gửi đăng ký", "submit:yes")],
    [("Sửa số GCN", "e:licence"), ("Sửa tên", "e:name"), ("Sửa vai trò", "e:role")],
    [("Sửa họ tên", "e:person"), ("Sửa email", "e:email")],
    [("Hủy", "m:cancel")],
]
RECEIPT_KEYBOARD: Keyboard = [[("Trạng thái", "m:status")]]
FIELDS = tuple(question.field for question in QUESTIONS)


def following(field: str) -> Question | None:
    """Give the question after a field's; None when the summary comes next."""
    at = FIELDS.index(field) + 1
    return QUESTIONS[at] if at < len(QUESTIONS) else None


def summary(answers: dict[str, str]) -> str:
    """Word the answers before they are sent."""
    return (
        "<b>Bước 6/6.</b> Vui lòng kiểm tra trước khi gửi:\n"
        f"• Số GCN: <b>{answers['licence']}</b>\n• Tên cơ sở: <b>{answers['facility']}</b>\n"
        f"• Người đăng ký: <b>{answers['role']}</b>\n• Họ và tên: <b>{answers['person']}</b>\n"
        f"• Email: <code>{answers['email']}</code> ✓\n\nSau khi gửi sẽ không sửa được."
    )


def receipt(number: int, answers: dict[str, str]) -> str:
    """Word the receipt."""
    return (
        f"✅ <b>Đã tiếp nhận đăng ký.</b>\nMã đăng ký: <code>{number}</code>\n"
        "Hạn trả kết quả: hết <b>thứ Hai ngày 07/12/2026</b> (10 ngày làm việc, không tính ngày"
        f" gửi).\nKết quả được gửi đến <code>{answers['email']}</code>."
    )
