"""Reports of what should not stand here: made, decided with a reason, told, appealed.

A room names what can be reported, and how it is taken down and brought back:

    moderation.register("comment", Reportable(_("Comment"), find, take_down, bring_back))
"""

from hub.moderation.registry import Reportable, Thing, register

__all__ = ["Reportable", "Thing", "register"]
