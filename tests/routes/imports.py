"""The routes of workforce that load the staff record, and give it away as a file."""

from __future__ import annotations

from tests.routes.route import Route, about

LOAD = about("load_id", "load", "stranger_load")

ROUTES = {
    "workforce.staff_record": Route(),
    "workforce.export_staff_record": Route(),
    "workforce.upload_staff_record": Route(),
    "workforce.match_staff_record": LOAD,
    "workforce.staff_record_load": LOAD,
    "workforce.choose_new_teams": LOAD,
    "workforce.load_staff_record": LOAD,
    "workforce.refused_staff_record": LOAD,
    "workforce.let_go_staff_record": LOAD,
}
