using System.Runtime.CompilerServices;

namespace Bellman.Numerics;

/// <summary>Functions of double lanes.</summary>
public static class DoubleMath
{
    // π/2 in two parts: n of them, taken off with one rounding each, leave a remainder good to the last bit.
    private const double HalfPi = 1.5707963267948966;
    private const double HalfPiRest = 6.123233995736766e-17;

    /// <summary>Sine and cosine, within 1.5e-16 of the true values for |x| up to 1e5 (an angle of a simulation; beyond, the remainder by π/2 loses digits).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TLanes Sine, TLanes Cosine) SinCos<TLanes>(TLanes x) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var quarter = TLanes.Round(x * TLanes.Create(2 / Math.PI));
        var rest = TLanes.MultiplyAdd(quarter, TLanes.Create(-HalfPi), x);
        rest = TLanes.MultiplyAdd(quarter, TLanes.Create(-HalfPiRest), rest);
        var (sine, cosine) = OfSmall(rest);

        // Each quarter turn swaps the two; the signs follow from the quarter, modulo 4.
        var quadrant = quarter - (TLanes.Create(4) * TLanes.Floor(quarter * TLanes.Create(0.25)));
        var one = TLanes.Create(1);
        var odd = TLanes.Equal(quadrant, one) | TLanes.Equal(quadrant, TLanes.Create(3));
        var lower = TLanes.LessThan(one, quadrant);
        var left = TLanes.Equal(quadrant, one) | TLanes.Equal(quadrant, TLanes.Create(2));
        var turnedSine = TLanes.Select(odd, cosine, sine);
        var turnedCosine = TLanes.Select(odd, sine, cosine);
        return (TLanes.Select(lower, -turnedSine, turnedSine), TLanes.Select(left, -turnedCosine, turnedCosine));
    }

    // Minimax polynomials in r² on |r| ≤ π/4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLanes Sine, TLanes Cosine) OfSmall<TLanes>(TLanes r) where TLanes : struct, IDoubleLanes<TLanes>
    {
        var u = r * r;
        var sine = TLanes.MultiplyAdd(TLanes.Create(1.5918101227996822e-10), u, TLanes.Create(-2.5051131455389307e-08));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(2.755731610068279e-06));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(-0.00019841269836754969));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(0.008333333333330946));
        sine = TLanes.MultiplyAdd(sine, u, TLanes.Create(-0.16666666666666666));
        sine = TLanes.MultiplyAdd(r * u, sine, r);

        var cosine = TLanes.MultiplyAdd(TLanes.Create(-1.1382614867131847e-11), u, TLanes.Create(2.0876146024665577e-09));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(-2.7557317270560173e-07));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(2.4801587298763433e-05));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(-0.0013888888888887395));
        cosine = TLanes.MultiplyAdd(cosine, u, TLanes.Create(0.041666666666666664));
        cosine = TLanes.MultiplyAdd(u * u, cosine, TLanes.MultiplyAdd(TLanes.Create(-0.5), u, TLanes.Create(1)));
        return (sine, cosine);
    }
}
