"""How figures are said."""


def heading(text: str) -> None:
    print(f"\n{text}\n", flush=True)


def report(name: str, value: float, unit: str, *, limit: float | None = None, least: float | None = None) -> bool:
    """Print a figure and whether it keeps its limit; return whether it does not."""
    is_missed = (limit is not None and value > limit) or (least is not None and value < least)
    said = f"at most {limit:g}" if limit is not None else f"at least {least:g}" if least is not None else ""
    print(f"{name:52} {value:>12,.1f} {unit:10} {said}{'  MISSED' if is_missed else ''}", flush=True)
    return is_missed
