"""What is written to a spreadsheet is read from it again, and nothing in it is executed."""

from io import BytesIO

from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.sheets.reading import CELL, read
from bot.sheets.writing import FORMULA_SIGNS, write
from core.ports import Sheet, SheetColumn
from core.text import visible

VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
)
CELLS = st.one_of(
    st.text(VIETNAMESE + VIETNAMESE.upper() + " ,.-/", max_size=60),
    st.text("0123456789", max_size=16),
    st.text(max_size=60),
    st.sampled_from(
        ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "🏥💊", "_x0041_", "1e5", "TRUE"]
    ),
)
COLUMNS = (
    SheetColumn("Mã", 10),
    SheetColumn("Kết quả", 12, answer=True, choices=("Cấp", "Từ chối")),
    SheetColumn("Mật khẩu", 12, answer=True),
)


def sheet(*rows: tuple[str, ...]) -> Sheet:
    return Sheet("Lô 7", COLUMNS, rows, ("Chỉ điền các cột màu vàng.",))


@settings(max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
@example([("007", "=cmd|' /C calc'!A0", "\t=1"), ("_x005F_x0041_", "Đặng Ánh 🏥", "\x00a")])
def test_any_text_comes_back_as_it_was_written(rows: list[tuple[str, str, str]]) -> None:
    grid = read(write(sheet(*rows)))
    width = len(COLUMNS)

    wanted = [tuple(visible(cell).strip()[:CELL] for cell in row) for row in rows]
    got = [row + ("",) * (width - len(row)) for row in grid.rows[1:]]
    while wanted and not any(wanted[-1]):
        wanted.pop()
    assert got == wanted
    assert grid.formulas == grid.odd == frozenset()


@settings(max_examples=30)
@given(CELLS)
def test_every_cell_is_text_whatever_it_looks_like(value: str) -> None:
    cell = load_workbook(BytesIO(write(sheet((value, "", ""))))).worksheets[0]["A2"]

    assert cell.data_type in ("s", "n" if not visible(value) else "s")
    assert cell.number_format == "@"
    assert cell.quotePrefix or not visible(value).startswith(FORMULA_SIGNS)


def test_only_answers_may_be_changed_and_results_are_chosen_from_a_list() -> None:
    page = load_workbook(BytesIO(write(sheet(("1", "", ""), ("2", "", ""))))).worksheets[0]
    [offered] = page.data_validations.dataValidation

    assert page.protection.sheet
    assert [page.cell(3, place).protection.locked for place in (1, 2, 3)] == [True, False, False]
    assert (f"{offered.sqref}", offered.formula1) == ("B2:B3", '"Cấp,Từ chối"')
    assert page.freeze_panes == "A2"
    assert [page.column_dimensions[letter].width for letter in "ABC"] == [10, 12, 12]


def test_the_notes_stand_on_a_sheet_of_their_own() -> None:
    made = load_workbook(BytesIO(write(sheet())))

    assert made.sheetnames == ["Lô 7", "Hướng dẫn"]
    assert made["Hướng dẫn"]["A1"].value == "Chỉ điền các cột màu vàng."
