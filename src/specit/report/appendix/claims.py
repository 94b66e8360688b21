"""The paper's claims as rows: what is said, how it is tested, and how far off still counts, and why."""

from __future__ import annotations

from specit.spec.claims import (
    Bound,
    Claim,
    Comparison,
    NoConfiguration,
    NoDifference,
    Ratio,
    Reaches,
    SomeConfiguration,
    Value,
)
from specit.spec.diff.words import show

from .content import Row, Table, cell

HEAD = ("Claim", "Test", "Tolerance", "Seeds")
WIDTHS = (8, 8, 7, 2)
BASES = {
    "printed": "the precision that is printed",
    "seeds": "the variance over seeds",
    "authors": "as the authors say",
    "theory": "as it follows",
    "judgement": "our judgement",
}
"""What the reason for a tolerance rests on, in words."""


def claims_table(claims: list[Claim]) -> Table:
    """Return the table of the claims."""
    rows = [
        Row((cell(f"{c.says} ({c.where})"), cell(_test(c)), cell(_tolerance(c)), cell(str(c.seeds)))) for c in claims
    ]
    return Table("", HEAD, rows, WIDTHS)


def _test(claim: Claim) -> str:
    measure = claim.measure.replace("_", " ")
    match claim:
        case Reaches():
            test = f"every run of {claim.arm} reaches {measure} {show(claim.expect)}"
        case Value():
            test = f"the mean {claim.at} {measure} of {claim.arm} is {show(claim.expect)}"
        case Bound():
            test = (
                f"the mean {claim.at} {measure} of {claim.arm} is {claim.kind.replace('_', ' ')} {show(claim.expect)}"
            )
        case Comparison():
            by = f" by {show(claim.by)}" if claim.by else ""
            test = f"the mean {claim.at} {measure} of {claim.arm} is better than that of {claim.than}{by}"
        case NoDifference():
            test = f"the mean {claim.at} {measure} of {claim.arm} is that of {claim.than}"
        case SomeConfiguration():
            test = f"every run of some configuration of {', '.join(claim.arms)} reaches {measure} {show(claim.expect)}"
        case NoConfiguration():
            test = f"no run of {', '.join(claim.arms)} exceeds {measure} {show(claim.exceeds)}"
        case Ratio(expect=(least, most)):
            test = f"{measure} of {claim.arm} over that of {claim.to} is {show(least)} to {show(most)}"
        case Ratio():
            test = f"{measure} of {claim.arm} over that of {claim.to} is {show(claim.expect)}"
    if claim.stands_in:
        test = f"{test}, which stands in for what one sees: {claim.stands_in}"
    options = (f"{axis}={o if isinstance(o, str) else ','.join(o)}" for axis, o in claim.over.items())
    over = ", ".join(options)
    return test + (f"; {over}" if over else "")


def _tolerance(claim: Claim) -> str:
    tolerance = claim.tolerance
    parts = [f"± {show(tolerance.absolute)}"] if tolerance.absolute else []
    parts += [f"a factor of {show(tolerance.factor)}"] if tolerance.factor != 1 else []
    return f"{' and '.join(parts) or 'none'}: {tolerance.because} ({BASES[tolerance.basis]})"
