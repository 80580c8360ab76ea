"""How this package joins the application."""

from flask import Flask

from app.audit import directory as trail
from app.certificates import invariants, policies, subscribers, tasks
from app.certificates.queries import trail as in_trail
from app.certificates.views import bp
from app.core.i18n import lazy_gettext as _l
from app.web import navigation

__all__ = ["init_app", "invariants", "subscribers", "tasks"]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    trail.name_things(in_trail.certificates, "certificate")
    trail.name_things(in_trail.designs, "certificate_design")
    navigation.add(
        "certificates.mine",
        _l("Certificates"),
        "certificate",
        order=60,
        phone=True,
        also=("certificates.certificate_detail", "certificates.names"),
    )
    navigation.add(
        "certificates.register",
        _l("Register of certificates"),
        "list-details",
        order=40,
        group="admin",
        shows=policies.keeps_a_register,
        also=("certificates.run_certificates", "certificates.issue_progress"),
    )
    navigation.add(
        "certificates.designs",
        _l("Certificate designs"),
        "rosette-discount-check",
        order=45,
        group="admin",
        shows=policies.keeps_a_register,
        also=("certificates.design_",),
    )
    navigation.add(
        "certificates.verify",
        _l("Verify a certificate"),
        "rosette-discount-check",
        order=40,
        group="public",
        also=("certificates.verification",),
    )
