"""A neighbourhood's site with its own people, courses and sign-in, which mounts Pegup at /pegup.

Everything about Pegup stands in the last part of ``create_app``; the rest is an ordinary site.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, render_template, request, session, url_for
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from werkzeug.security import check_password_hash, generate_password_hash

from pegup import Claim, Pegup
from pegup.cli import host_commands

db = SQLAlchemy()
csrf = CSRFProtect()


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(200), nullable=False)
    email = db.Column(db.String(254), unique=True, nullable=False)
    password = db.Column(db.String(255), nullable=False)


class Course(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(200), nullable=False)


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="only for trying it out")  # noqa: S106
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite:///host.sqlite")
    app.config.update(settings or {})
    db.init_app(app)
    csrf.init_app(app)
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/courses/", "courses", courses)
    app.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    app.register_error_handler(404, not_found)
    app.context_processor(lambda: {"person": current_user()})
    app.cli.command("prepare")(prepare)

    Pegup(
        app,
        identify=identify,
        sign_in_address=lambda wanted: url_for("sign_in", next=wanted),
        sign_out_address=lambda: url_for("sign_out"),
    )
    app.cli.add_command(host_commands())
    return app


def identify() -> Claim | None:
    """Tells Pegup who is here; it makes its own record of the person at the first visit."""
    user = current_user()
    if user is None:
        return None
    return Claim(issuer="barrio", subject=str(user.id), name=user.name, email=user.email)


def current_user() -> User | None:
    return db.session.get(User, session["user"]) if "user" in session else None


def home() -> str:
    return render_template("home.html")


def courses() -> str:
    return render_template("courses.html", courses=db.session.scalars(db.select(Course)).all())


def sign_in():
    wanted = request.args.get("next", "/")
    if request.method == "POST":
        user = db.session.scalar(db.select(User).filter_by(email=request.form["email"]))
        if user is not None and check_password_hash(user.password, request.form["password"]):
            session["user"] = user.id
            is_local = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
            return redirect(wanted if is_local else "/")
    return render_template("sign_in.html", failed=request.method == "POST")


def sign_out():
    session.clear()
    return redirect("/")


def not_found(_error: Exception) -> tuple[str, int]:
    return render_template("error.html"), 404


def prepare() -> None:
    """Make this site's tables, with somebody in them; Pegup's come by ``flask pegup migrate``."""
    db.create_all()
    password = generate_password_hash("rosa")
    db.session.add(User(name="Rosa Vecina", email="rosa@example.org", password=password))
    db.session.add(Course(title="Tejido a crochet"))
    db.session.commit()
