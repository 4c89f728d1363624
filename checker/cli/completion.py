"""`checker completion`: what completes the words of a command in a shell."""

from __future__ import annotations

import click

from checker.cli.output import show


@click.command(
    epilog="""\b
Examples:
  eval "$(checker completion bash)"
  checker completion fish > ~/.config/fish/completions/checker.fish"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what completes the command's words in your shell."""
    from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

    kinds = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    made = kinds[shell](context.find_root().command, {}, "checker", "_CHECKER_COMPLETE")
    show(ShellComplete.source(made))  # BashComplete's own starts bash to ask for its version
