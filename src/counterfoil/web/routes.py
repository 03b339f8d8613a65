"""Every route of the pages, behind one door: the visit, the form's token, the declared access, the problems."""

from __future__ import annotations

from litestar import HttpMethod, Router
from litestar.handlers import HTTPRouteHandler

from counterfoil.web.access import ask_for_access, insist_on_declarations
from counterfoil.web.built_files import serve_file
from counterfoil.web.design.pages import DesignController
from counterfoil.web.desk.cases import CaseController
from counterfoil.web.desk.inbox import InboxController
from counterfoil.web.desk.live import LiveController
from counterfoil.web.desk.slip_pages import SlipPagesController
from counterfoil.web.desk.step_pages import StepController
from counterfoil.web.forms import FORM_BYTES_MAX
from counterfoil.web.office.audit_choices import AuditChoicesController
from counterfoil.web.office.audit_files import AuditFilesController
from counterfoil.web.office.audits import AuditsController
from counterfoil.web.office.bills import BillsOfficeController
from counterfoil.web.office.figures import FiguresController
from counterfoil.web.office.imports import ImportsController
from counterfoil.web.office.item_parts import ItemPartsController
from counterfoil.web.office.items import ItemsOfficeController
from counterfoil.web.office.journal import JournalController
from counterfoil.web.office.limits import LimitsController
from counterfoil.web.office.pages import OfficeController
from counterfoil.web.office.people import PeopleController
from counterfoil.web.office.policy import PolicyController
from counterfoil.web.office.scale_codes import ScaleCodesController
from counterfoil.web.office.terminals import TerminalsController
from counterfoil.web.problems import HANDLERS
from counterfoil.web.sign_in.looking import LookController
from counterfoil.web.sign_in.pages import SignInController
from counterfoil.web.sign_in.start import StartController
from counterfoil.web.till.finding import FindingController
from counterfoil.web.till.items import ItemsController
from counterfoil.web.till.money_back import MoneyBackController
from counterfoil.web.till.orders import OrdersController
from counterfoil.web.till.pages import TillController
from counterfoil.web.till.slips import SlipsController
from counterfoil.web.visiting import Visiting

#: Pages by audience. A new controller is a line here, and its routes are in the matrix of docs/reference/pages.md.
CONTROLLERS = (
    StartController,
    SignInController,
    LookController,
    TillController,
    InboxController,
    CaseController,
    StepController,
    SlipPagesController,
    LiveController,
    ItemsController,
    FindingController,
    OrdersController,
    MoneyBackController,
    SlipsController,
    OfficeController,
    FiguresController,
    JournalController,
    PeopleController,
    ItemsOfficeController,
    ItemPartsController,
    ImportsController,
    BillsOfficeController,
    TerminalsController,
    PolicyController,
    LimitsController,
    ScaleCodesController,
    AuditsController,
    AuditFilesController,
    AuditChoicesController,
    DesignController,
)


def page_routes() -> Router:
    """Return the pages as one router; Bug where a route does not declare who may use it."""
    router = Router(
        path="/",
        route_handlers=list(CONTROLLERS),
        middleware=[Visiting()],
        guards=[ask_for_access],
        exception_handlers=HANDLERS,
        request_max_body_size=FORM_BYTES_MAX,
    )
    insist_on_declarations(handlers_of(router))
    return router


def file_routes() -> Router:
    """Return the built files as a router; nobody is looked up for a style sheet."""
    return Router(path="/", route_handlers=[serve_file], exception_handlers=HANDLERS)


def handlers_of(router: Router) -> list[HTTPRouteHandler]:
    """Return every handler of a router; OPTIONS is the framework's own, and tells methods and nothing else."""
    every = (handler for route in router.routes for handler in getattr(route, "route_handlers", ()))
    return [handler for handler in every if handler.http_methods != {HttpMethod.OPTIONS}]
