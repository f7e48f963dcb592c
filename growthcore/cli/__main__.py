"""``python -m growthcore.cli``: the command, by the interpreter that has it."""

from growthcore.cli import main

main(prog_name="growthcore")
