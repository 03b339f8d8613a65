"""The commands under `counterfoil shop`, put together."""

from __future__ import annotations

import typer

from counterfoil.commands.help_pages import HelpfulCommand, HelpfulGroup
from counterfoil.commands.shop import creating, importing, policies, staffing, terminals, tokens
from counterfoil.languages import help_in

shop = typer.Typer(
    cls=HelpfulGroup,
    no_args_is_help=True,
    help=help_in(
        en="Set a shop up: merchant, staff, terminals, tokens, catalogue, policy.",
        zh="设置店铺：商户、员工、收银机、令牌、商品与政策。",
    ),
)
shop.command("create", cls=HelpfulCommand, help=creating.HELP)(creating.create)
shop.command("import", cls=HelpfulCommand, help=importing.HELP)(importing.import_files)

_staff = typer.Typer(cls=HelpfulGroup, no_args_is_help=True, help=staffing.HELP)
_staff.command("add", cls=HelpfulCommand, help=staffing.HELP_ADD)(staffing.add)
_staff.command("list", cls=HelpfulCommand, help=staffing.HELP_LIST)(staffing.list_staff)
_staff.command("grant", cls=HelpfulCommand, help=staffing.HELP_GRANT)(staffing.grant)
_staff.command("revoke", cls=HelpfulCommand, help=staffing.HELP_REVOKE)(staffing.revoke)
_staff.command("pin", cls=HelpfulCommand, help=staffing.HELP_PIN)(staffing.pin)
_staff.command("password", cls=HelpfulCommand, help=staffing.HELP_PASSWORD)(staffing.password)
_staff.command("retire", cls=HelpfulCommand, help=staffing.HELP_RETIRE)(staffing.retire)
shop.add_typer(_staff, name="staff")

_terminal = typer.Typer(cls=HelpfulGroup, no_args_is_help=True, help=terminals.HELP)
_terminal.command("add", cls=HelpfulCommand, help=terminals.HELP_ADD)(terminals.add)
_terminal.command("list", cls=HelpfulCommand, help=terminals.HELP_LIST)(terminals.list_terminals)
_terminal.command("retire", cls=HelpfulCommand, help=terminals.HELP_RETIRE)(terminals.retire)
shop.add_typer(_terminal, name="terminal")

_token = typer.Typer(cls=HelpfulGroup, no_args_is_help=True, help=tokens.HELP)
_token.command("add", cls=HelpfulCommand, help=tokens.HELP_ADD)(tokens.add)
_token.command("list", cls=HelpfulCommand, help=tokens.HELP_LIST)(tokens.list_tokens)
_token.command("revoke", cls=HelpfulCommand, help=tokens.HELP_REVOKE)(tokens.revoke)
shop.add_typer(_token, name="token")

_policy = typer.Typer(cls=HelpfulGroup, no_args_is_help=True, help=policies.HELP)
_policy.command("show", cls=HelpfulCommand, help=policies.HELP_SHOW)(policies.show)
_policy.command("set", cls=HelpfulCommand, help=policies.HELP_SET)(policies.set_policy)
shop.add_typer(_policy, name="policy")
