"""What the robot may read of attendance, where that application stands: approved overtime is payroll's."""

from mappings.odoo.provision.groups import ROBOT_GROUP
from mappings.odoo.provision.item import Item, Text

ATTENDANCE = (
    Item(
        key="access_robot_overtime",
        model="ir.model.access",
        label=Text("Le robot lit les heures supplémentaires", "The robot reads overtime"),
        columns={
            "name": "regie.robot.hr.attendance.overtime.line",
            "model_id/id": "hr_attendance.model_hr_attendance_overtime_line",
            "group_id/id": ROBOT_GROUP,
            "perm_read": "1",
            "perm_write": "0",
            "perm_create": "0",
            "perm_unlink": "0",
        },
        needs=("hr.attendance.overtime.line",),
    ),
)
"""For reading only."""
