"""Every table is counted, and no view takes a large body but those that take files."""

import ast
import re

import pytest
from flask import Flask, request

from app.web import downloads, uploads
from tests.factories.accounts import an_actor
from tests.factories.institutions import an_institution
from tests.house.places import MODULES, TEMPLATES

MAKERS = {"download", "file_of", "planned_file", "write_csv", "write_xlsx", "as_file"}
KINDS = re.compile(r"<(any\(csv, xlsx\)|string\((?:max)?length=[34]\)):(kind|ending)>$")
FORMS = {
    f"{path.parent.name}.{path.stem}"
    for path in TEMPLATES
    for form in re.findall(r"<form[^>]*>", path.read_text("utf-8"))
    if "multipart/form-data" in form and " action=" not in form
}


def _views() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (path.parts[path.parts.index("app") + 1], function)
        for path in MODULES
        if path.stem == "views" or path.parent.name == "views"
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and function.decorator_list
    ]


def test_every_table_has_an_address_that_is_counted() -> None:
    uncounted = []
    for package, function in _views():
        called = {
            ast.unparse(call.func).rpartition(".")[2]
            for call in ast.walk(function)
            if isinstance(call, ast.Call) and ast.unparse(call.func) != "files.file_of"
        }
        address = ast.unparse(function.decorator_list[0]).split("'")
        if called & MAKERS and len(address) > 1:
            is_counted = KINDS.search(address[1]) or address[1].endswith(downloads.ENDINGS)
            if not is_counted:
                uncounted.append(f"{package}.{function.name}: {address[1]}")

    assert uncounted == []


@pytest.mark.usefixtures("session")
def test_one_person_saves_so_many_tables_and_no_more(browse_as, monkeypatch) -> None:
    monkeypatch.setattr(downloads, "MOST", 2)
    place = an_institution().id
    one, other = (browse_as(an_actor("administrator", place)) for _ in range(2))

    assert [one.get("/people/export.csv").status_code for _ in range(3)] == [200, 200, 429]
    assert one.get("/audit/export.xlsx").status_code == 429
    assert one.get("/people").status_code == 200
    assert other.get("/people/export.csv").status_code == 200


def test_views_with_forms_that_take_files_say_so_and_no_others(app: Flask) -> None:
    marked = {
        name for name, view in app.view_functions.items() if getattr(view, "takes_files", False)
    }

    assert marked - FORMS == set()
    assert {one for one in FORMS if one in app.view_functions} - marked == set()


@pytest.mark.usefixtures("session")
def test_a_large_body_is_refused_where_no_file_is_expected(app: Flask, browse_as) -> None:
    body, kind = b"x" * (uploads.TEXT_BYTES + 1), "multipart/form-data; boundary=x"

    assert browse_as(None).post("/sign-in", data=body, content_type=kind).status_code == 413
    with app.test_request_context("/verify", method="POST"):
        uploads.limit_body()
        assert request.max_content_length == app.config["SETTINGS"].upload_bytes
