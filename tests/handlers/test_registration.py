"""A registration from the greeting to the receipt."""

from tests.handlers.actors import Player


async def test_a_facility_registers_and_gets_a_reference_and_a_due_date(director: Player) -> None:
    registration = await director.registers()

    director.hears("Đã tiếp nhận", registration.reference, "16/03/2026")
