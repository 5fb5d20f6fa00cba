"""Headers are found wherever a list begins, and what is not clear is left out."""

from core.ports import Grid
from core.sheets import SEARCHED, find_columns

SPELLINGS = {"licence": ("sogcn", "gcn"), "facility": ("tencoso",)}
HEADERS = ("STT", "Số GCN", "Tên cơ sở")


def found(*rows: tuple[str, ...]) -> tuple[int, dict[str, int]]:
    return find_columns(Grid(rows), SPELLINGS)


def test_the_row_that_holds_most_names_counts_and_of_equal_ones_the_first() -> None:
    data = ("1", "03-1/ĐKKDD-HNO", "Nhà thuốc An Tâm")

    assert found(("GCN",), (), HEADERS, data, HEADERS) == (2, {"licence": 1, "facility": 2})


def test_a_name_that_is_found_twice_in_a_row_is_left_out() -> None:
    assert found((*HEADERS, "GCN")) == (0, {"facility": 2})


def test_a_list_without_headers_has_no_row_of_them() -> None:
    assert found(("Họ tên", "Ngày sinh"), ()) == (-1, {})


def test_headers_stand_at_the_top_of_a_list() -> None:
    letterhead = ((),) * (SEARCHED - 1)

    assert found(*letterhead, HEADERS)[0] == SEARCHED - 1
    assert found(*letterhead, (), HEADERS)[0] == -1
