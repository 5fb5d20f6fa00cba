"""The sandbox's page: a director's phone, the staff group, the mail inbox and a clock."""

from sandbox.page.scene import Program, Scene
from sandbox.page.server import Page

__all__ = ["Page", "Program", "Scene"]
