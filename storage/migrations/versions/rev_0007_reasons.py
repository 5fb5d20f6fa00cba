"""The reasons for a refusal as a list that leads keep, with those that came with the program."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(26), "sqlite")

# Vietnamese and English by turns, in their order.
FIRST = """\
Không tìm thấy số GCN {so_gcn} trong dữ liệu cấp phép của Sở Y tế Hà Nội
GCN number {so_gcn} was not found in the licence records of the Hanoi Department of Health
Tên cơ sở không khớp với tên trên GCN số {so_gcn}
The name of the facility differs from the name on GCN {so_gcn}
Email đăng ký không phải của Giám đốc hoặc Dược sỹ phụ trách chuyên môn của cơ sở
The e-mail is not that of the facility's director or pharmacist in charge (DS PTCM)
Cơ sở đã được cấp tài khoản KNLT; đề nghị dùng tài khoản đã cấp hoặc yêu cầu cấp lại mật khẩu
The facility already has a KNLT account; please use it or ask for a new password
Đăng ký trùng với đăng ký {ma_khac} của cùng cơ sở
This registration repeats registration {ma_khac} of the same facility
GCN đã bị thu hồi hoặc cơ sở đã chấm dứt hoạt động
The GCN was revoked, or the facility has closed
GCN đã được cấp lại hoặc điều chỉnh; đề nghị đăng ký theo số và nội dung của GCN mới nhất
The GCN was reissued or amended; please register with the number and details of the newest GCN
GCN không do Sở Y tế Hà Nội cấp; đề nghị liên hệ cơ quan đã cấp GCN
The GCN was not issued by the Hanoi Department of Health; please contact whoever issued it
Thông tin khai chưa đầy đủ: thiếu {muc}
The information is incomplete; missing: {muc}
Người phụ trách chuyên môn không khớp với GCN; đề nghị làm thủ tục điều chỉnh GCN trước
The pharmacist in charge (DS PTCM) differs from the GCN; please have the GCN amended first
Loại hình cơ sở không thuộc đối tượng được cấp tài khoản tại kênh này
This kind of facility does not get its account here
Địa chỉ email không nhận được thư
The e-mail address cannot receive mail
"""


def upgrade() -> None:
    lines = FIRST.splitlines()
    reason = op.create_table(
        "reason",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("vi", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=True),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reason")),
    )
    op.bulk_insert(
        reason,
        [
            {"code": f"R{n:02d}", "position": n, "vi": vi, "en": en}
            for n, (vi, en) in enumerate(zip(lines[::2], lines[1::2], strict=True), 1)
        ],
    )


def downgrade() -> None:
    op.drop_table("reason")
