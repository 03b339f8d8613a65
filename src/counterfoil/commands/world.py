"""`counterfoil world`: makes the history of a town in the book format, with the truth about what went wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.commands.options import Form, LangOption
from counterfoil.languages import Text, help_in

HELP = help_in(
    en="Make a labelled history of a shop: its books, and the truth about every fault planted in them.",
    zh="生成一段带标签的店铺历史：各账本，以及其中每个预埋故障的真相。",
)

_STAGE = "sell"
STAGES = {_STAGE: Text(en="Selling", zh="生成销售")}

_MADE = Text(
    en="{orders} orders, {faults} faults, as of {as_of}: {folder}",
    zh="{orders} 张订单，{faults} 个故障，截止 {as_of}：{folder}",
)


Out = Annotated[
    Path,
    typer.Option(help=help_in(en="A new or empty folder, or an earlier world's.", zh="新建、空的或先前生成的文件夹。")),
]
Seed = Annotated[
    int, typer.Option(help=help_in(en="The same seed gives the same town.", zh="相同的种子生成相同的历史。"))
]
Orders = Annotated[int, typer.Option(help=help_in(en="How many orders.", zh="订单数量。"))]
Faults = Annotated[
    float, typer.Option(help=help_in(en="The share of orders with one planted fault.", zh="预埋故障的订单比例。"))
]
Days = Annotated[
    int | None,
    typer.Option(
        help=help_in(en="Local days of history (default: by the number of orders).", zh="历史天数（默认按订单数量）。")
    ),
]
Merchants = Annotated[int, typer.Option(help=help_in(en="How many merchants share the town.", zh="商户数量。"))]
Habits = Annotated[
    float,
    typer.Option(
        help=help_in(en="By how much operators' void rates differ, up and down.", zh="收银员撤销率的上下差异。")
    ),
]
PlantedOperator = Annotated[
    float | None,
    typer.Option(
        help=help_in(
            en="One operator voids so many times as often as the others.", zh="安排一名收银员，撤销次数为他人的若干倍。"
        )
    ),
]
TimeZone = Annotated[str, typer.Option(help=help_in(en="The shops' time zone.", zh="店铺所在时区。"))]
Currency = Annotated[str, typer.Option(help=help_in(en="The shops' currency.", zh="店铺使用的货币。"))]
BooksForm = Annotated[
    Form, typer.Option("--format", help=help_in(en="In which form the books are written.", zh="账本的文件格式。"))
]
WithTruth = Annotated[
    bool,
    typer.Option("--truth/--no-truth", help=help_in(en="Write the truth beside the books.", zh="是否同时写出真相。")),
]


def world(
    lang: LangOption,
    out: Out,
    seed: Seed = 1,
    orders: Orders = 20_000,
    faults: Faults = 0.02,
    days: Days = None,
    merchants: Merchants = 1,
    habits: Habits = 0.0,
    planted_operator: PlantedOperator = None,
    time_zone: TimeZone = "Asia/Shanghai",
    currency: Currency = "CNY",
    form: BooksForm = Form.PARQUET,
    truth: WithTruth = True,
) -> None:
    """Make a town."""
    from counterfoil.commands.console import progress_in
    from counterfoil.world.parameters import WorldParameters
    from counterfoil.world.run import run_world

    parameters = WorldParameters(
        seed=seed,
        orders=orders,
        faults=faults,
        days=days,
        merchants=merchants,
        habits=habits,
        planted_operator=planted_operator,
        time_zone=time_zone,
        currency=currency,
    )
    with progress_in(lang, STAGES) as progress:
        made = run_world(
            parameters,
            out,
            file_format=form,
            truth=truth,
            progress=lambda done, total: progress.advance(_STAGE, done, total),
        )
    planted = sum(made.planted.values())
    typer.echo(
        _MADE.to(
            lang,
            orders=f"{made.rows['orders']:,}",
            faults=f"{planted:,}",
            as_of=made.as_of.isoformat(),
            folder=made.folder,
        )
    )
