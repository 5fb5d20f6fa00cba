"""The office's list is found in a spreadsheet by its headers, in several spellings."""

import pytest

from core.errors import Problem
from core.licence import HANOI
from core.ports import Grid, RegisterEntry
from core.usecases.register import looks_like_register, read_register

ANH = ("03-0001/ĐKKDD-HNO", "Nhà thuốc Ánh Dương")


def grid(*rows: tuple[str, ...]) -> Grid:
    return Grid(rows)


@pytest.mark.parametrize(
    ("licence", "facility"),
    [
        ("Số GCN", "Tên cơ sở"),
        ("SỐ GCN ĐĐKKDD", "TÊN CƠ SỞ KINH DOANH"),
        ("Số giấy chứng nhận đủ điều kiện kinh doanh dược", "Tên cơ sở kinh doanh dược"),
        ("so gcn dkkdd", "ten nha thuoc"),
        ("Số GCN ", "Tên cơ sở:"),
        ("Licence No.", "Facility name"),
    ],
)
def test_columns_are_found_by_header_in_several_spellings(licence: str, facility: str) -> None:
    found = grid(
        ("SỞ Y TẾ HÀ NỘI",),
        (),
        ("STT", facility, "Địa chỉ", licence),
        ("1", ANH[1], "Hà Nội", ANH[0]),
    )

    assert looks_like_register(found)
    assert [(e.licence, e.facility) for e in read_register(found, HANOI).entries] == [ANH]


@pytest.mark.parametrize(
    "headers",
    [
        ("Số GCN", "Địa chỉ"),
        ("Tên cơ sở", "Địa chỉ"),
        ("Số GCN", "Tên cơ sở", "Tên cơ sở"),
        (),
    ],
)
def test_a_list_without_both_columns_or_with_one_twice_is_none(headers: tuple[str, ...]) -> None:
    assert not looks_like_register(grid(headers, ANH))


def test_rows_without_a_licence_of_ours_are_named_and_the_last_of_two_counts() -> None:
    read = read_register(
        grid(
            ("Số GCN", "Tên cơ sở"),
            ANH,
            ("1234", "Chỉ có số"),
            ("13352/ĐKKDD-HCM", "Tỉnh khác"),
            ("03-0002/ĐKKDD-HNO", ""),
            (),
            ("03-1/ĐKKDD-HNO", "Nhà thuốc  Ánh Sao"),
            ("03-0003/HNO-ĐKKDD",),
        ),
        HANOI,
    )

    assert read.unreadable == (3, 4, 5, 8)
    assert read.twice == 1
    assert [(e.licence, e.facility) for e in read.entries] == [(ANH[0], "Nhà thuốc Ánh Sao")]
    assert isinstance(read.entries[0], RegisterEntry)


def test_a_name_is_kept_as_far_as_a_facility_may_type_one() -> None:
    read = read_register(grid(("Số GCN", "Tên cơ sở"), (ANH[0], "Á" * 201)), HANOI)

    assert [entry.facility for entry in read.entries] == ["Á" * 200]


def test_a_list_of_which_nothing_can_be_read_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        read_register(grid(("Số GCN", "Tên cơ sở"), ("?", "x")), HANOI)

    assert refused.value.text.key == "register-nothing"
