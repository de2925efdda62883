"""`dehusk spam explain`: which parts of a page look injected, what speaks for each, and what each mode would do."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(name="spam", help="Injected spam: what was seen, and why.", no_args_is_help=True)
_WIDTH = 100
_WORDS = 12


def add(main: typer.Typer) -> None:
    """Give the command line this command."""
    main.add_typer(app)


@app.callback()
def spam() -> None:
    """Injected spam: what was seen, and why."""


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="A page; - is standard input.")],
    profile: Annotated[
        str, typer.Option("--profile", "-p", metavar="NAME|FILE.toml", help="Terms and exceptions.")
    ] = "default",
    url: Annotated[str | None, typer.Option("--url", help="Address the page comes from.")] = None,
) -> None:
    """Show a page's candidates for injected spam with their evidence and scores."""
    import sys

    from cleaners import clean
    from cleaners.errors import BadProfile, CleanError
    from cleaners.profile import Profile
    from cleaners.rules.spam.account import candidates, watching

    try:
        chosen = Profile.load(profile)
        page = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        cleaned = clean(page, url=url, profile=watching(chosen))
    except BadProfile as error:
        raise typer.BadParameter(error.detail, param_hint="--profile") from error
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}.", param_hint="FILE") from error
    except CleanError as error:
        print(f"{file}: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    print(
        f"page: {cleaned.language or 'language unknown'} · spam score {cleaned.spam_score:.2f}"
        f" · profile {chosen.name} ({chosen.spam})"
    )
    found = candidates(cleaned)
    if not found:
        print("nothing looks injected")
    for one in found:
        text = " ".join(one.text.split())
        print(f"\n{one.field} {one.start}-{one.end}: {text[:_WIDTH]}{'…' if len(text) > _WIDTH else ''}")
        print(f"  confidence {one.confidence:.2f} · " + " · ".join(f"{mode}: {fate}" for mode, fate in one.fate.items()))
        print(f"  {one.evidence}")
        telling = sorted(one.weights, key=lambda word: -abs(word[1]))[:_WORDS]
        print("  " + ", ".join(f"{word} {weight:+.1f}{f' ({kind})' if kind else ''}" for word, weight, kind in telling))


if __name__ == "__main__":
    app()
