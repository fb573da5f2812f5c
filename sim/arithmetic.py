"""Logarithm, exponential and power from + - * / alone, so that results have the same bytes
everywhere.

The C library's and NumPy's versions differ between processors in the last bit; these do not. Each
is accurate to a few units in the last place, which the tests check against exact values.
"""

from __future__ import annotations

from sim.compiler import compiled

LN2 = 0.6931471805599453
# ln 2 split so that k * _LN2_HIGH is exact for |k| < 2^20 (Cody & Waite 1980).
_LN2_HIGH = 0.693147180369123816490
_LN2_LOW = 1.90821492927058770002e-10
_LARGEST = 709.0
_SMALLEST = -708.0


@compiled
def log(x: float) -> float:
    """Natural logarithm of x > 0 (normal, finite). Reduction to [sqrt(1/2), sqrt 2), then the atanh
    series."""
    k = 0
    while x >= 18446744073709551616.0:
        x *= 5.421010862427522e-20
        k += 64
    while x < 5.421010862427522e-20:
        x *= 18446744073709551616.0
        k -= 64
    while x >= 1.4142135623730951:
        x *= 0.5
        k += 1
    while x < 0.7071067811865476:
        x *= 2.0
        k -= 1
    s = (x - 1.0) / (x + 1.0)
    q = s * s
    series = 1.0 / 23.0
    series = series * q + 1.0 / 21.0
    series = series * q + 1.0 / 19.0
    series = series * q + 1.0 / 17.0
    series = series * q + 1.0 / 15.0
    series = series * q + 1.0 / 13.0
    series = series * q + 1.0 / 11.0
    series = series * q + 1.0 / 9.0
    series = series * q + 1.0 / 7.0
    series = series * q + 1.0 / 5.0
    series = series * q + 1.0 / 3.0
    return k * _LN2_HIGH + (2.0 * s + (2.0 * s * q * series + k * _LN2_LOW))


@compiled
def exp(x: float) -> float:
    """e to the x. Below -708 the result is 0; above 709 it is clamped to e^709 (never an
    overflow)."""
    if x < _SMALLEST:
        return 0.0
    if x > _LARGEST:
        x = _LARGEST
    k = int(x / LN2 + 0.5) if x >= 0.0 else -int(0.5 - x / LN2)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    series = 1.0 / 14.0
    for n in range(13, 0, -1):
        series = (1.0 + r * series) / n
    result = 1.0 + r * series
    scale = 2.0
    if k < 0:
        scale = 0.5
        k = -k
    while k > 0:
        if k & 1:
            result *= scale
        scale *= scale
        k >>= 1
    return result


@compiled
def power(base: float, exponent: float) -> float:
    """base to the exponent, for base >= 0; 0 to any positive exponent is 0."""
    if base <= 0.0:
        return 1.0 if exponent == 0.0 else 0.0
    return exp(exponent * log(base))


@compiled
def normal_cdf(x: float) -> float:
    """The standard normal distribution function: Hart's algorithm 5666 in double precision (West
    2005)."""
    size = x if x >= 0.0 else -x
    if size > 37.0:
        tail = 0.0
    elif size < 7.07106781186547:
        top = 3.52624965998911e-02
        top = top * size + 0.700383064443688
        top = top * size + 6.37396220353165
        top = top * size + 33.912866078383
        top = top * size + 112.079291497871
        top = top * size + 221.213596169931
        top = top * size + 220.206867912376
        bottom = 8.83883476483184e-02
        bottom = bottom * size + 1.75566716318264
        bottom = bottom * size + 16.064177579207
        bottom = bottom * size + 86.7807322029461
        bottom = bottom * size + 296.564248779674
        bottom = bottom * size + 637.333633378831
        bottom = bottom * size + 793.826512519948
        bottom = bottom * size + 440.413735824752
        tail = exp(-size * size / 2.0) * top / bottom
    else:
        fraction = size + 0.65
        fraction = size + 4.0 / fraction
        fraction = size + 3.0 / fraction
        fraction = size + 2.0 / fraction
        fraction = size + 1.0 / fraction
        tail = exp(-size * size / 2.0) / (fraction * 2.506628274631)
    return 1.0 - tail if x > 0.0 else tail
