"""Records that hold Python for the server: automations, which run at every write, and actions that people start."""

from mappings.odoo.provision.item import MODULE, Columns, Item, Text


def automation(  # noqa: PLR0913, PLR0917 an automation has these properties
    key: str,
    of: tuple[str, str],
    label: Text,
    name: str,
    columns: Columns,
    code: str,
    *,
    needs: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
) -> Item:
    """A rule on a model, given by its name and its external id; `columns` say when it runs. It acts with every right, and sees
    in `env.user` who wrote."""
    return Item(
        key=key,
        model="base.automation",
        label=label,
        columns={"name": name, "model_id/id": of[1], **columns},
        rows=(
            {
                "action_server_ids/id": f"{MODULE}.{key}_action",
                "action_server_ids/name": name,
                "action_server_ids/model_id/id": of[1],
                "action_server_ids/usage": "base_automation",
                "action_server_ids/state": "code",
                "action_server_ids/code": code.strip(),
            },
        ),
        needs=("base.automation", *needs),
        unless=unless,
    )


def action(  # noqa: PLR0913 an action has these properties
    key: str,
    of: tuple[str, str],
    name: Text,
    code: str,
    groups: str,
    *,
    needs: tuple[str, ...] = (),
    unless: tuple[str, ...] = (),
) -> Item:
    """An entry of the action menu of a model's lists and forms, for the users of a group."""
    return Item(
        key=f"action_{key}",
        model="ir.actions.server",
        label=Text(f"Action « {name.fr} »", f"Action “{name.en}”"),
        columns={
            "name": name,
            "model_id/id": of[1],
            "state": "code",
            "code": code,
            "group_ids|groups_id/id": groups,
            "binding_model_id/id": of[1],
            "binding_view_types": "list,form",
        },
        needs=needs,
        unless=unless,
    )
